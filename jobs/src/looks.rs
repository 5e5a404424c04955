//! What is shown on the command line stands in the access log of the workbench, as what the pages and the SQL port show does (H6).

use crate::args::Common;
use anyhow::{Context as _, Result};
use chrono::Utc;
use meyar_lake::Period;
use meyar_work::access::{Action, Actor, Entry};

/// Before it is shown; what cannot be written down is not shown. Where nobody works there is no log.
pub async fn written(common: &Common, action: Action, kind: &str, id: &str, detail: String) -> Result<()> {
    if !common.work_is_there() {
        return Ok(());
    }
    let entry = Entry { detail: Some(detail), ..Entry::new(action, kind, id) };
    let store = common.open_work().await.context(
        "the access log cannot be written, so nothing is shown; mend the store that --work (MEYAR_WORK) names, or ask where it is reached",
    )?;
    store.log(&Actor::at_the_machine(user().as_deref()), &entry, Utc::now()).await?;
    Ok(())
}

/// Whom the program runs as: what the machine says, and not a variable that anybody can set. A user without a name is told by the number.
fn user() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let uid = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)? == uid).then(|| name.to_owned())
    });
    Some(name.unwrap_or(uid))
}

/// What was asked, in the words of the pages' addresses.
pub fn asked(period: &Period, line: Option<&str>) -> String {
    line.map_or_else(|| format!("period={period}"), |line| format!("period={period}&line={line}"))
}
