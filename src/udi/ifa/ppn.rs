//! The Pharmacy Product Number, IFA PPN-Code specification: two characters of the registration agency (PRA),
//! the product number, two check digits modulo 97. The agency `11` stands for a German PZN of eight digits,
//! the last of them a check digit modulo 11.

use crate::udi::text::{decode, digit};

/// What is wrong with a PPN: code, what was expected, what was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) expected: String,
    pub(super) found: String,
}

/// Checks the two check digits, and for a PZN its own.
pub(super) fn check(ppn: &[u8]) -> Result<(), Fault> {
    let Some((body, found)) = ppn.split_last_chunk::<2>() else { return Ok(()) };
    let expected = check_digits(body);
    if expected.as_bytes() != found {
        return Err(Fault { code: "ppn_check_digits", expected, found: decode(found) });
    }
    match body {
        [b'1', b'1', pzn @ ..] => check_pzn(pzn),
        _ => Ok(()),
    }
}

/// ASCII values with weights 2, 3, 4… from the left, modulo 97.
pub(in crate::udi) fn check_digits(body: &[u8]) -> String {
    let sum: u32 = (2..).zip(body).map(|(weight, &byte): (u32, _)| weight * u32::from(byte)).sum();
    format!("{:02}", sum % 97)
}

fn check_pzn(pzn: &[u8]) -> Result<(), Fault> {
    let fault = |expected: String| Fault { code: "pzn_check_digit", expected, found: decode(pzn) };
    let Some(digits) = pzn.iter().map(|&byte| digit(byte)).collect::<Option<Vec<_>>>() else {
        return Err(fault("PZN-8".to_owned()));
    };
    let [body @ .., found] = digits.as_slice() else { return Err(fault("PZN-8".to_owned())) };
    let sum: u32 = (1..).zip(body).map(|(weight, value): (u32, _)| weight * value).sum();
    if body.len() != 7 {
        return Err(fault("PZN-8".to_owned()));
    }
    // A remainder of 10 is not issued.
    if sum % 11 == *found { Ok(()) } else { Err(fault((sum % 11).to_string())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_checks_of_a_ppn_are_made() {
        assert_eq!(check(b"110375286414"), Ok(()));
        assert_eq!(check(b"111234568408"), Ok(()));
        assert_eq!(check(b"111234568415").unwrap_err().code, "ppn_check_digits");
        let wrong_pzn = format!("1103752865{}", check_digits(b"1103752865"));
        assert_eq!(check(wrong_pzn.as_bytes()).unwrap_err().code, "pzn_check_digit");
    }
}
