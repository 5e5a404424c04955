//! What a browser keeps while its person is with the provider: which question it asked, signed, for ten minutes, and good once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac as _};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

pub const COOKIE: &str = "meyar-oidc";
pub const LASTS: TimeDelta = TimeDelta::minutes(10);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub state: String,
    pub nonce: String,
    /// PKCE: only who has it can use the code.
    pub verifier: String,
    /// Where the person wanted to go.
    pub next: String,
    until: i64,
}

fn random() -> String {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
    bytes[16..].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Ticket {
    pub fn new(next: &str, now: DateTime<Utc>) -> Ticket {
        let until = (now + LASTS).timestamp();
        Ticket { state: random(), nonce: random(), verifier: random(), next: next.to_owned(), until }
    }

    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }
}

/// Makes tickets and takes them back.
pub struct Office {
    key: [u8; 32],
    /// States that came back, until their tickets have run out anyway.
    used: Mutex<HashMap<String, i64>>,
}

impl Office {
    /// Programs that share the client's secret take one another's tickets; without one each takes its own.
    pub fn new(secret: Option<&str>) -> Office {
        let seed = secret.map_or_else(random, |secret| format!("meyar-oidc ticket\0{secret}"));
        Office { key: Sha256::digest(seed.as_bytes()).into(), used: Mutex::default() }
    }

    fn mac(&self, text: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(text.as_bytes());
        Some(mac)
    }

    pub fn seal(&self, ticket: &Ticket) -> Option<String> {
        let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(ticket).ok()?);
        let signed = URL_SAFE_NO_PAD.encode(self.mac(&text)?.finalize().into_bytes());
        Some(format!("{text}.{signed}"))
    }

    /// The ticket of a cookie, if it is ours, still holds, belongs to this state, and did not come back before.
    pub fn redeem(&self, cookie: &str, state: &str, now: DateTime<Utc>) -> Option<Ticket> {
        let (text, signed) = cookie.split_once('.')?;
        self.mac(text)?.verify_slice(&URL_SAFE_NO_PAD.decode(signed).ok()?).ok()?;
        let ticket: Ticket = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let now = now.timestamp();
        if ticket.until < now || ticket.state != state {
            return None;
        }
        let mut used = self.used.lock();
        used.retain(|_, until| *until >= now);
        used.insert(ticket.state.clone(), ticket.until).is_none().then_some(ticket)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_good_once_for_its_own_question_and_not_for_long() {
        let (office, now) = (Office::new(Some("sirr")), Utc::now());
        let ticket = Ticket::new("/my", now);
        let cookie = office.seal(&ticket).unwrap();
        assert!(office.redeem(&cookie, "another state", now).is_none());
        assert!(office.redeem(&cookie, &ticket.state, now + LASTS + TimeDelta::seconds(1)).is_none());
        assert!(Office::new(Some("başqa")).redeem(&cookie, &ticket.state, now).is_none(), "another key");
        assert!(Office::new(None).redeem(&cookie, &ticket.state, now).is_none());
        let mut forged = ticket.clone();
        forged.next = "//evil.example".to_owned();
        let forged = format!(
            "{}.{}",
            office.seal(&forged).unwrap().split_once('.').unwrap().0,
            cookie.split_once('.').unwrap().1
        );
        assert!(office.redeem(&forged, &ticket.state, now).is_none());
        // Another program with the same secret.
        assert_eq!(Office::new(Some("sirr")).redeem(&cookie, &ticket.state, now), Some(ticket.clone()));
        assert_eq!(office.redeem(&cookie, &ticket.state, now), Some(ticket.clone()));
        assert!(office.redeem(&cookie, &ticket.state, now).is_none(), "played again");
    }

    #[test]
    fn a_challenge_is_the_hash_of_its_verifier() {
        // RFC 7636, appendix B.
        let ticket =
            Ticket { verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(), ..Ticket::new("/", Utc::now()) };
        assert_eq!(ticket.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(Ticket::new("/", Utc::now()).verifier.len() >= 43);
    }
}
