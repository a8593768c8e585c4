//! The hash of a server's certificate that SCRAM is bound to (RFC 5929, section 4).
//!
//! It is made by the hash that the certificate was signed with, so that much of
//! the certificate is read here: the algorithm after the signed part.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// The hash, or nothing where the signature names none, as Ed25519.
pub(super) fn hash(certificate: &[u8]) -> Option<Vec<u8>> {
    Some(match signed_with(certificate)? {
        Hash::Sha256 => Sha256::digest(certificate).to_vec(),
        Hash::Sha384 => Sha384::digest(certificate).to_vec(),
        Hash::Sha512 => Sha512::digest(certificate).to_vec(),
    })
}

#[derive(Debug, PartialEq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// `ecdsa-with-` and one of the SHAs.
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04];
/// `rsaEncryption` with a hash.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];

fn signed_with(certificate: &[u8]) -> Option<Hash> {
    let (whole, _) = element(SEQUENCE, certificate)?;
    let (_, after_signed) = element(SEQUENCE, whole)?;
    let (algorithm, _) = element(SEQUENCE, after_signed)?;
    let (name, _) = element(OBJECT_IDENTIFIER, algorithm)?;
    // MD5 and SHA-1 are replaced by SHA-256, as the RFC asks.
    match (name.strip_prefix(RSA), name.strip_prefix(ECDSA)) {
        (Some([0x04 | 0x05 | 0x0b]), _) | (_, Some([0x01] | [0x03, 0x02])) => Some(Hash::Sha256),
        (Some([0x0c]), _) | (_, Some([0x03, 0x03])) => Some(Hash::Sha384),
        (Some([0x0d]), _) | (_, Some([0x03, 0x04])) => Some(Hash::Sha512),
        _ => None,
    }
}

const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// The contents of the element that the bytes (DER) begin with, and what follows it.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[first, length], rest) = bytes.split_first_chunk()?;
    if first != tag {
        return None;
    }
    // From 128 on, the length is in so many bytes of its own.
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            let length = bytes
                .iter()
                .fold(0_usize, |sum, &byte| sum << 8 | usize::from(byte));
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate as far as it is read: what is signed, the algorithm, a signature.
    fn certificate(algorithm: &[u8]) -> Vec<u8> {
        let signed = [&[SEQUENCE, 0x82, 0x01, 0x00][..], &[0; 256]].concat();
        let name = [&[OBJECT_IDENTIFIER, algorithm.len() as u8][..], algorithm].concat();
        let algorithm = [&[SEQUENCE, name.len() as u8 + 2][..], &name, &[0x05, 0x00]].concat();
        let whole = [&signed[..], &algorithm, &[0x03, 0x02, 0x00, 0x01]].concat();
        let length = u16::try_from(whole.len()).unwrap().to_be_bytes();
        [&[SEQUENCE, 0x82][..], &length, &whole].concat()
    }

    #[test]
    fn the_hash_is_that_of_the_signature() {
        for (family, last, expected) in [
            (RSA, &[0x05][..], Some(Hash::Sha256)),
            (RSA, &[0x0b], Some(Hash::Sha256)),
            (RSA, &[0x0c], Some(Hash::Sha384)),
            (RSA, &[0x0d], Some(Hash::Sha512)),
            (RSA, &[0x0a], None),
            (ECDSA, &[0x03, 0x02], Some(Hash::Sha256)),
            (ECDSA, &[0x03, 0x03], Some(Hash::Sha384)),
            (ECDSA, &[0x03, 0x04], Some(Hash::Sha512)),
            (&[0x2b, 0x65], &[0x70], None),
        ] {
            let certificate = certificate(&[family, last].concat());
            assert_eq!(signed_with(&certificate), expected, "{family:x?} {last:x?}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_hash() {
        let whole = certificate(&[RSA, &[0x0b]].concat());
        for length in 0..whole.len() {
            assert_eq!(hash(&whole[..length]), None, "{length}");
        }
        assert_eq!(hash(&[SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(hash(&whole).map(|hash| hash.len()), Some(32));
    }
}
