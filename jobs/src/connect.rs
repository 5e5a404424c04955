//! Which broker a job talks to: the one that was named, the embedded one that already runs here, or a new one.

use crate::args::Common;
use anyhow::{Context as _, Result};
use meyar_broker::{BrokerConfig, Publisher, embedded::Embedded, topics};
use meyar_schemas::Subject;
use std::time::Duration;

pub struct Connection {
    pub config: BrokerConfig,
    /// Stops with the connection.
    _embedded: Option<Embedded>,
}

impl Connection {
    /// Connects, and makes the topics that are missing.
    pub async fn open(common: &Common) -> Result<Self> {
        let connection = Self::reach(common).await?;
        topics::create(&connection.config, &Subject::ALL).await?;
        Ok(connection)
    }

    pub async fn reach(common: &Common) -> Result<Self> {
        if let Some(brokers) = &common.brokers {
            let config = common.broker(brokers);
            let ping = config.clone();
            tokio::task::spawn_blocking(move || topics::ping(&ping, Duration::from_secs(10))).await??;
            return Ok(Self { config, _embedded: None });
        }
        let data = common.data.clone();
        std::fs::create_dir_all(&data).with_context(|| {
            format!("--data: `{}` cannot be made; give a folder that can be written", data.display())
        })?;
        let data = data.canonicalize()?;
        let (brokers, embedded) = tokio::task::spawn_blocking(move || Embedded::find_or_start(&data)).await??;
        Ok(Self { config: common.broker(&brokers), _embedded: embedded })
    }

    pub fn publisher(&self) -> Result<Publisher> {
        Ok(Publisher::new(&self.config)?)
    }
}
