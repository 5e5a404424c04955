//! The provider of identities: what it says of itself, its keys, and what a code is worth.

use super::keys;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use meyar_schemas::Invalid;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const MOST_BYTES: usize = 512 * 1024;
/// A token that names an unknown key makes the keys be asked for again, and not for each token.
const KEYS_AGAIN: Duration = Duration::from_secs(15);
/// Clocks differ.
const LEEWAY_S: u64 = 60;

/// How this site is known to the provider.
#[derive(Clone)]
pub struct Settings {
    pub issuer: String,
    pub client_id: String,
    /// Absent for a public client, which proves itself by PKCE alone.
    pub client_secret: Option<String>,
    /// The claim whose value is the login of an account.
    pub claim: String,
    /// Where the provider sends people back to; made of the request's host where it is absent.
    pub redirect: Option<String>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// Why somebody is not known; what the log says of it. The reader is told less.
#[derive(Debug, thiserror::Error)]
pub enum NotProved {
    #[error("the provider cannot be asked: {0}")]
    Unreachable(String),
    #[error("the provider refused the code: {0}")]
    Code(String),
    #[error("the ID token is not taken: {0}")]
    Token(String),
}

/// Who somebody is, as the provider proved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// Never given to anybody else by this issuer.
    pub subject: String,
    /// The value of the claim; absent where the provider tells none.
    pub login: Option<String>,
}

pub struct Provider {
    pub settings: Settings,
    metadata: Metadata,
    client: reqwest::Client,
    keys: Mutex<(Instant, Vec<Jwk>)>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    nonce: Option<String>,
    aud: Value,
    azp: Option<String>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

fn invalid(field: &str, value: &str, problem: impl Into<String>, remedy: &str) -> Invalid {
    Invalid::new(field, value, problem.into(), remedy)
}

/// Tokens go over TLS; on this machine itself they need not.
fn safe(place: &str) -> bool {
    let Ok(url) = Url::parse(place) else { return false };
    let here = url.host_str().is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host));
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

impl Provider {
    /// Asks the provider what it is; everything that is wrong with the settings is told here.
    pub async fn discover(settings: Settings) -> Result<Provider, Invalid> {
        const FIELD: &str = "--oidc-issuer";
        keys::install();
        let issuer = settings.issuer.clone();
        if !safe(&issuer) {
            return Err(invalid(FIELD, &issuer, "is no https address", "write the issuer as the provider does"));
        }
        if let Some(redirect) = settings.redirect.as_deref().filter(|redirect| !safe(redirect)) {
            let remedy = "write https://<this site>/oidc/callback";
            return Err(invalid("--oidc-redirect", redirect, "is no https address", remedy));
        }
        let client = reqwest::Client::builder()
            .timeout(ANSWER_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| {
                invalid(FIELD, &issuer, format!("cannot be asked ({error})"), "see the machine's TLS set-up")
            })?;
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let unreachable = |error: String| {
            let remedy = "check the address, the network and the provider, or leave the setting out: people then come in by password alone";
            invalid(FIELD, &issuer, format!("cannot be reached ({error})"), remedy)
        };
        let told = fetch(client.get(&place)).await.map_err(unreachable)?;
        let metadata: Metadata = serde_json::from_value(told).map_err(|error| unreachable(error.to_string()))?;
        if metadata.issuer != issuer {
            let problem = format!("calls itself `{}`", metadata.issuer);
            return Err(invalid(FIELD, &issuer, problem, "write it exactly as the provider does"));
        }
        let places = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        if let Some(place) = places.into_iter().find(|place| !safe(place)) {
            return Err(invalid(
                FIELD,
                &issuer,
                format!("names `{place}`, which is no https address"),
                "mend the provider",
            ));
        }
        let set = fetch(client.get(&metadata.jwks_uri)).await.map_err(unreachable)?;
        let keys = Mutex::new((Instant::now(), keys::read(&set)));
        Ok(Provider { settings, metadata, client, keys })
    }

    /// Where a browser is sent to.
    pub fn door(&self, redirect: &str, state: &str, nonce: &str, challenge: &str, lang: &str) -> String {
        let query = Serializer::new(String::new())
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", &self.settings.client_id),
                ("redirect_uri", redirect),
                ("scope", "openid profile"),
                ("state", state),
                ("nonce", nonce),
                ("code_challenge", challenge),
                ("code_challenge_method", "S256"),
                ("ui_locales", lang),
            ])
            .finish();
        let mark = if self.metadata.authorization_endpoint.contains('?') { '&' } else { '?' };
        format!("{}{mark}{query}", self.metadata.authorization_endpoint)
    }

    /// Who the code stands for.
    pub async fn prove(&self, code: &str, redirect: &str, verifier: &str, nonce: &str) -> Result<Proved, NotProved> {
        let tokens = self.exchange(code, redirect, verifier).await?;
        let claims = self.checked(&tokens.id_token, nonce).await?;
        let named = |claims: &Map<String, Value>| {
            let value = claims.get(&self.settings.claim)?.as_str()?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let login = match (named(&claims.more), &self.metadata.userinfo_endpoint, &tokens.access_token) {
            (None, Some(place), Some(token)) => {
                let asked = self.client.get(place).header(AUTHORIZATION, format!("Bearer {token}"));
                let info = fetch(asked).await.map_err(NotProved::Unreachable)?;
                // Only what is said of the same person counts.
                let same = info.get("sub").and_then(Value::as_str) == Some(&claims.sub);
                info.as_object().filter(|_| same).and_then(named)
            }
            (login, ..) => login,
        };
        Ok(Proved { subject: claims.sub, login })
    }

    async fn exchange(&self, code: &str, redirect: &str, verifier: &str) -> Result<Tokens, NotProved> {
        let asked = self.exchanging(code, redirect, verifier);
        let told = fetch(asked).await.map_err(NotProved::Code)?;
        serde_json::from_value(told).map_err(|error| NotProved::Code(error.to_string()))
    }

    fn exchanging(&self, code: &str, redirect: &str, verifier: &str) -> reqwest::RequestBuilder {
        let Settings { client_id, client_secret, .. } = &self.settings;
        let mut form = Serializer::new(String::new());
        form.extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ]);
        let mut asked = self.client.post(&self.metadata.token_endpoint);
        let methods = &self.metadata.token_endpoint_auth_methods_supported;
        // Where nothing is said the specification means basic.
        let basic = methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic");
        match client_secret {
            Some(secret) if basic => {
                let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let both = STANDARD.encode(format!("{}:{}", part(client_id), part(secret)));
                asked = asked.header(AUTHORIZATION, format!("Basic {both}"));
            }
            Some(secret) => drop(form.extend_pairs([("client_id", client_id), ("client_secret", secret)])),
            None => drop(form.append_pair("client_id", client_id)),
        }
        asked.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.finish())
    }

    /// The claims of a token that this issuer made for this site and this browser's question, and that still holds.
    async fn checked(&self, token: &str, nonce: &str) -> Result<Claims, NotProved> {
        let bad = |why: &dyn fmt::Display| NotProved::Token(why.to_string());
        let header = decode_header(token).map_err(|error| bad(&error))?;
        if !keys::TAKEN.contains(&header.alg) {
            return Err(bad(&format!("it is signed by {:?}", header.alg)));
        }
        let mut keys = self.keys.lock().await;
        if keys::of(&keys.1, &header).is_none() && keys.0.elapsed() > KEYS_AGAIN {
            let set = fetch(self.client.get(&self.metadata.jwks_uri)).await.map_err(NotProved::Unreachable)?;
            *keys = (Instant::now(), keys::read(&set));
        }
        let jwk = keys::of(&keys.1, &header).cloned().ok_or_else(|| bad(&"its key is not one of the provider's"))?;
        drop(keys);
        let key = DecodingKey::from_jwk(&jwk).map_err(|error| bad(&error))?;
        let client_id = &self.settings.client_id;
        let mut rules = Validation::new(header.alg);
        rules.leeway = LEEWAY_S;
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        rules.set_issuer(&[&self.settings.issuer]);
        rules.set_audience(&[client_id]);
        let claims = decode::<Claims>(token, &key, &rules).map_err(|error| bad(&error))?.claims;
        let others = claims.aud.as_array().is_some_and(|all| all.len() > 1);
        if claims.azp.as_ref().is_some_and(|azp| azp != client_id) || (others && claims.azp.is_none()) {
            return Err(bad(&"it was made for another client"));
        }
        if claims.iat > Utc::now().timestamp() + LEEWAY_S as i64 {
            return Err(bad(&"it was made in the future"));
        }
        if claims.nonce.as_deref() != Some(nonce) {
            return Err(bad(&"its nonce is not that of this browser"));
        }
        if claims.sub.is_empty() || claims.sub.len() > 255 {
            return Err(bad(&"its subject is empty or too long"));
        }
        Ok(claims)
    }
}

/// An answer in JSON, not endless. An error tells where it was, never what was sent.
async fn fetch(asked: reqwest::RequestBuilder) -> Result<Value, String> {
    // The cause says more than the error that wraps it.
    let told = |error: reqwest::Error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("{error}{cause}")
    };
    let mut answer = asked.header(ACCEPT, "application/json").send().await.map_err(told)?;
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(told)? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_BYTES {
            return Err("its answer has no end".to_owned());
        }
    }
    let value: Result<Value, _> = serde_json::from_slice(&body);
    if !status.is_success() {
        let why = value.ok().and_then(|value| value.get("error")?.as_str().map(str::to_owned)).unwrap_or_default();
        return Err(format!("it answered {status} {why}").trim_end().to_owned());
    }
    value.map_err(|error| format!("its answer is no JSON ({error})"))
}
