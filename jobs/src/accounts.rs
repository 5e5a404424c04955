//! `meyar accounts`: who may come in through the SQL port.

use crate::args::Common;
use anyhow::{Context as _, Result, bail};
use meyar_wire::{Accounts, Role};
use std::{
    io::{BufRead as _, IsTerminal as _, Write as _},
    path::PathBuf,
};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    job: Job,
    #[command(flatten)]
    file: File,
}

#[derive(clap::Args, Debug, Clone)]
pub struct File {
    /// The accounts' file [default: <data>/accounts.toml]
    #[arg(long = "sql-accounts", global = true, env = "MEYAR_SQL_ACCOUNTS")]
    path: Option<PathBuf>,
}

impl File {
    pub fn path(&self, common: &Common) -> PathBuf {
        self.path.clone().unwrap_or_else(|| common.data.join("accounts.toml"))
    }
}

#[derive(clap::Subcommand)]
enum Job {
    /// Adds an account, or gives it another role and password; the password is MEYAR_PASSWORD, or a line on standard input
    Add {
        name: String,
        /// steward: everything as it is · analyst: everything, words of people masked · reader: figures and views without people's traces
        #[arg(long)]
        role: Role,
    },
    /// Lists accounts and their roles
    List,
    /// Removes an account; it cannot log in any more from then on
    Remove { name: String },
}

pub fn run(common: &Common, args: Args) -> Result<()> {
    let path = args.file.path(common);
    let mut accounts = Accounts::read_or_none(&path)?;
    match args.job {
        Job::Add { name, role } => {
            let new = accounts.add(&name, role, &password()?)?;
            accounts.write(&path)?;
            println!("{name}: {role}, {} in {}", if new { "added" } else { "changed" }, path.display());
        }
        Job::List => accounts.iter().for_each(|(name, role)| println!("{name}\t{role}")),
        Job::Remove { name } => {
            accounts.remove(&name)?;
            accounts.write(&path)?;
            println!("{name}: removed from {}", path.display());
        }
    }
    Ok(())
}

/// Never an argument: those are seen by everybody on the machine.
pub fn password() -> Result<String> {
    if let Ok(password) = std::env::var("MEYAR_PASSWORD") {
        return Ok(password);
    }
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("password (it is shown while you write it): ");
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("the password cannot be read from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("password: nothing was given; set MEYAR_PASSWORD, or write it on standard input");
    }
    Ok(password.to_owned())
}
