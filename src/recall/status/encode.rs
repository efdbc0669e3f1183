//! Writing a status file as a stream: memory for one block and the directories, whatever the number of units.
//! Applying a delta writes one too, so this is in every build.

use std::io::{self, Write};

use super::{FLAGS, Flag, KIND, MAX_SIZE, block};

/// Why a status file cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Flags must come in the order of [`Flag::ALL`] and indices must rise within a flag.
    #[error("{flag:?} {index} comes after an equal or later entry")]
    OutOfOrder {
        /// The flag pushed.
        flag: Flag,
        /// The index pushed.
        index: u64,
    },
    /// The index has not been given out, or the size exceeds 36 bits.
    #[error("index {index} is not below the size {size}")]
    BeyondSize {
        /// The index pushed.
        index: u64,
        /// The number of indices given out.
        size: u64,
    },
    /// The file would exceed 4 GiB.
    #[error("the status file grows beyond 4 GiB")]
    TooLarge,
    /// The output refused the bytes.
    #[error("cannot write the status file")]
    Output(#[from] io::Error),
}

/// Writes flagged indices, flag by flag in the order of [`Flag::ALL`], rising within each.
#[derive(Debug)]
pub struct Encoder<W> {
    out: W,
    written: u64,
    size: u64,
    /// The flag and index pushed last.
    last: Option<(Flag, u64)>,
    /// Members of the block being filled.
    block: Vec<u16>,
    members: [u64; FLAGS],
    directories: [Vec<(u32, u32)>; FLAGS],
}

impl<W: Write> Encoder<W> {
    /// Begins a file for an issuer that has given out `size` indices.
    pub fn new(mut out: W, size: u64) -> Result<Self, EncodeError> {
        if size > MAX_SIZE {
            return Err(EncodeError::BeyondSize { index: size, size: MAX_SIZE });
        }
        out.write_all(&KIND.head())?;
        Ok(Self {
            out,
            written: 6,
            size,
            last: None,
            block: Vec::new(),
            members: [0; FLAGS],
            directories: Default::default(),
        })
    }

    /// Adds one flagged index.
    pub fn push(&mut self, flag: Flag, index: u64) -> Result<(), EncodeError> {
        if index >= self.size {
            return Err(EncodeError::BeyondSize { index, size: self.size });
        }
        if let Some(last) = self.last {
            if last >= (flag, index) {
                return Err(EncodeError::OutOfOrder { flag, index });
            }
            if (last.0, last.1 >> 16) != (flag, index >> 16) {
                self.flush(last)?;
            }
        }
        let [low, high, ..] = index.to_le_bytes();
        self.block.push(u16::from_le_bytes([low, high]));
        self.last = Some((flag, index));
        Ok(())
    }

    /// Writes the filled block, to which `last` belongs.
    fn flush(&mut self, (flag, index): (Flag, u64)) -> Result<(), EncodeError> {
        let coded = block::encode(&self.block);
        let number = u32::try_from(index >> 16).map_err(|_| EncodeError::TooLarge)?;
        let offset = u32::try_from(self.written).map_err(|_| EncodeError::TooLarge)?;
        let sections = Flag::ALL.iter().zip(&mut self.members).zip(&mut self.directories);
        for ((_, members), directory) in sections.filter(|((section, _), _)| **section == flag) {
            *members += u64::try_from(self.block.len()).unwrap_or(u64::MAX);
            directory.push((number, offset));
        }
        self.out.write_all(&coded)?;
        self.written += u64::try_from(coded.len()).unwrap_or(u64::MAX);
        self.block.clear();
        Ok(())
    }

    /// Ends the file and gives the output back.
    pub fn finish(mut self) -> Result<W, EncodeError> {
        if let Some(last) = self.last {
            self.flush(last)?;
        }
        let start = u32::try_from(self.written).map_err(|_| EncodeError::TooLarge)?;
        for (number, offset) in self.directories.iter().flatten() {
            self.out.write_all(&number.to_le_bytes())?;
            self.out.write_all(&offset.to_le_bytes())?;
        }
        for (members, directory) in self.members.iter().zip(&self.directories) {
            let blocks = u32::try_from(directory.len()).map_err(|_| EncodeError::TooLarge)?;
            self.out.write_all(&members.to_le_bytes())?;
            self.out.write_all(&blocks.to_le_bytes())?;
        }
        self.out.write_all(&self.size.to_le_bytes())?;
        self.out.write_all(&start.to_le_bytes())?;
        Ok(self.out)
    }
}
