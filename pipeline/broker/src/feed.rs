//! Messages in, as a stage sees them: events to take, positions to give back. The thread behind it is [`crate::poller`].

use crate::{
    BrokerConfig, BrokerError, Message,
    poller::{Poller, Wires},
};
use meyar_schemas::Subject;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc as std_mpsc,
    },
    thread::JoinHandle,
};
use tokio::sync::mpsc;

/// Where a message stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub topic: Arc<str>,
    pub partition: i32,
    pub offset: i64,
}

/// Where reading of a partition starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartAt {
    /// The next offset to read.
    pub offset: i64,
    /// Fingerprint of the message just before it: it must still stand there (P7).
    pub anchor: Option<i64>,
}

pub type Partition = (Arc<str>, i32);

#[derive(Debug)]
pub enum FeedEvent {
    /// Partitions now belong to this feed; in [`Positions::FromStage`] mode they wait for [`Feed::start`].
    Assigned(Vec<Partition>),
    Revoked(Vec<Partition>),
    Message(Message),
    /// One partition is not what it was (P7): it stays paused, the others go on. Carries the message found in the wrong place.
    Refused {
        partition: Partition,
        error: BrokerError,
        found: Option<Box<Message>>,
    },
    /// Nothing more will come.
    Failed(BrokerError),
}

impl FeedEvent {
    pub(crate) fn bytes(&self) -> usize {
        if let FeedEvent::Message(message) = self { message.value.len() } else { 0 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Positions {
    /// Offsets committed to the broker by [`Feed::commit`].
    Broker,
    /// The stage knows better (the lake does, P2) and calls [`Feed::start`] after each assignment.
    FromStage,
}

#[derive(Debug, Clone)]
pub struct FeedOptions {
    pub group: String,
    pub subjects: Vec<Subject>,
    pub positions: Positions,
    /// Messages that may wait between the poll thread and the stage; fewer when they are large ([`WAITING_BYTES`]).
    pub buffer: usize,
}

/// Bytes of messages that may wait there: chunks of sound are a hundred times larger than events.
pub(crate) const WAITING_BYTES: usize = 64 << 20;

pub(crate) enum Command {
    Start(Vec<(Partition, StartAt)>),
    Commit(Vec<(Partition, i64)>),
}

pub struct Feed {
    events: mpsc::Receiver<FeedEvent>,
    connected: Arc<AtomicBool>,
    /// Bytes of the messages in `events`.
    waiting: Arc<AtomicUsize>,
    commands: std_mpsc::Sender<Command>,
    thread: Option<JoinHandle<()>>,
}

impl Feed {
    pub fn open(config: &BrokerConfig, options: FeedOptions) -> Result<Self, BrokerError> {
        let connected = Arc::new(AtomicBool::new(true));
        let (events_in, events) = mpsc::channel(options.buffer.max(1));
        let (commands, commands_out) = std_mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let poller = Poller::open(
            config,
            &options,
            Wires { events: events_in, commands: commands_out, connected: connected.clone(), waiting: waiting.clone() },
        )?;
        let thread = std::thread::Builder::new()
            .name(format!("poll-{}", options.group))
            .spawn(move || poller.run())
            .map_err(|e| BrokerError::Embedded(format!("no thread for polling: {e}")))?;
        Ok(Self { events, connected, waiting, commands, thread: Some(thread) })
    }

    /// False while no broker answers: silence then says nothing about those who send.
    pub fn connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    /// The next event; `None` after the feed has closed.
    pub async fn next(&mut self) -> Option<FeedEvent> {
        let event = self.events.recv().await;
        self.taken(event.as_slice());
        event
    }

    /// Waits for an event and takes those that stand behind it, up to `most`. Nothing is taken after the feed has closed.
    pub async fn next_many(&mut self, events: &mut Vec<FeedEvent>, most: usize) -> usize {
        let before = events.len();
        let count = self.events.recv_many(events, most).await;
        self.taken(&events[before..]);
        count
    }

    fn taken(&self, events: &[FeedEvent]) {
        let bytes: usize = events.iter().map(FeedEvent::bytes).sum();
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Answers [`FeedEvent::Assigned`] with the positions to read from.
    pub fn start(&self, positions: Vec<(Partition, StartAt)>) {
        // A send fails only when the poll thread has ended, which `next` tells.
        let _ = self.commands.send(Command::Start(positions));
    }

    /// Tells the broker the next offsets to read, once what came before them is safe elsewhere.
    pub fn commit(&self, next: Vec<(Partition, i64)>) {
        let _ = self.commands.send(Command::Commit(next));
    }

    /// Leaves the group; commits sent before are carried out.
    pub async fn close(mut self) {
        self.events.close();
        drop(std::mem::replace(&mut self.commands, std_mpsc::channel().0));
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}
