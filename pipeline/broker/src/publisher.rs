//! Messages out: acknowledged by all replicas, idempotent, in order for each key.

use crate::{BrokerConfig, BrokerError, config::MAX_MESSAGE_BYTES};
use meyar_faults::step;
use meyar_schemas::{Envelope, Subject};
use rdkafka::{
    error::{KafkaError, RDKafkaErrorCode},
    message::{Header, OwnedHeaders},
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer as _},
};
use std::{collections::VecDeque, time::Duration};

/// How many unacknowledged messages a [`Publisher::send`] caller may run ahead.
const IN_FLIGHT: usize = 10_000;

#[derive(Clone)]
pub struct Publisher {
    config: BrokerConfig,
    producer: FutureProducer,
}

/// One message to send.
pub struct Outgoing<'a> {
    pub subject: Subject,
    pub key: &'a str,
    pub headers: Vec<(String, String)>,
    pub value: &'a [u8],
}

impl<'a> Outgoing<'a> {
    pub fn event(subject: Subject, key: &'a str, envelope: &Envelope, value: &'a [u8]) -> Self {
        Self { subject, key, headers: envelope.to_headers("application/json"), value }
    }
}

impl Publisher {
    pub fn new(config: &BrokerConfig) -> Result<Self, BrokerError> {
        let producer = config
            .client()
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("compression.type", "lz4")
            .set("linger.ms", "5")
            .set("message.max.bytes", MAX_MESSAGE_BYTES.to_string())
            // A broker that is away for a while is waited for; a caller sees the reason in the log meanwhile.
            .set("message.timeout.ms", "300000")
            .create()?;
        Ok(Self { config: config.clone(), producer })
    }

    /// Queues a message; waits only while the local queue is full.
    pub async fn queue(&self, out: &Outgoing<'_>) -> Result<DeliveryFuture, BrokerError> {
        let topic = self.config.topic(out.subject);
        let mut headers = OwnedHeaders::new_with_capacity(out.headers.len());
        for (key, value) in &out.headers {
            headers = headers.insert(Header { key, value: Some(value.as_str()) });
        }
        if out.value.len() > MAX_MESSAGE_BYTES {
            return Err(BrokerError::TooLarge { bytes: out.value.len(), limit: MAX_MESSAGE_BYTES });
        }
        loop {
            let record = FutureRecord::to(&topic).key(out.key).payload(out.value).headers(headers.clone());
            match self.producer.send_result(record) {
                Ok(delivery) => return Ok(delivery),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::MessageSizeTooLarge), _)) => {
                    return Err(BrokerError::TooLarge { bytes: out.value.len(), limit: MAX_MESSAGE_BYTES });
                }
                Err((e, _)) => return Err(e.into()),
            }
        }
    }

    /// Sends and waits for the acknowledgement.
    pub async fn send(&self, out: &Outgoing<'_>) -> Result<(), BrokerError> {
        step!("publish.before");
        acknowledged(self.queue(out).await?).await?;
        step!("publish.after");
        Ok(())
    }

    /// Sends a JSON event of `subject`, keyed by its contract's key field.
    pub async fn event(
        &self,
        subject: Subject,
        key: &str,
        envelope: &Envelope,
        value: &[u8],
    ) -> Result<(), BrokerError> {
        self.send(&Outgoing::event(subject, key, envelope, value)).await
    }

    /// Waits until everything queued is out, or the deadline passes.
    pub async fn flush(&self, within: Duration) -> Result<(), BrokerError> {
        let producer = self.producer.clone();
        tokio::task::spawn_blocking(move || producer.flush(within))
            .await
            .map_err(|e| BrokerError::Embedded(e.to_string()))?
            .map_err(BrokerError::from)
    }
}

async fn acknowledged(delivery: DeliveryFuture) -> Result<(), BrokerError> {
    match delivery.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err((e, _))) => Err(e.into()),
        Err(_) => Err(BrokerError::Kafka(KafkaError::Canceled)),
    }
}

/// Sends many messages with a bounded number unacknowledged; every one is acknowledged when [`Burst::finish`] returns.
pub struct Burst {
    publisher: Publisher,
    pending: VecDeque<DeliveryFuture>,
    pub sent: u64,
}

impl Burst {
    pub fn new(publisher: &Publisher) -> Self {
        Self { publisher: publisher.clone(), pending: VecDeque::new(), sent: 0 }
    }

    pub async fn send(&mut self, out: &Outgoing<'_>) -> Result<(), BrokerError> {
        self.pending.push_back(self.publisher.queue(out).await?);
        self.sent += 1;
        while self.pending.len() > IN_FLIGHT {
            self.settle_oldest().await?;
        }
        Ok(())
    }

    pub async fn finish(mut self) -> Result<u64, BrokerError> {
        while !self.pending.is_empty() {
            self.settle_oldest().await?;
        }
        Ok(self.sent)
    }

    async fn settle_oldest(&mut self) -> Result<(), BrokerError> {
        match self.pending.pop_front() {
            Some(delivery) => acknowledged(delivery).await,
            None => Ok(()),
        }
    }
}
