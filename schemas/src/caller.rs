//! Callers are known by a keyed hash: the same number gives the same key inside one deployment, and no number can be read back.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Makes caller keys with a deployment's secret.
#[derive(Clone)]
pub struct CallerKey(Vec<u8>);

impl CallerKey {
    pub fn new(secret: impl Into<Vec<u8>>) -> Self {
        Self(secret.into())
    }

    /// A representative's code where an exchange tells names: events carry codes only.
    pub fn person(&self, name: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(b"representative\0");
        mac.update(name.trim().as_bytes());
        format!("R-{}", hex::encode(&mac.finalize().into_bytes()[..4]))
    }

    /// 128 bits of HMAC-SHA256 over the digits of the number, as 32 hex digits. `None` when there is no digit (hidden number).
    pub fn of(&self, number: &str) -> Option<String> {
        let digits: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
        if digits.is_empty() {
            return None;
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(digits.as_bytes());
        Some(hex::encode(&mac.finalize().into_bytes()[..16]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_key_whatever_its_punctuation_and_keys_differ_by_secret() {
        let a = CallerKey::new("one");
        assert_eq!(a.of("+994 50 123-45-67"), a.of("994501234567"));
        assert_ne!(a.of("994501234567"), CallerKey::new("two").of("994501234567"));
        assert_eq!(a.of("--"), None);
        assert_ne!(a.person("Ələkbər"), a.person("Əkbər"));
        assert_eq!(a.person("Ələkbər").len(), "R-".len() + 8);
        assert_eq!(a.of("1").map(|k| k.len()), Some(32));
    }
}
