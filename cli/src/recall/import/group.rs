//! One product of a notice and the units of it that are named.

/// One product of a notice and the units of it that are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    /// Device identifier, 14 digits.
    pub(super) di: Option<String>,
    /// Catalogue number.
    pub(super) catalogue: Option<String>,
    /// Lots, each once, in the order printed.
    pub(super) lots: Vec<String>,
    /// First and last lot, both included.
    pub(super) lot_ranges: Vec<(String, String)>,
    /// Serials, each once, in the order printed.
    pub(super) serials: Vec<String>,
    /// First and last serial, both included.
    pub(super) serial_ranges: Vec<(String, String)>,
    /// The text says that every unit is meant.
    pub(super) all: bool,
    /// What named the product first, where something in the text did.
    pub(super) key: Option<Key>,
    /// How many values stood before the product was named.
    pub(super) before_product: usize,
}

/// What names a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A device identifier.
    Di,
    /// A catalogue number.
    Catalogue,
}

impl Group {
    pub(super) fn name(&mut self, key: Key) -> &mut Option<String> {
        match key {
            Key::Di => &mut self.di,
            Key::Catalogue => &mut self.catalogue,
        }
    }

    pub(super) fn values(&self) -> usize {
        self.lots.len() + self.lot_ranges.len() + self.serials.len() + self.serial_ranges.len()
    }

    /// Values stand before the product's name and others behind it: the first may be another product's.
    pub(super) fn is_torn(&self) -> bool {
        self.before_product > 0 && self.values() > self.before_product
    }

    /// Lots, serials or "all" were stated.
    pub(super) fn names_units(&self) -> bool {
        self.all || self.names_lots() || self.names_serials()
    }

    /// Lots were stated.
    pub(super) fn names_lots(&self) -> bool {
        !self.lots.is_empty() || !self.lot_ranges.is_empty()
    }

    /// Serials were stated.
    pub(super) fn names_serials(&self) -> bool {
        !self.serials.is_empty() || !self.serial_ranges.is_empty()
    }
}
