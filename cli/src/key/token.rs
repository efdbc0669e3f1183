//! A private key inside a PKCS#11 token (a hardware security module, a smart card): it signs there and never
//! leaves.
//!
//! Mechanisms of PKCS#11 3.0: `CKM_EC_EDWARDS_KEY_PAIR_GEN` and `CKM_EDDSA`, both for Ed25519.

use std::sync::{Mutex, PoisonError};

use age::secrecy::{ExposeSecret, SecretString};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use udi_verify::seal::PublicKey;

use super::record::TokenKey;
use super::signer::Signer;
use crate::failure::{Exit, Failure, OrFail};

/// The curve, as the object identifier 1.3.101.112 in DER (RFC 8410).
const ED25519: [u8; 5] = [0x06, 0x03, 0x2b, 0x65, 0x70];

/// A key in a token. Each thread that signs takes a session of its own.
pub(super) struct TokenSigner {
    context: Pkcs11,
    slot: Slot,
    private: ObjectHandle,
    public: [u8; 32],
    idle: Mutex<Vec<Session>>,
    /// A token forgets who logged in when its last session closes.
    _logged_in: Mutex<Session>,
}

impl Signer for TokenSigner {
    fn public(&self) -> [u8; 32] {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Failure> {
        let doing = || "the token did not sign";
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let session = match idle {
            Some(session) => session,
            None => self.context.open_ro_session(self.slot).or_fail(Exit::Key, doing)?,
        };
        let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
        let signature = session.sign(&mechanism, self.private, message).or_fail(Exit::Key, doing)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        let signature: [u8; 64] = signature
            .try_into()
            .map_err(|_| Failure::new(Exit::Key, "the token's signature does not have 64 bytes"))?;
        // A faulty token must not spoil labels: what it gives is checked as a phone will.
        let public = PublicKey::from_bytes(&self.public).or_fail(Exit::Key, doing)?;
        if public.verifies(message, &signature) {
            Ok(signature)
        } else {
            Err(Failure::new(Exit::Key, "the token's signature does not verify under its public key"))
        }
    }
}

/// Opens a key that the token holds.
pub(super) fn open(key: &TokenKey, pin: &SecretString) -> Result<TokenSigner, Failure> {
    let (context, slot, session) = log_in(key, pin)?;
    let find = |class| find_one(&session, key, class);
    let (private, public) = (find(ObjectClass::PRIVATE_KEY)?, find(ObjectClass::PUBLIC_KEY)?);
    let public = public_bytes(&session, public)?;
    Ok(TokenSigner {
        context,
        slot,
        private,
        public,
        idle: Mutex::default(),
        _logged_in: Mutex::new(session),
    })
}

/// Lets the token make a key pair that it will not let out.
pub(super) fn create(key: &TokenKey, pin: &SecretString) -> Result<TokenSigner, Failure> {
    let (_, _, session) = log_in(key, pin)?;
    if find_all(&session, key, ObjectClass::PRIVATE_KEY)?.is_empty() {
        let label = Attribute::Label(key.label.as_bytes().to_vec());
        let public = [
            label.clone(),
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(ED25519.to_vec()),
        ];
        let private = [
            label,
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
        ];
        session
            .generate_key_pair(&Mechanism::EccEdwardsKeyPairGen, &public, &private)
            .or_fail(Exit::Key, || format!("the token {} cannot make an Ed25519 key", key.token))?;
    } else {
        let words =
            format!("the token {} has a key {:?} already; a key is never overwritten", key.token, key.label);
        return Err(Failure::new(Exit::Key, words));
    }
    drop(session);
    open(key, pin)
}

fn log_in(key: &TokenKey, pin: &SecretString) -> Result<(Pkcs11, Slot, Session), Failure> {
    let module = || format!("cannot use the PKCS#11 module {}", key.module);
    let context = Pkcs11::new(&key.module).or_fail(Exit::Key, module)?;
    match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // A process initialises a module once, whoever in it comes first.
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(Failure::new(Exit::Key, format!("{}: {error}", module()))),
    }
    let mut found = None;
    for slot in context.get_slots_with_token().or_fail(Exit::Key, module)? {
        let token = context.get_token_info(slot).or_fail(Exit::Key, module)?;
        if token.label() == key.token {
            found = Some(slot);
        }
    }
    let missing = || Failure::new(Exit::Key, format!("{}: there is no token {:?}", module(), key.token));
    let slot = found.ok_or_else(missing)?;
    let session = context.open_rw_session(slot).or_fail(Exit::Key, module)?;
    match session.login(UserType::User, Some(&AuthPin::new(pin.expose_secret().into()))) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
        Err(error) => {
            return Err(Failure::new(Exit::Key, format!("the token {} refuses the PIN: {error}", key.token)));
        }
    }
    Ok((context, slot, session))
}

fn find_all(session: &Session, key: &TokenKey, class: ObjectClass) -> Result<Vec<ObjectHandle>, Failure> {
    let template = [
        Attribute::Class(class),
        Attribute::KeyType(KeyType::EC_EDWARDS),
        Attribute::Label(key.label.as_bytes().to_vec()),
    ];
    session.find_objects(&template).or_fail(Exit::Key, || format!("cannot search the token {}", key.token))
}

fn find_one(session: &Session, key: &TokenKey, class: ObjectClass) -> Result<ObjectHandle, Failure> {
    match find_all(session, key, class)?.as_slice() {
        [one] => Ok(*one),
        found => Err(Failure::new(
            Exit::Key,
            format!("the token {} has {} Ed25519 keys {:?}, not one", key.token, found.len(), key.label),
        )),
    }
}

/// `CKA_EC_POINT` is the point in a DER octet string; some modules give it bare.
fn public_bytes(session: &Session, public: ObjectHandle) -> Result<[u8; 32], Failure> {
    let doing = || "cannot read the token's public key";
    let attributes = session.get_attributes(public, &[AttributeType::EcPoint]).or_fail(Exit::Key, doing)?;
    let point = attributes.iter().find_map(|attribute| match attribute {
        Attribute::EcPoint(point) => Some(point.as_slice()),
        _ => None,
    });
    let point = point.map(|point| point.strip_prefix(&[0x04, 0x20]).unwrap_or(point));
    point
        .and_then(|point| point.try_into().ok())
        .ok_or_else(|| Failure::new(Exit::Key, "the token's public key does not have 32 bytes"))
}
