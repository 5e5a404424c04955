//! The evaluation forms of this program: those built in or in a folder, and behind them what was approved in the workbench.

use crate::args::Common;
use anyhow::{Context as _, Result};
use meyar_scoring::Forms;
use meyar_work::{Store, drafts};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// A form is in force from a day on; until the next look a machine may judge some calls of that day by the one before, which each of
/// their evaluations then names.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Without those that were approved in the workbench.
pub fn of_folder(common: &Common) -> Result<Arc<Forms>> {
    let folder = common.forms.as_deref().filter(|folder| !folder.as_os_str().is_empty());
    Ok(Arc::new(folder.map_or_else(Forms::embedded, Forms::load)?))
}

/// All of them, as they are now; where people work and their store does not answer, this fails.
pub async fn all(common: &Common) -> Result<Arc<Forms>> {
    let forms = of_folder(common)?;
    // Looking must not make a store.
    if common.work_is_there() {
        let store = common.open_work().await.context("approved forms are kept in the store of people's work")?;
        take(&store, &forms).await?;
    }
    Ok(forms)
}

/// For what runs on: what cannot be read now is read when it can be.
pub async fn to_begin_with(common: &Common) -> Result<Arc<Forms>> {
    match all(common).await {
        Err(error) if common.work_is_there() => {
            tracing::warn!(error = format!("{error:#}"), "approved forms cannot be read yet; trying again");
            of_folder(common)
        }
        forms => forms,
    }
}

async fn take(store: &Store, forms: &Forms) -> Result<()> {
    for name in drafts::take(store, forms).await? {
        tracing::info!(form = name, "a form that was approved in the workbench is taken up");
    }
    Ok(())
}

/// Takes up what is approved while the program runs, here or on another machine.
pub async fn beside(common: Common, forms: Arc<Forms>, shutdown: CancellationToken) -> Result<()> {
    let mut store: Option<Store> = None;
    let mut taken = None;
    let mut trouble = false;
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = shutdown.cancelled() => return Ok(()),
        }
        if store.is_none() && !common.work_is_there() {
            continue;
        }
        let looked = async {
            let open = match store.take() {
                Some(open) => open,
                None => common.open_work().await?,
            };
            let ruled = drafts::ruled(&open).await?;
            if taken != Some(ruled) {
                take(&open, &forms).await?;
                taken = Some(ruled);
            }
            store = Some(open);
            Ok::<(), anyhow::Error>(())
        };
        let looked = tokio::select! {
            looked = looked => looked,
            () = shutdown.cancelled() => return Ok(()),
        };
        // One line when it begins, one when it is over: it may last for days.
        match looked {
            Ok(()) if trouble => tracing::info!("approved forms are read again"),
            Err(ref error) if !trouble => {
                tracing::warn!(error = format!("{error:#}"), "approved forms cannot be read; trying again")
            }
            _ => {}
        }
        trouble = looked.is_err();
    }
}
