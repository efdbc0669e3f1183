//! Photographs and samples with known contents: folders beside the repository that not everybody has.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use encoding::all::WINDOWS_31J;
use encoding::{DecoderTrap, Encoding};
use serde::Deserialize;

use crate::readers::Answer;
use crate::score::Outcome;

/// A picture and the messages known to be in it.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file.
    pub path: PathBuf,
    /// The folder it is counted under.
    pub folder: String,
    /// The messages, as text or as bytes.
    pub messages: Vec<Message>,
    /// Further symbols may be in view, so that an unknown reading is not wrong.
    pub partial: bool,
}

/// A known message.
#[derive(Debug, Clone)]
pub enum Message {
    /// As text.
    Text(String),
    /// As bytes, where it is no text.
    Bytes(Vec<u8>),
}

impl Message {
    /// Whether a reader gave this message: as text, as its UTF-8, or as its Shift JIS, which QR Code of Japan is written in
    /// without saying so. What a message is made of is read right or wrong; what it is taken for is another question.
    fn is(&self, bytes: &[u8], text: &str) -> bool {
        match self {
            Self::Bytes(known) => known == bytes,
            Self::Text(known) => {
                let known = known.trim_end_matches('\n');
                known == text.trim_end_matches('\n')
                    || known.as_bytes() == bytes
                    || WINDOWS_31J
                        .decode(bytes, DecoderTrap::Strict)
                        .is_ok_and(|text| known == text.trim_end_matches('\n'))
            }
        }
    }
}

/// Where the shared pictures are: `UDI_SHARED_DATA`, else `../shared/data` beside the repository.
pub fn shared_data() -> PathBuf {
    match std::env::var_os("UDI_SHARED_DATA") {
        Some(place) => PathBuf::from(place),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    }
}

/// The photographs of `index.jsonl` in `folder`; none where it is absent.
///
/// # Errors
/// Where the index is there and malformed.
pub fn photographs(folder: &Path) -> Result<Vec<Picture>> {
    #[derive(Deserialize)]
    struct Entry {
        file: String,
        content: Vec<String>,
        #[serde(default)]
        partial_truth: bool,
    }
    let Ok(index) = fs::read_to_string(folder.join("index.jsonl")) else { return Ok(Vec::new()) };
    let picture = |line: &str| -> Result<Picture> {
        let entry: Entry = serde_json::from_str(line)?;
        let under = entry.file.split('/').next().unwrap_or_default().to_owned();
        let messages = entry.content.into_iter().map(Message::Text).collect();
        Ok(Picture { path: folder.join(entry.file), folder: under, messages, partial: entry.partial_truth })
    };
    index.lines().map(picture).collect::<Result<_>>().context("photos/index.jsonl")
}

/// The samples of each folder in `folder`: an image with its message beside it in `.txt` or `.bin`. A folder
/// named `falsepositives…` holds no symbol; other images without a message are left out.
///
/// # Errors
/// Where a folder that is there cannot be read.
pub fn samples(folder: &Path) -> Result<Vec<Picture>> {
    let mut pictures = Vec::new();
    let Ok(folders) = fs::read_dir(folder) else { return Ok(pictures) };
    for entry in folders {
        let entry = entry?;
        let under = entry.file_name().to_string_lossy().into_owned();
        for image in fs::read_dir(entry.path())? {
            let path = image?.path();
            let is_image =
                path.extension().is_some_and(|end| ["png", "jpg", "webp"].iter().any(|known| end == *known));
            let messages: Vec<Message> = message_beside(&path).into_iter().collect();
            if is_image && (!messages.is_empty() || under.starts_with("falsepositives")) {
                pictures.push(Picture { path, folder: under.clone(), messages, partial: false });
            }
        }
    }
    pictures.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(pictures)
}

fn message_beside(image: &Path) -> Option<Message> {
    if let Ok(bytes) = fs::read(image.with_extension("bin")) {
        return Some(Message::Bytes(bytes));
    }
    let bytes = fs::read(image.with_extension("txt")).ok()?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => Message::Text(text),
        Err(error) => Message::Bytes(error.into_bytes()),
    })
}

/// The luma of a picture with its width and height.
///
/// # Errors
/// Where the file cannot be read as an image.
pub fn luma(path: &Path) -> Result<(Vec<u8>, usize, usize)> {
    let image = image::open(path).with_context(|| path.display().to_string())?.into_rgba8();
    let (width, height) = image.dimensions();
    let frame = udi_verify::frame::Frame::new(&image, width, height)?;
    Ok((frame.luma().to_vec(), width as usize, height as usize))
}

/// Scores an answer to a picture: a message known twice must be read twice.
pub fn score(picture: &Picture, answer: &Answer) -> Outcome {
    let mut left: Vec<_> = answer.readings.iter().collect();
    let asked = picture.messages.iter().map(|message| {
        let found = left.iter().position(|reading| message.is(&reading.bytes, &reading.text));
        found.map(|at| left.swap_remove(at));
        (picture.folder.clone(), found.is_some())
    });
    let asked = asked.collect();
    left.retain(|reading| !picture.messages.iter().any(|message| message.is(&reading.bytes, &reading.text)));
    let wrong =
        if picture.partial { Vec::new() } else { left.iter().map(|reading| reading.bytes.clone()).collect() };
    Outcome { asked, wrong, milliseconds: answer.milliseconds }
}

/// Pictures by folder, for reports.
pub fn by_folder(pictures: &[Picture]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for picture in pictures {
        *counts.entry(picture.folder.as_str()).or_default() += picture.messages.len();
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn a_message_is_known_in_the_character_sets_of_the_samples() {
        let message = Message::Text("モバイル\n".to_owned());
        assert!(message.is("モバイル".as_bytes(), "モバイル"));
        assert!(message.is(b"\x83\x82\x83\x6F\x83\x43\x83\x8B", "\u{FFFD}o\u{FFFD}C"));
        assert!(!message.is(b"\x83\x82\x83\x6F\x83\x43", "\u{FFFD}o\u{FFFD}"));
        assert!(Message::Bytes(vec![0xB6]).is(&[0xB6], "¶") && !Message::Bytes(vec![0xB6]).is(&[0xB7], "¶"));
    }
}
