//! Why a notice could not be put into exact rules.

use std::fmt;

/// The first thing that kept a text from being certain. Each is a reason to publish the notice as text only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The record carries no list text.
    NoText,
    /// A word that is neither heading, value, date nor joining word; what it changes is not known.
    Prose(String),
    /// A value stands under no heading.
    Unlabelled(String),
    /// The text ends in the middle of a list.
    Cut,
    /// Neither a device identifier nor a catalogue number, or several catalogue numbers for one list.
    Product(&'static str),
    /// A product is named, but neither lots nor serials, and nothing says "all".
    NothingSaysAll,
    /// A device identifier whose check digit is wrong, or that is no GTIN.
    Identifier(String),
    /// A range whose ends differ in length or letters, or that runs backwards.
    Range(String, String),
    /// A hyphen that may be part of one number or join two.
    Hyphen(String),
    /// One word that may be several numbers, or a number and a word.
    Several(String),
    /// Placeholders at the end of a number: "21AXXX" is any number of that form.
    Wildcard(String),
    /// A word under a heading that looks like a date.
    Date(String),
    /// Lots and serials in one list, and it is not clear which belong together.
    LotsAndSerials,
    /// Headings of different kinds side by side: a table, whose columns cannot be told apart in running text.
    Table,
    /// Two parts of the record say different things.
    Contradiction(String),
}

impl fmt::Display for Doubt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoText => write!(formatter, "the record has no lot or serial text"),
            Self::Prose(word) => write!(formatter, "\"{word}\" is prose; it may limit or widen the list"),
            Self::Unlabelled(word) => write!(formatter, "nothing says what \"{word}\" is"),
            Self::Cut => write!(formatter, "the text ends in the middle of a list"),
            Self::Product(why) => write!(formatter, "{why}"),
            Self::NothingSaysAll => write!(formatter, "no lots and no serials, and nothing says all units"),
            Self::Identifier(di) => write!(formatter, "\"{di}\" is no GTIN with a right check digit"),
            Self::Range(from, to) => write!(formatter, "\"{from}\" to \"{to}\" has no certain order"),
            Self::Hyphen(word) => write!(formatter, "\"{word}\" may be one number or a range"),
            Self::Several(word) => write!(formatter, "\"{word}\" may be one number or several"),
            Self::Wildcard(word) => write!(formatter, "\"{word}\" stands for several numbers"),
            Self::Date(word) => write!(formatter, "\"{word}\" looks like a date where a number is expected"),
            Self::LotsAndSerials => {
                write!(formatter, "lots and serials are mixed; which go together is not certain")
            }
            Self::Table => {
                write!(formatter, "headings stand side by side; which value is whose is not certain")
            }
            Self::Contradiction(what) => write!(formatter, "{what}"),
        }
    }
}
