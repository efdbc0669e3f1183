//! Whole images in, messages out: how many at least must be read, and none wrong.

use std::path::{Path, PathBuf};

use image::RgbaImage;
use proptest::prelude::*;
use udi_verify::{
    frame::Frame,
    symbol::{ReadOptions, Symbol, read},
};

/// Folders of `../shared/data/samples`, and how many of their symbols must be read. None may be read wrong.
const SHARED: [(&str, usize); 13] = [
    ("aztec-1", 31),
    ("code128-1", 6),
    ("code39-1", 5),
    ("datamatrix-1", 26),
    ("datamatrix-2", 13),
    ("datamatrix-4", 21),
    ("ean13-1", 12),
    ("ean13-3", 8),
    ("falsepositives-1", 0),
    // One of its photographs cuts a quiet zone off, so that it may be a part of a longer symbol.
    ("itf-1", 11),
    ("qrcode-1", 8),
    ("qrcode-2", 38),
    ("qrcode-3", 18),
];

/// Pictures whose truth is not the message of the symbol.
const TOLD_OTHERWISE: [(&str, &str); 2] = [
    ("code32-1.png", "the truth is Code 32, Italy's reading of a Code 39 message"),
    ("Z1-sequence4of7.png", "the truth leaves the structured append header out"),
];

#[test]
fn our_samples_are_read_and_nothing_else() {
    for image in our_samples() {
        let read: Vec<String> = symbols(&image).iter().map(as_truth).collect();
        assert_eq!(read, truth(&image), "{}", image.display());
    }
}

/// A rectangle in thousandths of the picture's sides, and what is painted over it: one grey, or noise from a seed.
#[derive(Debug, Clone)]
struct Damage {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
    grey: Option<u8>,
    seed: u32,
}

fn damage() -> impl Strategy<Value = Damage> {
    let grey = prop_oneof![Just(Some(0)), Just(Some(255)), any::<u8>().prop_map(Some), Just(None)];
    (0..1000u32, 0..1000u32, 5..300u32, 5..300u32, grey, any::<u32>())
        .prop_map(|(left, top, width, height, grey, seed)| Damage { left, top, width, height, grey, seed })
}

fn paint(image: &mut RgbaImage, damage: &Damage) {
    let place = |thousandths: u32, side: u32| (thousandths * side / 1000).min(side);
    let (width, height) = image.dimensions();
    let mut noise = damage.seed | 1;
    for y in place(damage.top, height)..place(damage.top + damage.height, height) {
        for x in place(damage.left, width)..place(damage.left + damage.width, width) {
            // Marsaglia's xorshift: the same picture for the same seed.
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let grey = damage.grey.unwrap_or((noise >> 24) as u8);
            image.put_pixel(x, y, image::Rgba([grey, grey, grey, 255]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_damaged_symbol_is_read_as_itself_or_not_at_all(
        sample in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..10),
    ) {
        let samples = our_samples();
        let path = sample.get(&samples);
        let mut image = image::open(path).expect("samples are images").into_rgba8();
        for damage in &damages {
            paint(&mut image, damage);
        }
        let frame = Frame::new(&image, image.width(), image.height()).expect("samples have a fair size");
        let truth = truth(path);
        for symbol in read(&frame, &ReadOptions::default()) {
            prop_assert!(truth.contains(&as_truth(&symbol)), "{}: {}", path.display(), as_truth(&symbol));
        }
    }
}

#[test]
fn shared_samples_are_read_as_often_as_before_and_never_wrong() {
    let root = shared_data().join("samples");
    if !root.is_dir() {
        println!("skipped: {} is not there", root.display());
        return;
    }
    let mut failures = Vec::new();
    for (folder, least) in SHARED {
        let mut right = 0;
        for image in images(&root.join(folder)) {
            let name = image.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let truth = std::fs::read_to_string(image.with_extension("txt")).ok();
            // A few pictures have their truth in another form; where none has any, there is no symbol.
            let Some(truth) = truth.or_else(|| (least == 0).then(String::new)) else { continue };
            for symbol in symbols(&image) {
                // A symbol's bytes name no character set: a truth beyond ASCII is judged only where it fits.
                if symbol.text() == truth {
                    right += 1;
                } else if truth.is_ascii() && !TOLD_OTHERWISE.iter().any(|(other, _)| *other == name) {
                    failures.push(format!("{folder}/{name}: {:?} instead of {truth:?}", symbol.text()));
                }
            }
        }
        println!("{folder}: {right} read, at least {least} wanted");
        if right < least {
            failures.push(format!("{folder}: {right} read, at least {least} wanted"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn shared_data() -> PathBuf {
    match std::env::var_os("UDI_SHARED_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
    }
}

/// The pictures of `tests/samples`, in the order of their names.
fn our_samples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut folders: Vec<PathBuf> = entries(&root).into_iter().filter(|path| path.is_dir()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    folders.iter().flat_map(|folder| images(folder)).collect()
}

/// The symbols of a picture, a line each.
fn truth(image: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(image.with_extension("txt")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
}

fn images(folder: &Path) -> Vec<PathBuf> {
    let is_image = |path: &PathBuf| {
        matches!(path.extension().and_then(|ext| ext.to_str()), Some("png" | "jpg" | "jpeg" | "webp"))
    };
    let mut images: Vec<PathBuf> = entries(folder).into_iter().filter(is_image).collect();
    images.sort();
    images
}

fn symbols(image: &Path) -> Vec<Symbol> {
    let image = image::open(image).expect("samples are images").into_rgba8();
    let frame = Frame::new(&image, image.width(), image.height()).expect("samples have a fair size");
    read(&frame, &ReadOptions::default())
}

fn as_truth(symbol: &Symbol) -> String {
    let hex: String = symbol.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{} {hex}", symbol.symbology_identifier.as_str())
}
