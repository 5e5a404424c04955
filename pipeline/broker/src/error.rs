//! Errors know whose they are and whether trying again makes sense.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    #[error("broker {brokers} cannot be reached ({why}); check that it runs, or give --brokers host:port")]
    Unreachable { brokers: String, why: String },
    #[error(
        "topic {topic} partition {partition} was deleted and made anew: the lake holds it up to offset {position}, {found}. \
         Meyar will not mix two histories; land it under a new topic prefix (MEYAR_TOPIC_PREFIX), or, if the old data is to go, \
         start with an empty data directory"
    )]
    Recreated { topic: String, partition: i32, position: i64, found: String },
    #[error("message of {bytes} bytes is larger than the broker takes ({limit}); split it, or send it by reference")]
    TooLarge { bytes: usize, limit: usize },
    #[error("stopped before the broker had acknowledged a {what}; it is done again after the restart")]
    GivenUp { what: String },
    #[error("embedded broker: {0}")]
    Embedded(String),
    #[error("broker: {0}")]
    Kafka(#[from] KafkaError),
}

impl BrokerError {
    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            BrokerError::Unreachable { .. } => true,
            BrokerError::Recreated { .. }
            | BrokerError::TooLarge { .. }
            | BrokerError::GivenUp { .. }
            | BrokerError::Embedded(_) => false,
            BrokerError::Kafka(e) => !matches!(
                e.rdkafka_error_code(),
                Some(
                    RDKafkaErrorCode::MessageSizeTooLarge
                        | RDKafkaErrorCode::TopicAuthorizationFailed
                        | RDKafkaErrorCode::InvalidTopic
                )
            ),
        }
    }
}
