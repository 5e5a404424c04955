//! Who may come in: a file of names, roles and verifiers. It is read at every login, so a change needs no restart.

use crate::{role::Role, scram::Verifier};
use meyar_schemas::Invalid;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

/// Shorter ones are guessed, however slow a guess is.
const SHORTEST_PASSWORD: usize = 12;
const FIELD: &str = "--sql-accounts";

#[derive(Debug, Clone)]
pub struct Account {
    pub role: Role,
    pub verifier: Verifier,
}

/// All accounts, by name.
#[derive(Debug, Clone, Default)]
pub struct Accounts(BTreeMap<String, Account>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    account: BTreeMap<String, Written>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    role: String,
    verifier: String,
}

const HEAD: &str = "# Accounts of the SQL port; made by `meyar accounts`. Verifiers, not passwords; keep it from others all the same.\n";

impl Accounts {
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let document: Document = toml::from_str(text).map_err(|error| {
            Invalid::new(
                FIELD,
                "",
                format!("is not a file of accounts ({})", error.message()),
                "make it with `meyar accounts add`",
            )
        })?;
        let accounts = document.account.into_iter().map(|(name, written)| {
            named(&name)?;
            let verifier = written.verifier.parse().map_err(|_| {
                let field = format!("account.{name}.verifier");
                Invalid::new(&field, "", "is not a SCRAM-SHA-256 verifier", "make it with `meyar accounts add`")
            })?;
            Ok((name, Account { role: written.role.parse()?, verifier }))
        });
        Ok(Self(accounts.collect::<Result<_, Invalid>>()?))
    }

    pub fn read(path: &Path) -> Result<Self, Invalid> {
        let text = fs::read_to_string(path).map_err(|error| {
            let shown = path.display().to_string();
            let remedy = "make it with `meyar accounts add NAME --role analyst`";
            Invalid::new(FIELD, shown, format!("cannot be read ({error})"), remedy)
        })?;
        Self::parse(&text)
    }

    /// The file's, or none while there is no file.
    pub fn read_or_none(path: &Path) -> Result<Self, Invalid> {
        if path.exists() { Self::read(path) } else { Ok(Self::default()) }
    }

    /// Replaced in one step and readable by its owner only: whoever reads it meanwhile sees the old file or the new one.
    pub fn write(&self, path: &Path) -> Result<(), Invalid> {
        let unwritable = |error: std::io::Error| {
            let remedy = "name a file in a folder that can be written";
            Invalid::new(FIELD, path.display().to_string(), format!("cannot be written ({error})"), remedy)
        };
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(unwritable)?;
        let beside = path.with_extension(format!("part-{}", std::process::id()));
        let _ = fs::remove_file(&beside);
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(unwritable)?;
        file.write_all(self.to_text().as_bytes()).and_then(|()| file.sync_all()).map_err(unwritable)?;
        fs::rename(&beside, path).map_err(unwritable)
    }

    fn to_text(&self) -> String {
        let written = |a: &Account| Written { role: a.role.to_string(), verifier: a.verifier.to_string() };
        let account = self.0.iter().map(|(name, account)| (name.clone(), written(account))).collect();
        HEAD.to_owned() + &toml::to_string(&Document { account }).unwrap_or_default()
    }

    pub fn get(&self, name: &str) -> Option<&Account> {
        self.0.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Role)> {
        self.0.iter().map(|(name, account)| (name.as_str(), account.role))
    }

    /// Adds an account, or gives an old one a new role and password; tells whether it is new.
    pub fn add(&mut self, name: &str, role: Role, password: &str) -> Result<bool, Invalid> {
        named(name)?;
        let length = password.chars().count();
        if length < SHORTEST_PASSWORD || password.chars().any(char::is_control) {
            // The password itself must not be printed.
            let problem = format!("of {length} characters is too short, or has control characters");
            return Err(Invalid::new("password", "", problem, format!("give {SHORTEST_PASSWORD} characters or more")));
        }
        Ok(self.0.insert(name.to_owned(), Account { role, verifier: Verifier::new(password) }).is_none())
    }

    pub fn remove(&mut self, name: &str) -> Result<(), Invalid> {
        if self.0.remove(name).is_some() {
            return Ok(());
        }
        let known: Vec<_> = self.0.keys().map(String::as_str).collect();
        Err(Invalid::new("account", name, "is not there", format!("name one of: {}", known.join(", "))))
    }
}

fn named(name: &str) -> Result<(), Invalid> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    if (1..=63).contains(&name.len()) && name.chars().all(fits) {
        return Ok(());
    }
    let remedy = "use 1 to 63 letters of English, digits, `_`, `-`, `.` and `@`";
    Err(Invalid::new("account", name, "is not a name", remedy))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn accounts_are_read_as_they_were_written_and_no_password_stands_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/accounts.toml");
        let mut accounts = Accounts::read_or_none(&path).unwrap();
        assert!(accounts.add("nigar.q@example", Role::Analyst, "a long password").unwrap());
        assert!(!accounts.add("nigar.q@example", Role::Reader, "another password").unwrap());
        accounts.write(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("password ") && !text.contains("another"), "{text}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let mut read = Accounts::read(&path).unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), [("nigar.q@example", Role::Reader)]);
        assert_eq!(read.get("nigar.q@example").unwrap().verifier, accounts.get("nigar.q@example").unwrap().verifier);
        assert!(read.remove("nobody").unwrap_err().to_string().contains("nigar.q@example"));
        read.remove("nigar.q@example").unwrap();
        assert_eq!(read.iter().count(), 0);
    }

    #[test]
    fn a_file_that_is_wrong_is_refused_with_the_place_and_the_way_to_mend_it() {
        let cases = [
            ("x", "is not a file of accounts"),
            (
                "[account.a]\nrole = \"root\"\nverifier = \"SCRAM-SHA-256$4096:YQ==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"",
                "analyst or reader",
            ),
            ("[account.a]\nrole = \"reader\"\nverifier = \"secret\"", "account.a.verifier"),
            ("[account.a]\nrole = \"reader\"\npassword = \"secret\"", "meyar accounts add"),
        ];
        for (text, told) in cases {
            let error = Accounts::parse(text).unwrap_err().to_string();
            assert!(error.contains(told) && !error.contains("secret"), "{text}: {error}");
        }
    }

    #[test]
    fn short_passwords_and_odd_names_are_refused_and_the_password_is_not_printed() {
        let mut accounts = Accounts::default();
        let error = accounts.add("a", Role::Reader, "hunter2").unwrap_err().to_string();
        assert!(error.contains("12 characters") && !error.contains("hunter2"), "{error}");
        for name in ["", "a b", "ə", "a;b", "a\"b"] {
            assert!(accounts.add(name, Role::Reader, "a long password").is_err(), "{name}");
        }
    }
}
