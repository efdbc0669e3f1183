//! The demo's labels: what each is, how it is made, and the headline it must give.

use super::world::{KeyName, World};
use crate::label::Carrier;
use crate::sign::{Fields, Unit, digital_link, element_string, seal};

/// Items of the demo's first maker, whose company prefix is 9501234.
pub(super) const CATHETER: &str = "09501234567891";
/// Recalled by serial and by manufacturing date.
pub(super) const PUMP: &str = "09501234000015";
/// With a notice that no machine can check.
pub(super) const IMPLANT: &str = "09501234000022";
/// An item of the second maker, whose prefix is 9504321.
const STENT: &str = "09504321000011";

/// Where the demo's Digital Links point; nothing is ever fetched from there.
const LINK_BASE: &str = "https://id.example.org";

/// One label to make.
pub(super) struct Case {
    /// Its name, in files and lists.
    pub(super) name: &'static str,
    /// What a person should know about it.
    pub(super) about: &'static str,
    /// The headline it must give.
    pub(super) headline: &'static str,
    /// The symbol it is printed as.
    pub(super) carrier: Carrier,
    unit: Unit,
    signer: Signer,
    tampering: Tampering,
}

/// Who seals a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signer {
    /// Nobody.
    None,
    /// The holder of a key.
    Key(KeyName),
    /// A stranger who names Acme's key on the label.
    ForgedAsAcme,
}

/// What happens to a label after it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tampering {
    /// Nothing.
    None,
    /// An element gets another value, or is added.
    Set(&'static str, String),
}

impl Case {
    /// The message of the label's symbol; or what is wrong with the case.
    pub(super) fn message(&self, world: &World) -> Result<String, String> {
        let mut fields = self.fields(world)?;
        if let Tampering::Set(ai, value) = &self.tampering {
            match fields.iter_mut().find(|(id, _)| id == ai) {
                Some(field) => field.1.clone_from(value),
                None => fields.push((ai, value.clone())),
            }
        }
        Ok(match self.carrier {
            Carrier::DigitalLink => digital_link(LINK_BASE, &fields),
            _ => element_string(&fields),
        })
    }

    fn fields(&self, world: &World) -> Result<Fields, String> {
        let (signs, named) = match self.signer {
            Signer::None => return self.unit.fields(),
            Signer::Key(name) => (world.key(name), world.key(name)),
            Signer::ForgedAsAcme => (world.key(KeyName::Stranger), world.key(KeyName::Acme)),
        };
        let hint = named.public().hint().map_err(|failure| failure.to_string())?;
        Ok(seal(&self.unit, signs.signer(), hint, world.today)?.fields)
    }

    fn carried_by(self, name: &'static str, carrier: Carrier) -> Self {
        Self { name, carrier, ..self }
    }

    fn altered(self, ai: &'static str, value: impl Into<String>) -> Self {
        Self { tampering: Tampering::Set(ai, value.into()), ..self }
    }

    fn signed_by(self, signer: Signer) -> Self {
        Self { signer, ..self }
    }

    fn unit(mut self, change: impl FnOnce(&mut Unit)) -> Self {
        change(&mut self.unit);
        self
    }
}

/// Every label of the demo.
pub(super) fn all(world: &World) -> Vec<Case> {
    let label = |name, headline, about| Case {
        name,
        about,
        headline,
        carrier: Carrier::DataMatrix,
        unit: Unit {
            di: CATHETER.to_owned(),
            lot: Some("LT4107".to_owned()),
            serial: "SN100234".to_owned(),
            expiry: Some(world.days_ago(-730).to_string()),
            index: Some(100_234),
            ..Unit::default()
        },
        signer: Signer::Key(KeyName::Acme),
        tampering: Tampering::None,
    };
    let clean = || label("signed_clean", "signed_no_recall", "Signed by its maker, not recalled.");
    let altered =
        || label("lot_altered", "altered", "The lot was changed after signing.").altered("10", "LT4108");
    let by_lot = || {
        label("recalled_by_lot", "recalled", "Its lot is recalled.")
            .unit(|unit| unit.lot = Some("RC2201".into()))
    };
    let unsigned =
        || label("unsigned", "unsigned_no_recall", "Never signed, not recalled.").signed_by(Signer::None);
    let pump = |unit: &mut Unit, serial: &str| {
        unit.di = PUMP.to_owned();
        unit.serial = serial.to_owned();
        unit.lot = None;
        unit.manufactured = Some(world.days_ago(200).to_string());
    };
    vec![
        clean(),
        clean().carried_by("signed_clean_qr", Carrier::Qr),
        clean().carried_by("signed_clean_link", Carrier::DigitalLink),
        label("signed_day_00", "signed_no_recall", "Signed; its expiry states month and year only.")
            .unit(|unit| unit.expiry = Some(format!("{:02}0600", (world.today.year() + 2).rem_euclid(100)))),
        label(
            "signed_uncovered",
            "signed_no_recall",
            "Signed; a reference number beside the signature is not covered.",
        )
        .altered("240", "REF-77"),
        label(
            "retired_key",
            "signed_no_recall",
            "Signed with a key that was retired since: old labels keep verifying.",
        )
        .signed_by(Signer::Key(KeyName::AcmeRetired)),
        altered(),
        altered().carried_by("lot_altered_link", Carrier::DigitalLink),
        label("serial_altered", "altered", "The serial was changed after signing.").altered("21", "SN100235"),
        label("expiry_altered", "altered", "The expiry was put off after signing.")
            .altered("17", world.days_ago(-1400).strftime("%y%m%d").to_string()),
        label("forged", "altered", "Signed by a stranger in the name of the maker's key.")
            .signed_by(Signer::ForgedAsAcme),
        label("unknown_key", "hold", "Signed with a key that no registered maker has.")
            .signed_by(Signer::Key(KeyName::Stranger)),
        label("wrong_prefix", "hold", "Signed with a known key, but the item is another company's.")
            .unit(|unit| unit.di = STENT.to_owned()),
        label("stolen_key", "hold", "Signed with a key that was reported stolen.")
            .signed_by(Signer::Key(KeyName::AcmeStolen)),
        by_lot(),
        by_lot().carried_by("recalled_by_lot_link", Carrier::DigitalLink),
        label("recalled_by_serial", "recalled", "Its serial is recalled.")
            .unit(|unit| pump(unit, "SN-RECALLED")),
        label("recalled_by_serial_range", "recalled", "Its serial lies in a recalled range.")
            .unit(|unit| pump(unit, "5417")),
        label("recalled_by_date", "recalled", "It was made in recalled weeks.").unit(|unit| {
            pump(unit, "8100");
            unit.manufactured = Some(world.days_ago(385).to_string());
        }),
        by_lot().signed_by(Signer::None).carried_by("recalled_unsigned", Carrier::DataMatrix),
        by_lot()
            .carried_by("recalled_and_expired", Carrier::DataMatrix)
            .unit(|unit| unit.expiry = Some(world.days_ago(90).to_string())),
        label("recall_to_read", "hold", "There is a notice for the item that a person must read.")
            .unit(|unit| unit.di = IMPLANT.to_owned()),
        label("lot_missing", "hold", "Lots of this item are recalled and the label states none.")
            .signed_by(Signer::None)
            .unit(|unit| unit.lot = None),
        label("unit_recalled", "recalled", "Its maker recalls this one unit.")
            .unit(|unit| unit.index = Some(7_001)),
        label("unit_stolen", "used_or_stolen", "Its maker lists it as stolen.")
            .unit(|unit| unit.index = Some(7_002)),
        label("unit_used", "used_or_stolen", "Its maker lists it as used.")
            .unit(|unit| unit.index = Some(7_003)),
        label("unit_quarantined", "hold", "Its maker has set it aside until a question is settled.")
            .unit(|unit| unit.index = Some(7_004)),
        label("expired", "expired", "Past its use-by date.")
            .unit(|unit| unit.expiry = Some(world.days_ago(90).to_string())),
        unsigned(),
        unsigned().carried_by("unsigned_link", Carrier::DigitalLink),
    ]
}
