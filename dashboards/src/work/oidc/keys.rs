//! What an ID token must be signed by: RSA and elliptic curves, checked by ring. Nothing is signed here, and no shared secret is a key.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey, Header};
use ring::signature as by_ring;
use serde_json::Value;

/// The algorithms that are taken: none of them can be made with a secret that both sides have.
pub const TAKEN: [Algorithm; 8] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
];

static RING: CryptoProvider =
    CryptoProvider { signer_factory: signer, verifier_factory: verifier, key_utils: KeyUtils::new_unimplemented() };

/// Whoever is first decides, and all of them are the same.
pub fn install() {
    let _ = RING.install_default();
}

fn signer(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    Err(ErrorKind::InvalidAlgorithm.into())
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let fits = matches!(
        (key.kind(), rsa(*algorithm), curve(*algorithm)),
        (DecodingKeyKind::RsaModulusExponent { .. }, Some(_), _) | (DecodingKeyKind::SecretOrDer(_), _, Some(_))
    );
    if !fits {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(Check { algorithm: *algorithm, key: key.kind().clone() }))
}

fn rsa(algorithm: Algorithm) -> Option<&'static by_ring::RsaParameters> {
    Some(match algorithm {
        Algorithm::RS256 => &by_ring::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &by_ring::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &by_ring::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &by_ring::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &by_ring::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &by_ring::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

fn curve(algorithm: Algorithm) -> Option<&'static dyn by_ring::VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::ES256 => &by_ring::ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &by_ring::ECDSA_P384_SHA384_FIXED,
        _ => return None,
    })
}

struct Check {
    algorithm: Algorithm,
    key: DecodingKeyKind,
}

impl Verifier<Vec<u8>> for Check {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> Result<(), signature::Error> {
        let checked = match &self.key {
            DecodingKeyKind::RsaModulusExponent { n, e } => rsa(self.algorithm)
                .and_then(|how| by_ring::RsaPublicKeyComponents { n, e }.verify(how, message, signed).ok()),
            DecodingKeyKind::SecretOrDer(point) => curve(self.algorithm)
                .and_then(|how| by_ring::UnparsedPublicKey::new(how, point).verify(message, signed).ok()),
        };
        checked.ok_or_else(signature::Error::new)
    }
}

impl JwtVerifier for Check {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// A provider's keys that can be used; others are left out, whatever they are.
pub fn read(set: &Value) -> Vec<Jwk> {
    let keys = set.get("keys").and_then(Value::as_array).into_iter().flatten();
    let jwks = keys.filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    jwks.filter(|jwk| !matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption))).collect()
}

/// The key that a token says it is signed by. One that names none means the only one of its kind.
pub fn of<'a>(keys: &'a [Jwk], header: &Header) -> Option<&'a Jwk> {
    match &header.kid {
        Some(kid) => keys.iter().find(|jwk| jwk.common.key_id.as_ref() == Some(kid)),
        None => {
            let mut fitting = keys
                .iter()
                .filter(|jwk| DecodingKey::from_jwk(jwk).is_ok_and(|key| key.family() == header.alg.family()));
            fitting.next().filter(|_| fitting.next().is_none())
        }
    }
}
