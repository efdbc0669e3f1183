//! lab
use udi_verify::{
    frame::Frame,
    symbol::{Point, ReadOptions, Step, read_observed},
};
fn main() {
    let only: Option<String> = std::env::var("OUT").ok();
    for path in std::env::args().skip(1) {
        let luma = image::open(&path).unwrap().into_luma8();
        let mut canvas = image::DynamicImage::ImageLuma8(luma.clone()).into_rgb8();
        let frame = Frame::new(&luma, luma.width(), luma.height()).unwrap();
        let (mut w, mut f, mut g, mut best) = (0, 0, 0, std::collections::BTreeMap::<String, f32>::new());
        let mut lines: Vec<([u8; 3], Vec<Point>)> = Vec::new();
        let mut ticks = Vec::new();
        let t = std::time::Instant::now();
        let symbols = read_observed(&frame, &ReadOptions::default(), &mut |step| {
            ticks.push((t.elapsed(), format!("{:?}", step).chars().take(30).collect::<String>()));
            match step {
                Step::Window { bounds: [l, t, r, b], .. } => {
                    w += 1;
                    lines.push((
                        [128, 128, 128],
                        [(l, t), (r, t), (r, b), (l, b), (l, t)].map(|(x, y)| Point { x, y }).to_vec(),
                    ));
                }
                Step::Finder { points, format } => {
                    f += 1;
                    lines.push((
                        if format == udi_verify::symbol::Format::QRCode {
                            [255, 0, 255]
                        } else {
                            [255, 140, 0]
                        },
                        points,
                    ));
                }
                Step::Grid { corners, score, modules, format } => {
                    g += 1;
                    let e = best.entry(format!("{format:?}{modules:?}")).or_insert(0.0);
                    *e = e.max(score);
                    let [a, b, c, d] = corners;
                    lines.push((if score > 0.5 { [0, 90, 255] } else { [230, 0, 0] }, vec![a, b, c, d, a]));
                }
                Step::Read { corners: [a, b, c, d], .. } => lines.push(([0, 170, 60], vec![a, b, c, d, a])),
                _ => {}
            }
        });
        let ms = t.elapsed().as_millis();
        let name = path.rsplit('/').next().unwrap();
        println!("{name} {ms} ms windows {w} finders {f} grids {g} best {best:?}");
        for s in &symbols {
            println!("   {:?} {} {:?}", s.format, s.symbology_identifier.as_str(), s.text());
        }
        if std::env::var("TICKS").is_ok() {
            let mut last = std::time::Duration::ZERO;
            for (at, what) in ticks {
                if (at - last).as_millis() > 20 {
                    println!("   {:?} before {what} at {at:?}", at - last);
                }
                last = at;
            }
        }
        if let Some(out) = &only {
            for (colour, points) in lines {
                for p in points.windows(2) {
                    let n = ((p[0].x - p[1].x).hypot(p[0].y - p[1].y)).ceil().max(1.0);
                    for i in 0..=n as u32 {
                        let t = i as f32 / n;
                        let (x, y) = (p[0].x + (p[1].x - p[0].x) * t, p[0].y + (p[1].y - p[0].y) * t);
                        if let Some(px) = canvas.get_pixel_mut_checked(x as u32, y as u32) {
                            *px = image::Rgb(colour);
                        }
                    }
                }
            }
            canvas.save(format!("{out}/{name}.png")).unwrap();
        }
    }
}
