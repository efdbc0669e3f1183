//! What can be said about a label beside its fields: a stable code, how bad it is, where, and the facts.

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

/// Byte range of a scan's message (its identifier not counted), start inclusive, end exclusive.
pub type Span = (usize, usize);

/// How bad a finding is. The order is that of badness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// The label breaks a rule that leaves the reading certain.
    Warning,
    /// The scan breaks its grammar in a known way, and was read by undoing that: the fields hold, the scan
    /// as delivered is not valid.
    Repair,
    /// The label cannot be relied on as it stands.
    Error,
}

/// One problem or remark about a label. Words for it: [`crate::messages`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, snake case.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where, in the message of the scan `source`; `None` where it concerns no place in particular.
    pub span: Option<Span>,
    /// Which scan of a joined reading, counted from zero.
    pub source: usize,
    /// Facts for the words, as name and value.
    pub params: Vec<(&'static str, String)>,
}

impl Finding {
    /// A finding of `severity` at `span` of the first scan.
    pub(crate) fn new(code: &'static str, severity: Severity, span: impl Into<Option<Span>>) -> Self {
        Self { code, severity, span: span.into(), source: 0, params: Vec::new() }
    }

    /// A [`Severity::Error`].
    pub(crate) fn error(code: &'static str, span: impl Into<Option<Span>>) -> Self {
        Self::new(code, Severity::Error, span)
    }

    /// A [`Severity::Repair`].
    pub(crate) fn repair(code: &'static str, span: impl Into<Option<Span>>) -> Self {
        Self::new(code, Severity::Repair, span)
    }

    /// A [`Severity::Warning`].
    pub(crate) fn warning(code: &'static str, span: impl Into<Option<Span>>) -> Self {
        Self::new(code, Severity::Warning, span)
    }

    /// An [`Severity::Info`].
    pub(crate) fn info(code: &'static str, span: impl Into<Option<Span>>) -> Self {
        Self::new(code, Severity::Info, span)
    }

    /// The same with one more fact.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    /// The value of a fact.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json = serializer.serialize_struct("Finding", 5)?;
        json.serialize_field("code", self.code)?;
        json.serialize_field("severity", &self.severity)?;
        json.serialize_field("span", &self.span)?;
        json.serialize_field("source", &self.source)?;
        json.serialize_field("params", &Params(&self.params))?;
        json.end()
    }
}

/// Facts as a JSON object.
struct Params<'a>(&'a [(&'static str, String)]);

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
