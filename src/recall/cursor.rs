//! Reading of untrusted bytes from front to back, every step checked.

use super::error::FileError;

/// A position in a byte slice. All integers are little-endian.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, at: 0 }
    }

    /// Offset of the next byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], FileError> {
        let (head, rest) =
            self.rest.split_at_checked(count).ok_or(FileError::Truncated { what, at: self.at })?;
        self.rest = rest;
        self.at += count;
        Ok(head)
    }

    pub(super) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], FileError> {
        let (head, rest) =
            self.rest.split_first_chunk::<N>().ok_or(FileError::Truncated { what, at: self.at })?;
        self.rest = rest;
        self.at += N;
        Ok(*head)
    }

    pub(super) fn u8(&mut self, what: &'static str) -> Result<u8, FileError> {
        let [byte] = self.array::<1>(what)?;
        Ok(byte)
    }

    pub(super) fn u16(&mut self, what: &'static str) -> Result<u16, FileError> {
        Ok(u16::from_le_bytes(self.array(what)?))
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32, FileError> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    /// LEB128, at most five bytes and 32 bits, shortest form only: one number has one spelling.
    pub(super) fn varint(&mut self, what: &'static str) -> Result<u32, FileError> {
        let at = self.at;
        let mut value: u64 = 0;
        for shift in [0_u32, 7, 14, 21, 28] {
            let byte = self.u8(what)?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let longer_than_needed = byte == 0 && shift > 0;
                return match u32::try_from(value) {
                    Ok(value) if !longer_than_needed => Ok(value),
                    _ => Err(FileError::Malformed { what, at }),
                };
            }
        }
        Err(FileError::Malformed { what, at })
    }

    /// A varint that counts bytes or records in memory.
    pub(super) fn size(&mut self, what: &'static str) -> Result<usize, FileError> {
        usize_of(self.varint(what)?, what)
    }

    /// The rest, which ends this cursor.
    pub(super) fn remainder(self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn finish(self, what: &'static str) -> Result<(), FileError> {
        if self.rest.is_empty() { Ok(()) } else { Err(FileError::Trailing { what, count: self.rest.len() }) }
    }
}

/// `u32` to `usize`; fails only where `usize` has 16 bits.
pub(super) fn usize_of(value: u32, what: &'static str) -> Result<usize, FileError> {
    usize::try_from(value).map_err(|_| FileError::TooLarge {
        what,
        found: value.into(),
        limit: u64::from(u16::MAX),
    })
}

/// A kind of file of ours: what it begins with, and how much of it is read at most.
#[derive(Debug)]
pub(super) struct FileKind {
    /// Its name in errors.
    pub(super) name: &'static str,
    /// Its first four letters.
    pub(super) magic: [u8; 4],
    /// The version written and read.
    pub(super) version: u16,
    /// Longest file accepted, in bytes.
    pub(super) max_bytes: usize,
}

impl FileKind {
    /// Begins to read a file: its length, its letters and its version are checked.
    pub(super) fn open<'a>(&self, bytes: &'a [u8]) -> Result<Cursor<'a>, FileError> {
        if bytes.len() > self.max_bytes {
            return Err(FileError::TooLarge {
                what: "file length",
                found: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
                limit: u64::try_from(self.max_bytes).unwrap_or(u64::MAX),
            });
        }
        let mut cursor = Cursor::new(bytes);
        let found = cursor.array::<4>("magic")?;
        if found != self.magic {
            return Err(FileError::Magic { expected: self.name, found: found.to_vec() });
        }
        let version = cursor.u16("version")?;
        if version != self.version {
            return Err(FileError::Version { found: version, known: self.version });
        }
        Ok(cursor)
    }

    /// The first six bytes of a file.
    pub(super) fn head(&self) -> Vec<u8> {
        [&self.magic[..], &self.version.to_le_bytes()].concat()
    }
}

/// Appends a varint in its shortest form.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_varint_reads_back(value: u32) {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            let mut cursor = Cursor::new(&out);
            prop_assert_eq!(cursor.varint("value"), Ok(value));
            prop_assert!(cursor.is_empty());
        }
    }

    #[test]
    fn a_varint_has_one_spelling() {
        assert!(Cursor::new(&[0x80, 0x00]).varint("v").is_err());
        assert!(Cursor::new(&[0xff, 0xff, 0xff, 0xff, 0x1f]).varint("v").is_err(), "33 bits");
        assert!(Cursor::new(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x01]).varint("v").is_err(), "six bytes");
        assert_eq!(Cursor::new(&[0x80]).varint("v"), Err(FileError::Truncated { what: "v", at: 1 }));
    }
}
