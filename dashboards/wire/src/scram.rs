//! SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's half, without any I/O. Only verifiers are kept: who reads them cannot log in.

use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use datafusion_postgres::pgwire::api::auth::sasl::scram::{gen_salted_password, random_nonce};
use hmac::{
    Hmac, Mac as _,
    digest::{CtOutput, Output},
};
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};

pub const MECHANISM: &str = "SCRAM-SHA-256";
/// What RFC 7677 recommends.
pub const ITERATIONS: u32 = 15_000;

type Key = Output<Sha256>;

/// What is kept of a password; written as PostgreSQL writes it: `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    iterations: u32,
    salt: Vec<u8>,
    stored_key: Key,
    server_key: Key,
}

/// The words are not SCRAM's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl Verifier {
    pub fn of(password: &str, salt: Vec<u8>, iterations: u32) -> Self {
        let salted = gen_salted_password(password, &salt, iterations as usize);
        let stored_key = Sha256::digest(sign(&salted, b"Client Key"));
        Self { iterations, salt, stored_key, server_key: sign(&salted, b"Server Key") }
    }

    pub fn new(password: &str) -> Self {
        Self::of(password, random_nonce().into_bytes(), ITERATIONS)
    }

    /// For a user who does not exist: always the same salt for the same name, so that asking tells nothing, and no password fits.
    pub fn pretended(user: &str, secret: &[u8]) -> Self {
        let salt = BASE64.encode(&sign(secret, user.as_bytes())[..18]).into_bytes();
        let key = |of: &[u8]| sign(secret, &[of, user.as_bytes()].concat());
        Self { iterations: ITERATIONS, salt, stored_key: key(b"stored"), server_key: key(b"server") }
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [salt, stored, server] =
            [&self.salt[..], &self.stored_key[..], &self.server_key[..]].map(|part| BASE64.encode(part));
        write!(f, "{MECHANISM}${}:{salt}${stored}:{server}", self.iterations)
    }
}

/// A verifier must not slip into a log.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({} iterations)", self.iterations)
    }
}

impl FromStr for Verifier {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let mut parts = text.split('$');
        let (Some(MECHANISM), Some(cost), Some(keys), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Malformed);
        };
        let (iterations, salt) = cost.split_once(':').ok_or(Malformed)?;
        let (stored, server) = keys.split_once(':').ok_or(Malformed)?;
        let iterations = iterations.parse().ok().filter(|n| *n >= 4_096).ok_or(Malformed)?;
        let salt = BASE64.decode(salt).ok().filter(|salt| !salt.is_empty()).ok_or(Malformed)?;
        Ok(Self { iterations, salt, stored_key: key(stored)?, server_key: key(server)? })
    }
}

/// One login under way: the server has spoken first and waits for the proof.
pub struct Exchange {
    verifier: Verifier,
    /// The header about channel binding, as the client must repeat it.
    header: String,
    client_first: String,
    server_first: String,
    nonce: String,
}

impl Exchange {
    pub fn begin(message: &[u8], verifier: Verifier) -> Result<Self, Malformed> {
        Self::begin_with(message, verifier, &random_nonce())
    }

    pub fn begin_with(message: &[u8], verifier: Verifier, server_nonce: &str) -> Result<Self, Malformed> {
        let message = std::str::from_utf8(message).map_err(|_| Malformed)?;
        let (binding, rest) = message.split_once(',').ok_or(Malformed)?;
        let (authzid, client_first) = rest.split_once(',').ok_or(Malformed)?;
        // Binding to the TLS channel (`p=`) is not offered, so no honest client asks for it.
        if !matches!(binding, "n" | "y") || !(authzid.is_empty() || authzid.starts_with("a=")) {
            return Err(Malformed);
        }
        let mut fields = client_first.split(',');
        // The name in here is empty or repeats the one of the startup message, which alone counts.
        let _name = fields.next().and_then(|f| f.strip_prefix("n=")).ok_or(Malformed)?;
        let nonce = fields.next().and_then(|f| f.strip_prefix("r=")).filter(|n| !n.is_empty()).ok_or(Malformed)?;
        let nonce = format!("{nonce}{server_nonce}");
        let server_first = format!("r={nonce},s={},i={}", BASE64.encode(&verifier.salt), verifier.iterations);
        let header = format!("{binding},{authzid},");
        Ok(Self { verifier, header, client_first: client_first.to_owned(), server_first, nonce })
    }

    pub fn server_first(&self) -> &str {
        &self.server_first
    }

    /// The server's own proof; `None` when the client's does not fit.
    pub fn finish(self, message: &[u8]) -> Result<Option<String>, Malformed> {
        let message = std::str::from_utf8(message).map_err(|_| Malformed)?;
        let (unproven, proof) = message.rsplit_once(",p=").ok_or(Malformed)?;
        let mut fields = unproven.split(',');
        let header = fields.next().and_then(|f| f.strip_prefix("c=")).ok_or(Malformed)?;
        let nonce = fields.next().and_then(|f| f.strip_prefix("r=")).ok_or(Malformed)?;
        if nonce != self.nonce || BASE64.decode(header).ok().as_deref() != Some(self.header.as_bytes()) {
            return Err(Malformed);
        }
        let told = format!("{},{},{unproven}", self.client_first, self.server_first);
        let signature = sign(&self.verifier.stored_key, told.as_bytes());
        let client_key: Vec<u8> = key(proof)?.iter().zip(signature).map(|(a, b)| a ^ b).collect();
        // Compared in constant time.
        let fits = CtOutput::<Sha256>::new(Sha256::digest(client_key)) == CtOutput::new(self.verifier.stored_key);
        Ok(fits.then(|| format!("v={}", BASE64.encode(sign(&self.verifier.server_key, told.as_bytes())))))
    }
}

fn sign(key: &[u8], message: &[u8]) -> Key {
    // HMAC takes keys of any length.
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(key).unwrap_or_else(|_| unreachable!());
    mac.update(message);
    mac.finalize().into_bytes()
}

fn key(text: &str) -> Result<Key, Malformed> {
    let bytes: [u8; 32] = BASE64.decode(text).ok().and_then(|b| b.try_into().ok()).ok_or(Malformed)?;
    Ok(bytes.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIRST: &[u8] = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

    fn pencil() -> Verifier {
        Verifier::of("pencil", BASE64.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap(), 4_096)
    }

    fn begun(verifier: Verifier) -> Exchange {
        Exchange::begin_with(FIRST, verifier, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0").unwrap()
    }

    #[test]
    fn the_exchange_of_rfc_7677_succeeds_word_for_word() {
        let exchange = begun(pencil());
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        assert_eq!(exchange.server_first(), format!("r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
        let last = format!("c=biws,r={nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        let answer = exchange.finish(last.as_bytes()).unwrap();
        assert_eq!(answer.as_deref(), Some("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    #[test]
    fn the_same_proof_does_not_fit_another_password_or_a_stranger() {
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let last = format!("c=biws,r={nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        let other = Verifier::of("pen", BASE64.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap(), 4_096);
        assert_eq!(begun(other).finish(last.as_bytes()), Ok(None));
        assert_eq!(begun(Verifier::pretended("user", b"secret")).finish(last.as_bytes()), Ok(None));
    }

    #[test]
    fn another_nonce_or_another_header_is_refused() {
        let proof = "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        for last in [
            format!("c=biws,r=other,{proof}"),
            format!("c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,{proof}"),
        ] {
            assert_eq!(begun(pencil()).finish(last.as_bytes()), Err(Malformed), "{last}");
        }
    }

    #[test]
    fn a_strangers_salt_is_the_same_each_time_and_another_for_another_name() {
        let salt = |user| Verifier::pretended(user, b"secret").salt;
        assert_eq!(salt("x"), salt("x"));
        assert_ne!(salt("x"), salt("y"));
        assert_eq!(salt("x").len(), Verifier::new("some password").salt.len());
    }

    #[test]
    fn a_verifier_is_read_as_it_is_written_and_never_shown_in_a_log() {
        let verifier = pencil();
        assert_eq!(verifier.to_string().parse::<Verifier>(), Ok(verifier.clone()));
        assert_eq!(format!("{verifier:?}"), "Verifier(4096 iterations)");
        for bad in ["", "pencil", "md5abc", "SCRAM-SHA-256$1:YQ==$a:b", "SCRAM-SHA-256$4096:$$"] {
            assert_eq!(bad.parse::<Verifier>(), Err(Malformed), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_message_whatsoever_panics(first in ".*", last in ".*") {
            if let Ok(exchange) = Exchange::begin(first.as_bytes(), pencil()) {
                prop_assert!(!matches!(exchange.finish(last.as_bytes()), Ok(Some(_))));
            }
            prop_assert!(!matches!(begun(pencil()).finish(last.as_bytes()), Ok(Some(_))));
            let _ = last.parse::<Verifier>();
        }
    }
}
