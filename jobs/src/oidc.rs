//! The flags of the provider of identities that people may come in through (OpenID Connect).

use anyhow::{Result, bail};
use meyar_dashboards::{Oidc, OidcProvider, OidcSettings};
use meyar_schemas::Invalid;
use std::{fmt, fs, path::PathBuf, sync::Arc};

#[derive(clap::Args, Debug, Clone, Default)]
pub struct Flags {
    /// Let people come in through this OpenID provider too; the issuer as it calls itself
    #[arg(long, env = "MEYAR_OIDC_ISSUER")]
    oidc_issuer: Option<String>,
    /// The name of this site at the provider
    #[arg(long, env = "MEYAR_OIDC_CLIENT_ID")]
    oidc_client_id: Option<String>,
    /// Its secret there; better in a file. Without one the site is a public client
    #[arg(long, env = "MEYAR_OIDC_CLIENT_SECRET", hide_env_values = true, conflicts_with = "oidc_client_secret_file")]
    oidc_client_secret: Option<Secret>,
    /// A file that holds the secret
    #[arg(long, env = "MEYAR_OIDC_CLIENT_SECRET_FILE")]
    oidc_client_secret_file: Option<PathBuf>,
    /// The claim whose value is the login of an account: one that users cannot change themselves, since the first who proves it is bound to the account
    #[arg(long, env = "MEYAR_OIDC_CLAIM", default_value = "preferred_username")]
    oidc_claim: String,
    /// Where the provider sends people back to, as it is registered there [default: https://<the request's host>/oidc/callback]
    #[arg(long, env = "MEYAR_OIDC_REDIRECT")]
    oidc_redirect: Option<String>,
}

/// Never printed.
#[derive(Clone)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl std::str::FromStr for Secret {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl Flags {
    /// Whether people are sent back over TLS: then that is how they reach the pages.
    pub fn over_tls(&self) -> bool {
        self.oidc_redirect.as_ref().is_some_and(|back| back.starts_with("https:"))
    }

    /// The provider, if one is asked for and answers.
    pub async fn open(&self, signed: bool) -> Result<Option<Arc<Oidc>>> {
        let (issuer, client_id) = match (given(&self.oidc_issuer), given(&self.oidc_client_id)) {
            (Some(issuer), Some(client_id)) => (issuer, client_id),
            (None, None) => return Ok(None),
            // Half a configuration must not mean none.
            (Some(_), None) => bail!(missing("--oidc-client-id", "give the name of this site at the provider")),
            (None, Some(_)) => bail!(missing("--oidc-issuer", "give the provider's issuer")),
        };
        if !signed {
            bail!("--open: nobody signs in there, and --oidc-issuer is given; leave one of them out");
        }
        let settings = OidcSettings {
            issuer,
            client_id,
            client_secret: self.secret()?,
            claim: self.oidc_claim.clone(),
            redirect: given(&self.oidc_redirect),
        };
        Ok(Some(Arc::new(Oidc::new(OidcProvider::discover(settings).await?))))
    }

    fn secret(&self) -> Result<Option<String>, Invalid> {
        let Some(path) = &self.oidc_client_secret_file else {
            return Ok(self.oidc_client_secret.as_ref().and_then(|Secret(secret)| given(&Some(secret.clone()))));
        };
        let shown = path.display().to_string();
        let bad = |problem: String| {
            Invalid::new(
                "--oidc-client-secret-file",
                shown.as_str(),
                problem,
                "name a file that holds the secret alone",
            )
        };
        let secret = fs::read_to_string(path).map_err(|error| bad(format!("cannot be read ({error})")))?;
        let secret = given(&Some(secret)).ok_or_else(|| bad("is empty".to_owned()))?;
        Ok(Some(secret))
    }
}

/// An empty variable is none.
fn given(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn missing(flag: &str, remedy: &str) -> Invalid {
    Invalid::new(flag, "", "is missing", remedy)
}
