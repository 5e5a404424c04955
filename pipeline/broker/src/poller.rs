//! The thread that polls the broker and does nothing else, so that slow work never costs the group membership (P6): when the stage
//! falls behind, partitions pause and polling goes on.

use crate::{
    BrokerConfig, BrokerError, Message,
    feed::{Command, FeedEvent, FeedOptions, Partition, Positions, StartAt, WAITING_BYTES},
    topics,
};
use meyar_faults::step;
use meyar_schemas::Subject;
use rdkafka::{
    ClientContext, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, RebalanceProtocol},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    message::Message as _,
    types::RDKafkaRespErr,
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc as std_mpsc,
    },
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

const POLL: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(10);
/// A stage that is busy for less than this costs no pause: pausing throws the fetched messages away.
const PAUSE_AFTER: Duration = Duration::from_secs(1);
/// How soon room is looked for again meanwhile.
const ROOM: Duration = Duration::from_millis(2);
/// How soon a broker that did not answer is asked again.
const AGAIN: Duration = Duration::from_millis(500);
/// How often the same trouble with the broker is told again.
const TELL_AGAIN: Duration = Duration::from_secs(5);

/// What ties the thread to its [`crate::Feed`].
pub struct Wires {
    pub events: mpsc::Sender<FeedEvent>,
    pub commands: std_mpsc::Receiver<Command>,
    /// False while no broker answers.
    pub connected: Arc<AtomicBool>,
    /// Bytes of the messages that wait in `events`.
    pub waiting: Arc<AtomicUsize>,
}

/// Where partitions are to be read from; it is tried again while the broker does not answer.
enum Start {
    At(Vec<(Partition, StartAt)>),
    FromBroker(Vec<Partition>),
}

enum Change {
    Assigned(Vec<Partition>),
    Revoked(Vec<Partition>),
}

struct Watcher {
    rebalances: std_mpsc::Sender<Change>,
    stage: String,
    connected: Arc<AtomicBool>,
}

impl ClientContext for Watcher {
    fn stats(&self, statistics: rdkafka::Statistics) {
        self.connected.store(statistics.brokers.values().any(|broker| broker.state == "UP"), Ordering::Relaxed);
        for topic in statistics.topics.values() {
            for partition in
                topic.partitions.values().filter(|p| p.partition >= 0 && p.hi_offset >= 0 && p.app_offset >= 0)
            {
                metrics::gauge!("meyar_lag", "stage" => self.stage.clone(), "topic" => topic.topic.clone(),
                    "partition" => partition.partition.to_string())
                .set((partition.hi_offset - partition.app_offset).max(0) as f64);
            }
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown) {
            self.connected.store(false, Ordering::Relaxed);
        }
        tracing::debug!(stage = self.stage, %error, reason, "librdkafka");
    }
}

impl ConsumerContext for Watcher {
    /// Takes the new partitions without reading from them: that begins in `Poller::start`, which knows from where. Nothing may be paused
    /// around an assignment: the order to fetch and the order to resume can overtake one another inside librdkafka, which drops the
    /// one that comes late, and the partition stays silent for good (confluentinc/librdkafka#5591 and #2190).
    fn rebalance(&self, consumer: &BaseConsumer<Self>, error: RDKafkaRespErr, list: &mut TopicPartitionList) {
        metrics::counter!("meyar_rebalances_total", "stage" => self.stage.clone()).increment(1);
        let bit_by_bit = is_cooperative(consumer);
        let change = match error {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                let none = TopicPartitionList::new();
                let taken = if bit_by_bit { consumer.incremental_assign(&none) } else { consumer.assign(&none) };
                if let Err(error) = taken {
                    tracing::warn!(%error, "could not take new partitions");
                }
                Change::Assigned(partitions(list))
            }
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS => {
                let given_back = if bit_by_bit { give_back(consumer, list) } else { give_all_back(consumer, list) };
                if let Err(error) = given_back {
                    tracing::warn!(%error, "could not give partitions back");
                }
                Change::Revoked(partitions(list))
            }
            other => {
                tracing::warn!(error = ?other, "rebalance");
                return;
            }
        };
        let _ = self.rebalances.send(change);
    }
}

/// Does one after the other; the one that fails stays, and those behind it.
fn in_turn<T, E>(queue: &mut VecDeque<T>, mut each: impl FnMut(&T) -> Result<(), E>) -> Result<(), E> {
    while let Some(next) = queue.front() {
        each(next)?;
        queue.pop_front();
    }
    Ok(())
}

fn is_cooperative(consumer: &BaseConsumer<Watcher>) -> bool {
    matches!(consumer.rebalance_protocol(), RebalanceProtocol::Cooperative)
}

/// A pause outlives the assignment.
fn give_all_back(consumer: &BaseConsumer<Watcher>, list: &TopicPartitionList) -> KafkaResult<()> {
    consumer.resume(list)?;
    consumer.unassign()
}

/// Of these partitions some may not be read from yet, and those are in no assignment.
fn give_back(consumer: &BaseConsumer<Watcher>, list: &TopicPartitionList) -> KafkaResult<()> {
    let mut read = TopicPartitionList::new();
    for (topic, partition) in partitions(&consumer.assignment()?) {
        if list.find_partition(&topic, partition).is_some() {
            read.add_partition(&topic, partition);
        }
    }
    consumer.resume(&read)?;
    consumer.incremental_unassign(&read)
}

fn partitions(list: &TopicPartitionList) -> Vec<Partition> {
    list.elements().iter().map(|e| (Arc::from(e.topic()), e.partition())).collect()
}

fn expired((topic, partition): &Partition, from: i64, to: i64) {
    tracing::error!(%topic, partition, from, to, "messages expired in the broker before they were read; lengthen the topic's retention.ms");
}

pub struct Poller {
    consumer: BaseConsumer<Watcher>,
    subjects: HashMap<String, (Arc<str>, Subject)>,
    positions: Positions,
    wires: Wires,
    rebalances: std_mpsc::Receiver<Change>,
    waiting: VecDeque<FeedEvent>,
    anchors: HashMap<Partition, StartAt>,
    refused: HashSet<Partition>,
    /// Assigned; read from once the stage has said from where.
    held: HashSet<Partition>,
    /// Starts that the broker did not answer, and when they are tried again.
    starts: VecDeque<Start>,
    recheck: bool,
    again_at: Instant,
    paused: bool,
    full_since: Option<Instant>,
    buffer: usize,
    told: Option<Instant>,
}

impl Poller {
    pub fn open(config: &BrokerConfig, options: &FeedOptions, wires: Wires) -> Result<Self, BrokerError> {
        let (rebalances_in, rebalances) = std_mpsc::channel();
        let mut tuned = config.client();
        tuned
            // `cooperative-sticky` leaves those partitions alone that stay where they are.
            .set("partition.assignment.strategy", "range")
            .set("session.timeout.ms", "10000")
            .set("heartbeat.interval.ms", "2000")
            // The embedded broker sleeps half of this on an empty topic.
            .set("fetch.wait.max.ms", "50")
            .set("queued.max.messages.kbytes", "16384")
            // When that much waits, the next fetch is asked for this much later; by default a stage that caught up idled for a second.
            .set("fetch.queue.backoff.ms", "20")
            .set("fetch.error.backoff.ms", "200")
            .set("topic.metadata.refresh.interval.ms", "10000")
            .set("statistics.interval.ms", "5000");
        // What delivery rests on is not for people to change.
        let consumer: BaseConsumer<Watcher> = config
            .with_extra(tuned)
            .set("group.id", config.group(&options.group))
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // Positions are always given; an offset that is not there is a fact to tell, not to paper over (P7).
            .set("auto.offset.reset", "error")
            .create_with_context(Watcher {
                rebalances: rebalances_in,
                stage: options.group.clone(),
                connected: wires.connected.clone(),
            })?;
        let topics: Vec<String> = options.subjects.iter().map(|s| config.topic(*s)).collect();
        consumer.subscribe(&topics.iter().map(String::as_str).collect::<Vec<_>>())?;

        let subjects = topics
            .into_iter()
            .zip(&options.subjects)
            .map(|(topic, subject)| (topic.clone(), (topic.into(), *subject)))
            .collect();
        Ok(Self {
            consumer,
            subjects,
            positions: options.positions,
            wires,
            rebalances,
            waiting: VecDeque::new(),
            anchors: HashMap::new(),
            refused: HashSet::new(),
            held: HashSet::new(),
            starts: VecDeque::new(),
            recheck: false,
            again_at: Instant::now(),
            paused: false,
            full_since: None,
            buffer: options.buffer.max(1),
            told: None,
        })
    }

    pub fn run(mut self) {
        loop {
            if let Err(error) = self.turn() {
                let _ = self.wires.events.blocking_send(FeedEvent::Failed(error));
                return;
            }
            match self.obey() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let _ = self.wires.events.blocking_send(FeedEvent::Failed(error));
                    return;
                }
            }
        }
        self.consumer.unsubscribe();
    }

    /// One poll, and whatever came of it handed on as far as there is room.
    fn turn(&mut self) -> Result<(), BrokerError> {
        if !self.paused && !self.waiting.is_empty() {
            std::thread::sleep(ROOM);
            return self.hand_on();
        }
        let polled = self.consumer.poll(POLL).map(|result| {
            result
                .map(|m| self.subjects.get(m.topic()).map(|(topic, subject)| Message::from_kafka(*subject, topic, &m)))
        });
        while let Ok(change) = self.rebalances.try_recv() {
            match change {
                Change::Assigned(new) => {
                    self.held.extend(new.iter().cloned());
                    if self.positions == Positions::Broker {
                        self.starts.push_back(Start::FromBroker(new.clone()));
                    }
                    self.waiting.push_back(FeedEvent::Assigned(new));
                }
                Change::Revoked(gone) => {
                    gone.iter().for_each(|partition| {
                        self.held.remove(partition);
                    });
                    // Without partitions there is nothing to resume.
                    self.paused &= !self.held.is_empty();
                    self.waiting.push_back(FeedEvent::Revoked(gone));
                }
            }
        }
        match polled {
            Some(Ok(Some(message))) => {
                if self.holds(&message)? {
                    self.waiting.push_back(FeedEvent::Message(message));
                }
            }
            Some(Err(error)) => self.trouble(error)?,
            Some(Ok(None)) | None => {}
        }
        self.hand_on()
    }

    /// False when the message is only the anchor of a start. An anchor that changed means another history (P7).
    fn holds(&mut self, message: &Message) -> Result<bool, BrokerError> {
        if self.anchors.is_empty() && self.refused.is_empty() {
            return Ok(true);
        }
        let partition = (message.place.topic.clone(), message.place.partition);
        if self.refused.contains(&partition) {
            return Ok(false);
        }
        let Some(start) = self.anchors.get(&partition).copied() else { return Ok(true) };
        if message.place.offset >= start.offset {
            self.anchors.remove(&partition);
            return Ok(true);
        }
        if start.anchor.is_some_and(|anchor| anchor != message.fingerprint()) {
            self.anchors.remove(&partition);
            let found = "and another message now stands just before that place";
            self.refuse(partition, start.offset, found.into(), Some(message.clone()))?;
        }
        Ok(false)
    }

    fn refuse(
        &mut self,
        partition: Partition,
        position: i64,
        found: String,
        message: Option<Message>,
    ) -> Result<(), BrokerError> {
        let mut list = TopicPartitionList::new();
        list.add_partition(&partition.0, partition.1);
        self.consumer.pause(&list)?;
        self.refused.insert(partition.clone());
        let error = BrokerError::Recreated { topic: partition.0.to_string(), partition: partition.1, position, found };
        self.waiting.push_back(FeedEvent::Refused { partition, error, found: message.map(Box::new) });
        Ok(())
    }

    /// After the broker said that a position does not exist: which partitions are another history, which only lost old messages?
    fn recheck(&mut self) -> Result<(), BrokerError> {
        let positions = self.consumer.position()?;
        for element in positions.elements() {
            let partition: Partition = (Arc::from(element.topic()), element.partition());
            let Offset::Offset(next) = element.offset() else { continue };
            let (low, high) = topics::bounds(&self.consumer, &partition.0, partition.1)?;
            if next > high && !self.refused.contains(&partition) {
                self.refuse(partition, next, format!("but the topic now ends at {high}"), None)?;
            } else if next < low {
                expired(&partition, next, low);
                self.consumer.seek(&partition.0, partition.1, Offset::Offset(low), PATIENCE)?;
            }
        }
        self.recheck = false;
        Ok(())
    }

    fn trouble(&mut self, error: KafkaError) -> Result<(), BrokerError> {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange) => {
                self.recheck = true;
                Ok(())
            }
            Some(
                RDKafkaErrorCode::Fatal
                | RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::GroupAuthorizationFailed,
            ) => Err(error.into()),
            code => {
                if matches!(code, Some(RDKafkaErrorCode::AllBrokersDown | RDKafkaErrorCode::BrokerTransportFailure)) {
                    self.wires.connected.store(false, Ordering::Relaxed);
                }
                self.tell(&error);
                Ok(())
            }
        }
    }

    fn tell(&mut self, error: &KafkaError) {
        if self.told.is_none_or(|t| t.elapsed() > TELL_AGAIN) {
            tracing::warn!(%error, "broker trouble; trying again");
            self.told = Some(Instant::now());
        }
    }

    fn hand_on(&mut self) -> Result<(), BrokerError> {
        while let Some(event) = self.waiting.pop_front() {
            let bytes = event.bytes();
            // A message may always go when none is waiting, however large.
            if bytes > 0 && self.wires.waiting.load(Ordering::Relaxed).saturating_add(bytes) > WAITING_BYTES.max(bytes)
            {
                self.waiting.push_front(event);
                break;
            }
            self.wires.waiting.fetch_add(bytes, Ordering::Relaxed);
            match self.wires.events.try_send(event) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(event)) => {
                    self.wires.waiting.fetch_sub(bytes, Ordering::Relaxed);
                    self.waiting.push_front(event);
                    break;
                }
                Err(mpsc::error::TrySendError::Closed(_)) => {
                    self.waiting.clear();
                    break;
                }
            }
        }
        // Pausing throws the prefetched messages away, so it waits for half the room to be free before resuming.
        if self.waiting.is_empty() {
            self.full_since = None;
        }
        if !self.paused && !self.waiting.is_empty() {
            let since = *self.full_since.get_or_insert_with(Instant::now);
            if since.elapsed() >= PAUSE_AFTER {
                self.consumer.pause(&self.consumer.assignment()?)?;
                self.paused = true;
            }
        } else if self.paused && self.waiting.is_empty() && self.has_room() {
            self.consumer.resume(&self.readable()?)?;
            self.paused = false;
        }
        Ok(())
    }

    fn has_room(&self) -> bool {
        let bytes = self.wires.waiting.load(Ordering::Relaxed);
        self.wires.events.capacity() >= self.buffer.div_ceil(2) && bytes <= WAITING_BYTES / 2
    }

    fn readable(&self) -> Result<TopicPartitionList, BrokerError> {
        let mut list = TopicPartitionList::new();
        for partition in partitions(&self.consumer.assignment()?) {
            if !self.refused.contains(&partition) {
                list.add_partition(&partition.0, partition.1);
            }
        }
        Ok(list)
    }

    /// False when the feed was closed.
    fn obey(&mut self) -> Result<bool, BrokerError> {
        loop {
            match self.wires.commands.try_recv() {
                Ok(Command::Start(positions)) => self.starts.push_back(Start::At(positions)),
                Ok(Command::Commit(next)) => self.commit(&next)?,
                Err(std_mpsc::TryRecvError::Empty) => {
                    self.begin()?;
                    return Ok(true);
                }
                Err(std_mpsc::TryRecvError::Disconnected) => return Ok(false),
            }
        }
    }

    fn commit(&self, next: &[(Partition, i64)]) -> Result<(), BrokerError> {
        let mut list = TopicPartitionList::new();
        for ((topic, partition), offset) in next {
            list.add_partition_offset(topic, *partition, Offset::Offset(*offset))?;
        }
        // A commit that is lost is told again by the next; the ids downstream make the repeat harmless.
        step!("offsets.commit.before", Ok(()));
        if let Err(error) = self.consumer.commit(&list, CommitMode::Sync) {
            tracing::debug!(%error, "offset commit");
        }
        step!("offsets.commit.after");
        Ok(())
    }

    /// Begins to read where it was asked for. A broker that does not answer meanwhile is asked again, and never the end of a stage.
    fn begin(&mut self) -> Result<(), BrokerError> {
        if (self.starts.is_empty() && !self.recheck) || self.again_at > Instant::now() {
            return Ok(());
        }
        let mut starts = std::mem::take(&mut self.starts);
        tracing::debug!(starts = starts.len(), recheck = self.recheck, "asking where to begin");
        step!("assignment.before");
        let checked = if self.recheck { self.recheck() } else { Ok(()) };
        let done = checked.and_then(|()| {
            in_turn(&mut starts, |start| match start {
                Start::At(positions) => self.start(positions),
                Start::FromBroker(new) => self.start_from_broker(new),
            })
        });
        self.starts = starts;
        match done {
            Err(BrokerError::Kafka(error)) if topics::is_passing(&error) => {
                self.again_at = Instant::now() + AGAIN;
                tracing::debug!(%error, "where to begin was not answered");
                self.tell(&error);
                Ok(())
            }
            done => done,
        }
    }

    fn start_from_broker(&mut self, new: &[Partition]) -> Result<(), BrokerError> {
        let mut list = TopicPartitionList::new();
        for (topic, partition) in new {
            list.add_partition(topic, *partition);
        }
        let committed = self.consumer.committed_offsets(list, PATIENCE)?;
        let positions: Vec<_> = committed
            .elements()
            .iter()
            .map(|e| {
                let offset = if let Offset::Offset(offset) = e.offset() { offset } else { 0 };
                ((Arc::from(e.topic()), e.partition()), StartAt { offset, anchor: None })
            })
            .collect();
        self.start(&positions)
    }

    /// A range assignment comes whole, so assigning anew sets all positions at once; a cooperative one comes bit by bit. A refused partition is
    /// left out.
    fn start(&mut self, positions: &[(Partition, StartAt)]) -> Result<(), BrokerError> {
        let mut list = TopicPartitionList::new();
        for ((topic, partition), start) in positions.iter().cloned() {
            // The group may have moved on while the stage looked its positions up.
            if !self.held.contains(&(topic.clone(), partition)) {
                continue;
            }
            let (low, high) = topics::bounds(&self.consumer, &topic, partition)?;
            self.refused.remove(&(topic.clone(), partition));
            if start.offset > high {
                self.refuse((topic, partition), start.offset, format!("but the topic now ends at {high}"), None)?;
                continue;
            }
            if start.offset < low && start.offset > 0 {
                expired(&(topic.clone(), partition), start.offset, low);
            }
            let anchored = start.anchor.is_some() && start.offset > low;
            let from = if anchored { start.offset - 1 } else { start.offset.max(low) };
            if anchored {
                self.anchors.insert((topic.clone(), partition), start);
            }
            list.add_partition_offset(&topic, partition, Offset::Offset(from))?;
        }
        if list.count() > 0 {
            if is_cooperative(&self.consumer) {
                self.consumer.incremental_assign(&list)?;
                if self.paused {
                    self.consumer.resume(&self.readable()?)?;
                }
            } else {
                self.consumer.assign(&list)?;
            }
            // What the stage was behind with was another assignment's.
            self.paused = false;
            self.full_since = None;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_again_before_what_stands_behind_it() {
        let (mut queue, mut done) = (VecDeque::from([1, 2, 3]), Vec::new());
        let mut away = true;
        let mut each = |n: &i32| {
            if *n == 2 && std::mem::take(&mut away) {
                return Err("away");
            }
            done.push(*n);
            Ok(())
        };
        assert_eq!(in_turn(&mut queue, &mut each), Err("away"));
        assert_eq!(queue, [2, 3]);
        assert_eq!(in_turn(&mut queue, &mut each), Ok(()));
        assert!(queue.is_empty());
        assert_eq!(done, [1, 2, 3]);
    }
}
