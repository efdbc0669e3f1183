//! The parts a value is made of, as the GS1 General Specifications section 3 lays each identifier out:
//! character set, length, and the rules its content keeps.

/// The characters a component may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CharacterSet {
    /// Digits.
    N,
    /// GS1 AI encodable character set 82 (General Specifications figure 7.11-1).
    X,
    /// GS1 AI encodable character set 39 (figure 7.11-2).
    Y,
    /// GS1 AI encodable character set 64, file-safe base64 (figure 7.11-3).
    Z,
}

/// What the content of a component must satisfy beside its character set and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The last digit is the modulo 10 check digit.
    CheckDigit,
    /// The last two characters are the modulo 1021 check pair.
    CheckPair,
    /// A GS1 Company Prefix begins at the first digit.
    PrefixAt1,
    /// A GS1 Company Prefix begins at the second digit.
    PrefixAt2,
    /// At least one character is no digit.
    HasNonDigit,
    /// YYMMDD; DD may be 00.
    DateDayOptional,
    /// YYMMDD.
    Date,
    /// YYYYMMDD.
    LongDate,
    /// HHMM.
    HourMinute,
    /// HH.
    Hour,
    /// MM.
    Minute,
    /// SS.
    Second,
    /// 0.
    Zero,
    /// Not all zeros.
    NonZero,
    /// No zero in front, unless it is the whole value.
    NoLeadingZero,
    /// Two digits of a piece, two of the total: neither zero, piece ≤ total.
    PieceOfTotal,
    /// Winding direction 0, 1 or 9.
    Winding,
    /// 0 or 1.
    YesNo,
    /// A minus sign.
    Minus,
    /// ISO 3166-1 numeric.
    Country,
    /// ISO 3166-1 numeric, or 999 for several.
    CountryOr999,
    /// ISO 3166-1 alpha-2.
    CountryAlpha2,
    /// ISO 4217 numeric.
    Currency,
    /// Latitude plus 90 degrees, times ten million.
    Latitude,
    /// Longitude plus 180 degrees (wrapped), times ten million.
    Longitude,
    /// Percent-encoded text.
    PercentEncoded,
    /// Importer index: a character of file-safe base64.
    ImporterIndex,
    /// UN/ECE Recommendation 21 package type.
    PackageType,
    /// AIDC media type 01 to 10, or 80 to 99.
    MediaType,
    /// ISO 5218: 0, 1, 2 or 9.
    Sex,
    /// Position and total with a slash between.
    PositionInSequence,
    /// ISO 13616 IBAN.
    Iban,
    /// North American coupon.
    Coupon,
    /// North American positive offer file.
    CouponPositiveOffer,
}

/// One part of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) characters: CharacterSet,
    /// Fewest characters, where the component is there at all.
    pub(crate) min: usize,
    /// Most characters.
    pub(crate) max: usize,
    pub(crate) rules: &'static [Rule],
    /// Whether the value may end before it.
    pub(crate) optional: bool,
}

const fn component(characters: CharacterSet, min: usize, max: usize) -> Component {
    Component { characters, min, max, rules: &[], optional: false }
}

/// Exactly `length` digits.
pub(crate) const fn n(length: usize) -> Component {
    component(CharacterSet::N, length, length)
}

/// One to `max` digits.
pub(crate) const fn n_up_to(max: usize) -> Component {
    component(CharacterSet::N, 1, max)
}

/// Exactly `length` characters of set 82.
pub(crate) const fn x(length: usize) -> Component {
    component(CharacterSet::X, length, length)
}

/// One to `max` characters of set 82.
pub(crate) const fn x_up_to(max: usize) -> Component {
    component(CharacterSet::X, 1, max)
}

/// One to `max` characters of set 39.
pub(crate) const fn y_up_to(max: usize) -> Component {
    component(CharacterSet::Y, 1, max)
}

/// One to `max` characters of set 64.
pub(crate) const fn z_up_to(max: usize) -> Component {
    component(CharacterSet::Z, 1, max)
}

impl Component {
    /// The same, keeping these rules.
    pub(crate) const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// The same, where the value may end before it.
    pub(crate) const fn opt(mut self) -> Self {
        self.optional = true;
        self
    }
}
