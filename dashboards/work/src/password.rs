//! Passwords: argon2id, never kept themselves. Slow on purpose, so it runs beside the async threads.

use crate::error::{Result, WorkError};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};

/// Fewest characters (NIST SP 800-63B 5.1.1.2 asks for 8 at least; no rule about their kinds).
const SHORTEST: usize = 10;
/// A longer one costs only time.
const LONGEST: usize = 256;

/// Checked against for a login that nobody has, so that the answer takes as long as for one that somebody has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bWV5YXItbm9ib2R5LTAx$kRmG5tPvPyVq7rUBK2CJmz7nWVrHrqnUhPcY5a4IgR4";

pub fn check(password: &str, login: &str) -> Result<()> {
    let long = password.chars().count();
    let problem = if long < SHORTEST {
        format!("has {long} characters")
    } else if long > LONGEST {
        format!("has {long} characters, more than {LONGEST}")
    } else if password.to_lowercase().contains(&login.to_lowercase()) {
        "holds the login".to_owned()
    } else {
        return Ok(());
    };
    // Never the password itself: errors are logged.
    Err(WorkError::invalid(
        "password",
        "",
        problem,
        format!("choose one of {SHORTEST} characters or more that is not the login"),
    ))
}

/// The PHC string to be kept.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    aside(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|e| e.to_string())
    })
    .await?
    .map_err(|cause| WorkError::Shape { what: "a password".to_owned(), cause })
}

/// Whether it is the password; without a hash it never is, and takes as long.
pub async fn matches(password: &str, hash: Option<&str>) -> Result<bool> {
    let password = password.to_owned();
    let known = hash.is_some();
    let hash = hash.unwrap_or(NOBODY).to_owned();
    let same = aside(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await?;
    Ok(same && known)
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| WorkError::Shape { what: "a password".to_owned(), cause: e.to_string() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_opens() {
        let hash = hash("çox gizli söz 7").await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(matches("çox gizli söz 7", Some(&hash)).await.unwrap());
        assert!(!matches("cox gizli soz 7", Some(&hash)).await.unwrap());
        assert!(!matches("çox gizli söz 7", None).await.unwrap());
        assert!(PasswordHash::new(NOBODY).is_ok(), "it must cost as much as a real one");
    }

    #[test]
    fn what_is_too_easy_is_refused_without_being_repeated() {
        for (password, login) in [("qısa", "leyla"), ("LEYLA-leyla-1", "Leyla")] {
            let told = check(password, login).unwrap_err().to_string();
            assert!(!told.contains(password), "{told}");
        }
        assert!(check("uzun və sadə bir söz", "leyla").is_ok());
    }
}
