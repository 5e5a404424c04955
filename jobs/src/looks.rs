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
    store.log(&Actor::at_the_machine(std::env::var("USER").ok().as_deref()), &entry, Utc::now()).await?;
    Ok(())
}

/// What was asked, in the words of the pages' addresses.
pub fn asked(period: &Period, line: Option<&str>) -> String {
    line.map_or_else(|| format!("period={period}"), |line| format!("period={period}&line={line}"))
}
