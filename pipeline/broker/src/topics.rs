//! Making topics and asking about them.

use crate::{BrokerConfig, BrokerError};
use meyar_schemas::Subject;
use rdkafka::{
    Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer as _, ConsumerContext},
    error::{KafkaError, RDKafkaErrorCode},
};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// Makes the topics that are missing; those that exist are left as they are.
pub async fn create(config: &BrokerConfig, subjects: &[Subject]) -> Result<(), BrokerError> {
    let admin: AdminClient<DefaultClientContext> = config.client().create()?;
    let names: Vec<String> = subjects.iter().map(|s| config.topic(*s)).collect();
    let retention = (u64::from(config.keep_days) * 86_400_000).to_string();
    let topics: Vec<NewTopic<'_>> = names
        .iter()
        .map(|name| {
            NewTopic::new(name, config.partitions, TopicReplication::Fixed(config.replication))
                .set("retention.ms", &retention)
        })
        .collect();
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE)).request_timeout(Some(PATIENCE));
    let results = admin.create_topics(&topics, &options).await.map_err(|e| unreachable_broker(config, &e))?;
    for result in results {
        match result {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                return Err(BrokerError::Unreachable {
                    brokers: config.brokers.clone(),
                    why: format!("topic {topic} could not be made: {code}"),
                });
            }
        }
    }
    Ok(())
}

pub async fn delete(config: &BrokerConfig, subjects: &[Subject]) -> Result<(), BrokerError> {
    let admin: AdminClient<DefaultClientContext> = config.client().create()?;
    let names: Vec<String> = subjects.iter().map(|s| config.topic(*s)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    admin.delete_topics(&names, &AdminOptions::new().operation_timeout(Some(PATIENCE))).await?;
    Ok(())
}

/// Whether a broker answers at all; blocking, so call it off the async threads.
pub fn ping(config: &BrokerConfig, within: Duration) -> Result<(), BrokerError> {
    let consumer: BaseConsumer = config.client().create()?;
    consumer.fetch_metadata(None, within).map(drop).map_err(|e| unreachable_broker(config, &e))
}

/// First and next offset of each partition of a topic; blocking.
pub fn watermarks(config: &BrokerConfig, topic: &str) -> Result<Vec<(i32, i64, i64)>, BrokerError> {
    let consumer: BaseConsumer = config.client().create()?;
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).map_err(|e| unreachable_broker(config, &e))?;
    let mut found = Vec::new();
    for topic in metadata.topics() {
        for partition in topic.partitions() {
            let (low, high) = bounds(&consumer, topic.name(), partition.id())?;
            found.push((partition.id(), low, high));
        }
    }
    Ok(found)
}

/// First and next offset of a partition; blocking. A partition has no leader for a moment when it is made or moved: that is waited for, and
/// never the end of a stage.
pub(crate) fn bounds<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    partition: i32,
) -> Result<(i64, i64), KafkaError> {
    let begun = Instant::now();
    loop {
        let found = consumer.fetch_watermarks(topic, partition, PATIENCE);
        let passing = found.as_ref().err().and_then(KafkaError::rdkafka_error_code).is_some_and(|code| {
            matches!(code, RDKafkaErrorCode::NotLeaderForPartition | RDKafkaErrorCode::LeaderNotAvailable)
        });
        if !passing || begun.elapsed() > PATIENCE {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Trouble that ends by itself when the broker is back, or has sorted itself out.
pub(crate) fn is_passing(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        error.rdkafka_error_code(),
        Some(
            Code::BrokerTransportFailure
                | Code::AllBrokersDown
                | Code::OperationTimedOut
                | Code::MessageTimedOut
                | Code::RequestTimedOut
                | Code::NetworkException
                | Code::WaitingForCoordinator
                | Code::CoordinatorLoadInProgress
                | Code::CoordinatorNotAvailable
                | Code::NotCoordinator
                | Code::BrokerNotAvailable
                | Code::NotLeaderForPartition
                | Code::LeaderNotAvailable
                | Code::UnknownPartition
                | Code::UnknownTopic
                | Code::UnknownTopicOrPartition
                | Code::Resolve
        )
    )
}

fn unreachable_broker(config: &BrokerConfig, e: &rdkafka::error::KafkaError) -> BrokerError {
    BrokerError::Unreachable { brokers: config.brokers.clone(), why: e.to_string() }
}

/// How many messages of some topics a group has not yet committed; blocking.
pub fn lag(config: &BrokerConfig, group: &str, subjects: &[Subject]) -> Result<i64, BrokerError> {
    let mut lag = 0;
    for subject in subjects {
        lag += ahead(config, group, *subject)?.iter().map(|(_, next, end)| (end - next).max(0)).sum::<i64>();
    }
    Ok(lag)
}

/// Of each partition of a topic the offset that a group reads next, and where the partition ends; blocking.
pub fn ahead(config: &BrokerConfig, group: &str, subject: Subject) -> Result<Vec<(i32, i64, i64)>, BrokerError> {
    let consumer: BaseConsumer =
        config.client().set("group.id", config.group(group)).set("enable.auto.commit", "false").create()?;
    let topic = config.topic(subject);
    let metadata = consumer.fetch_metadata(Some(&topic), PATIENCE).map_err(|e| unreachable_broker(config, &e))?;
    let mut list = TopicPartitionList::new();
    for partition in metadata.topics().iter().flat_map(|t| t.partitions()) {
        list.add_partition(&topic, partition.id());
    }
    let committed = consumer.committed_offsets(list, PATIENCE)?;
    let mut found = Vec::new();
    for element in committed.elements() {
        let (low, high) = bounds(&consumer, &topic, element.partition())?;
        let next = if let Offset::Offset(next) = element.offset() { next } else { low };
        found.push((element.partition(), next, high));
    }
    Ok(found)
}
