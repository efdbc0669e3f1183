//! The sensor and the phone's processing: linear light → 8-bit luma.

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{DynamicImage, ExtendedColorType, ImageDecoder};

use crate::random::Random;

/// What happens to the light.
#[derive(Debug, Clone, Copy)]
pub struct Sensor {
    /// Deviation of the noise in grey levels.
    pub noise: f32,
    /// Deviation of noise shared by pixels of a 3 × 3 neighbourhood, as demosaicing and denoising leave it.
    pub coarse_noise: f32,
    /// Strength of the phone's sharpening; 0 for none.
    pub sharpen: f32,
    /// JPEG quality, where the frame was compressed.
    pub jpeg: Option<u8>,
}

/// The grey level of linear light 0 to 1 (a plain 2.2 gamma).
pub fn encode(light: f32) -> f32 {
    255.0 * light.clamp(0.0, 1.0).powf(1.0 / 2.2)
}

/// The linear light of a grey level.
pub fn decode(grey: f32) -> f32 {
    (grey / 255.0).clamp(0.0, 1.0).powf(2.2)
}

/// Exposes a frame.
///
/// # Panics
/// Where the JPEG coder refuses a frame of its own making.
pub fn expose(light: &[f32], width: usize, height: usize, sensor: Sensor, random: &mut Random) -> Vec<u8> {
    const STEPS: usize = 4096;
    let table: Vec<f32> = (0..=STEPS).map(|step| encode(step as f32 / STEPS as f32)).collect();
    let mut grey: Vec<f32> =
        light.iter().map(|&light| table[(light.clamp(0.0, 1.0) * STEPS as f32) as usize]).collect();
    if sensor.sharpen > 0.0 {
        grey = sharpened(&grey, width, height, sensor.sharpen);
    }
    let coarse: Vec<f32> = (0..(width / 2 + 1) * (height / 2 + 1)).map(|_| random.normal()).collect();
    let luma: Vec<u8> = (0..width * height)
        .map(|at| {
            let shared = coarse[at / width / 2 * (width / 2 + 1) + at % width / 2];
            (grey[at] + sensor.noise * random.normal() + sensor.coarse_noise * shared + 0.5).clamp(0.0, 255.0)
                as u8
        })
        .collect();
    match sensor.jpeg {
        Some(quality) => through_jpeg(&luma, width, height, quality),
        None => luma,
    }
}

/// Adds what a 3 × 3 mean takes away.
fn sharpened(grey: &[f32], width: usize, height: usize, strength: f32) -> Vec<f32> {
    let at = |x: i32, y: i32| {
        let (x, y) = (x.clamp(0, width as i32 - 1), y.clamp(0, height as i32 - 1));
        grey[y as usize * width + x as usize]
    };
    let pixel = |place: usize| {
        let (x, y) = ((place % width) as i32, (place / width) as i32);
        let mean: f32 =
            (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))).map(|(dx, dy)| at(x + dx, y + dy)).sum();
        grey[place] + strength * (grey[place] - mean / 9.0)
    };
    (0..width * height).map(pixel).collect()
}

fn through_jpeg(luma: &[u8], width: usize, height: usize, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(luma, width as u32, height as u32, ExtendedColorType::L8)
        .expect("a grey frame can be written");
    let decoder = JpegDecoder::new(std::io::Cursor::new(file)).expect("our own JPEG has a header");
    debug_assert_eq!(decoder.dimensions(), (width as u32, height as u32));
    DynamicImage::from_decoder(decoder).expect("our own JPEG can be read").into_luma8().into_raw()
}
