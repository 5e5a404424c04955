//! Kafka in and out, the embedded broker, and dead letters. One code path for every Kafka.

pub mod config;
pub mod deadletters;
pub mod embedded;
pub mod error;
pub mod feed;
pub mod message;
mod poller;
pub mod publisher;
pub mod topics;

pub use config::BrokerConfig;
pub use error::BrokerError;
pub use feed::{Feed, FeedEvent, FeedOptions, Place};
pub use message::{Headers, Message};
pub use publisher::Publisher;
