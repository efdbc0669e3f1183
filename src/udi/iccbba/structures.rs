//! The ISBT 128 data structures that devices carry, ICCBBA ST-001 and ST-017. All but the last have a fixed
//! length, and nothing stands between them.

/// One data structure.
#[derive(Debug)]
pub(super) struct Structure {
    /// Its two-character data identifier, or three where the third tells kinds of one apart. The donation
    /// identification number has `=` alone: its second character is data.
    pub(super) id: &'static str,
    /// Its name, with ICCBBA's number for it.
    pub(super) title: &'static str,
    /// Characters after the identifier.
    pub(super) length: usize,
    pub(super) content: Content,
}

/// What a data structure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// How many structures follow.
    Compound,
    /// Device identifier: Processor Product Identification Code.
    ProductCode,
    /// Product divisions, a serial number.
    Divisions,
    /// Donation identification number and flags.
    Donation,
    /// A day, with or without a time.
    Expiry,
    /// A month of four-digit year.
    ExpiryMonth,
    /// A day, with or without a time.
    Production,
    Lot,
    /// Maker and catalogue number, the device identifier of containers and other items.
    Catalogue,
    /// Shown, not interpreted.
    Other,
}

/// In the order of ICCBBA's numbers (ST-001 table RT003); the donation identification number last, since any
/// other identifier that begins with `=` is tried before it. Patient data (024, 025) is refused before.
#[rustfmt::skip]
pub(super) const STRUCTURES: [Structure; 38] = [
    Structure { id: "=%",  title: "BLOOD GROUPS (002)",                        length: 4,  content: Content::Other },
    Structure { id: "=<",  title: "PRODUCT CODE (003)",                        length: 8,  content: Content::Other },
    Structure { id: "=>",  title: "EXPIRATION DATE (004)",                     length: 6,  content: Content::Expiry },
    Structure { id: "&>",  title: "EXPIRATION DATE AND TIME (005)",            length: 10, content: Content::Expiry },
    Structure { id: "=*",  title: "COLLECTION DATE (006)",                     length: 6,  content: Content::Other },
    Structure { id: "&*",  title: "COLLECTION DATE AND TIME (007)",            length: 10, content: Content::Other },
    Structure { id: "=}",  title: "PRODUCTION DATE (008)",                     length: 6,  content: Content::Production },
    Structure { id: "&}",  title: "PRODUCTION DATE AND TIME (009)",            length: 10, content: Content::Production },
    Structure { id: "&(",  title: "SPECIAL TESTING: GENERAL (010)",            length: 5,  content: Content::Other },
    Structure { id: "={",  title: "RED CELL ANTIGENS (011)",                   length: 18, content: Content::Other },
    Structure { id: "=\\", title: "RED CELL ANTIGENS, GENERAL (012)",          length: 18, content: Content::Other },
    Structure { id: "&\\", title: "RED CELL ANTIGENS, FINNISH (013)",          length: 18, content: Content::Other },
    Structure { id: "&{",  title: "PLATELET ANTIGENS (014)",                   length: 18, content: Content::Other },
    Structure { id: "=[",  title: "HLA-A AND -B ALLELES (015)",                length: 18, content: Content::Other },
    Structure { id: "=\"", title: "HLA-DRB1 ALLELES (016)",                    length: 18, content: Content::Other },
    Structure { id: "=)",  title: "CONTAINER MAKER AND CATALOGUE (017)",       length: 10, content: Content::Catalogue },
    Structure { id: "&)",  title: "CONTAINER LOT (018)",                       length: 10, content: Content::Lot },
    Structure { id: "=;",  title: "DONOR IDENTIFICATION NUMBER (019)",         length: 21, content: Content::Other },
    Structure { id: "='",  title: "STAFF MEMBER (020)",                        length: 11, content: Content::Other },
    Structure { id: "=-",  title: "ITEM MAKER AND CATALOGUE (021)",            length: 10, content: Content::Catalogue },
    Structure { id: "&-",  title: "ITEM LOT (022)",                            length: 10, content: Content::Lot },
    Structure { id: "=+",  title: "COMPOUND MESSAGE (023)",                    length: 5,  content: Content::Compound },
    Structure { id: "=]",  title: "EXPIRATION MONTH AND YEAR (026)",           length: 6,  content: Content::ExpiryMonth },
    Structure { id: "&\"", title: "INFECTION MARKERS (027)",                   length: 18, content: Content::Other },
    Structure { id: "=$",  title: "PRODUCT CONSIGNMENT (028)",                 length: 16, content: Content::Other },
    Structure { id: "&$",  title: "DIMENSIONS (029)",                          length: 2,  content: Content::Other },
    Structure { id: "&%",  title: "RED CELL ANTIGENS, TEST HISTORY (030)",     length: 3,  content: Content::Other },
    Structure { id: "=(",  title: "FLEXIBLE DATE AND TIME (031)",              length: 16, content: Content::Other },
    Structure { id: "=,",  title: "PRODUCT DIVISIONS (032)",                   length: 6,  content: Content::Divisions },
    Structure { id: "&+",  title: "PROCESSING FACILITY (033)",                 length: 11, content: Content::Other },
    Structure { id: "=/",  title: "PRODUCT IDENTIFICATION CODE (034)",         length: 16, content: Content::ProductCode },
    Structure { id: "&,1", title: "LOT (035)",                                 length: 18, content: Content::Lot },
    Structure { id: "&,2", title: "SUPPLEMENTAL IDENTIFICATION (036)",         length: 18, content: Content::Other },
    Structure { id: "&,3", title: "DONOR REGISTRATION (037)",                  length: 19, content: Content::Other },
    Structure { id: "&,4", title: "SINGLE EUROPEAN CODE (038)",                length: 40, content: Content::Other },
    Structure { id: "&:",  title: "DONOR REGISTRATION (039)",                  length: 19, content: Content::Other },
    Structure { id: "&/",  title: "CHAIN OF IDENTITY (040)",                   length: 15, content: Content::Other },
    Structure { id: "=",   title: "DONATION IDENTIFICATION NUMBER (001)",      length: 15, content: Content::Donation },
];

/// The structure at the start of a text.
pub(super) fn at_start(text: &[u8]) -> Option<&'static Structure> {
    let named = STRUCTURES.iter().find(|structure| text.starts_with(structure.id.as_bytes()));
    named.filter(|structure| structure.content != Content::Donation || begins_donation(text))
}

/// A donation identification number begins with a letter but O, or a digit but 0.
fn begins_donation(text: &[u8]) -> bool {
    matches!(text.get(1), Some(b'A'..=b'N' | b'P'..=b'Z' | b'a'..=b'z' | b'1'..=b'9'))
}
