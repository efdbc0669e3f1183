//! Every carrier of every agency is drawn and read back at the resolutions of common printers.

use jiff::civil::date;

use super::raster::Raster;
use super::read_back::read_back;
use super::sheets::Drawn;
use super::*;

const GS1: &str = "01095012345678911728013110LOT-7\u{1d}21SN1";
const HIBC: &str = "+H123PARTNO1234567890120/$$420020216LOT123/S7/16D20130202C";

fn draw(carrier: Carrier, content: &Content, module: f64, dpi: f64) -> Result<(Drawn, Raster), Failure> {
    let pen = Pen {
        carrier,
        module,
        dots: Dots::per_inch(dpi),
        height: 8.0,
        prints_dots: true,
        today: date(2027, 3, 15),
    };
    pen.draw(content, &[], None)
}

fn sealed() -> Content {
    let signature = "A".repeat(86);
    Content::of(&format!("{GS1}\u{1d}91AbC1AAAAAB\u{1d}92{signature}"))
}

#[test]
fn gs1_carriers_read_back_at_every_resolution() {
    for dpi in [203.0, 300.0, 600.0] {
        for carrier in [Carrier::DataMatrix, Carrier::Qr, Carrier::Companion] {
            draw(carrier, &sealed(), 0.5, dpi)
                .unwrap_or_else(|failure| panic!("{carrier:?} at {dpi}: {failure}"));
        }
        let link =
            Content { digital_link: Some("https://id.gs1.org/01/09501234567891/21/S1".into()), ..sealed() };
        draw(Carrier::DigitalLink, &link, 0.5, dpi).unwrap();
    }
}

#[test]
fn a_companion_stands_beside_the_symbol_as_it_was_before_the_seal() {
    let (drawn, _) = draw(Carrier::Companion, &sealed(), 0.5, 600.0).unwrap();
    let [symbol, companion] = drawn.exact.symbols.as_slice() else { panic!("two symbols") };
    assert_eq!(symbol.message, GS1);
    assert!(companion.message.starts_with("UDI1:"), "{}", companion.message);
    assert!(draw(Carrier::Companion, &Content::of(GS1), 0.5, 600.0).is_err(), "no seal, no companion");
}

#[test]
fn hibc_reads_back_without_fnc1_in_every_symbology() {
    for (carrier, module) in [(Carrier::DataMatrix, 0.4), (Carrier::Qr, 0.4), (Carrier::Code128, 0.25)] {
        draw(carrier, &Content::of(HIBC), module, 600.0)
            .unwrap_or_else(|failure| panic!("{carrier:?}: {failure}"));
    }
    let (drawn, _) = draw(Carrier::Code39, &Content::of("+A123BJC5D6E71G"), 0.25, 600.0).unwrap();
    assert!(drawn.exact.lines.iter().any(|line| line.text == "*+A123BJC5D6E71G*"));
    assert!(draw(Carrier::Code39, &Content::of(GS1), 0.25, 600.0).is_err(), "GS1 is not for Code 39");
}

#[test]
fn a_symbol_that_does_not_read_back_is_refused() {
    let (drawn, mut raster) = draw(Carrier::DataMatrix, &sealed(), 0.5, 600.0).unwrap();
    let mut other = drawn.dotted.clone();
    other.symbols[0].message.push('X');
    assert_eq!(read_back(&raster, &other).unwrap_err().exit, Exit::Symbol);
    raster.luma.fill(255);
    assert!(read_back(&raster, &drawn.dotted).unwrap_err().to_string().contains("does not read back"));
}

#[test]
fn png_states_its_resolution_and_zpl_its_width() {
    let (_, raster) = draw(Carrier::DataMatrix, &sealed(), 0.5, 300.0).unwrap();
    let png = raster.png(Dots::per_inch(300.0)).unwrap();
    let at = png.windows(4).position(|bytes| bytes == b"pHYs").unwrap();
    assert_eq!(png[at + 4..at + 13], [0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1], "11811 dots a metre");
    assert!(zpl::zpl(&raster).contains(&format!("^PW{}", raster.width)));
}
