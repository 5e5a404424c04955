//! What people did, told to the stream: messages that were written in one commit with the work itself, and the access log. In order, one
//! acknowledged before the next; told twice after a crash in between, it is the same event to the lake (P1).

use crate::{args::Common, run};
use anyhow::{Result, bail};
use chrono::Utc;
use meyar_broker::{BrokerError, Headers, Message, Place, Publisher, deadletters};
use meyar_schemas::{
    Envelope, Invalid, Subject,
    access::Access,
    contract::{self, Refusal},
    deadletter::{DeadLetter, DeadLetterError},
    envelope::derived_id,
};
use meyar_work::{Store, access::Logged, store::Waiting};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

const SOURCE: &str = "meyar/workbench";
const STAGE: &str = "outbox";
const AT_ONCE: i64 = 200;
/// People wait for nothing that stands here, so a look now and then is enough.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(2);
/// A store that is not there yet, or not reached.
const OPEN_AGAIN_AFTER: Duration = Duration::from_secs(2);
/// Who sends has told within this time that it still does.
const TURN: Duration = Duration::from_secs(30);

pub fn describe_metrics() {
    metrics::describe_gauge!(
        "meyar_outbox_waiting",
        "What people did and the stream was not told yet: messages, and entries of the access log"
    );
    metrics::describe_counter!("meyar_outbox_sent_total", "Messages of people's work that the broker has acknowledged");
    metrics::describe_counter!(
        "meyar_outbox_refused_total",
        "Messages of people's work that did not keep to their own contract: a fault of the program; they are among the dead letters"
    );
}

/// Beside the pages: only where brokers are named. `meyar serve` knows none else.
pub async fn beside_pages(common: &Common, shutdown: CancellationToken) -> Result<()> {
    let Some(brokers) = &common.brokers else { return Ok(()) };
    beside(common.clone(), Publisher::new(&common.broker(brokers))?, shutdown).await
}

/// Beside the stages, until the end. A store that cannot be opened is tried again: calls go on without people's work.
pub async fn beside(common: Common, publisher: Publisher, shutdown: CancellationToken) -> Result<()> {
    // Told from the start on, also where nobody works yet: an alarm cannot be raised of what is not there.
    run::metrics_handle();
    metrics::gauge!("meyar_outbox_waiting").set(0.0);
    for name in ["meyar_outbox_sent_total", "meyar_outbox_refused_total"] {
        metrics::counter!(name).increment(0);
    }
    let mut trouble = Trouble::default();
    while !shutdown.is_cancelled() {
        // Where nobody works there is no file, and looking must not make one.
        if common.work_is_there() {
            let opened = tokio::select! {
                opened = common.open_work() => opened,
                () = shutdown.cancelled() => break,
            };
            match opened {
                Ok(store) => return run(store, publisher, shutdown).await,
                Err(error) => trouble.told(&format!("{error:#}")),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(OPEN_AGAIN_AFTER) => {}
            () = shutdown.cancelled() => {}
        }
    }
    Ok(())
}

pub async fn run(store: Store, publisher: Publisher, shutdown: CancellationToken) -> Result<()> {
    let sender = Sender { store, publisher, me: uuid::Uuid::new_v4().to_string() };
    let mut trouble = Trouble::default();
    while !shutdown.is_cancelled() {
        let sent = tokio::select! {
            sent = sender.send_what_waits() => sent,
            // What is cut short here stays in the store.
            () = shutdown.cancelled() => break,
        };
        let pause = match sent {
            Ok(sent) => {
                trouble.over();
                if sent > 0 {
                    continue;
                }
                LOOK_EVERY
            }
            Err(error) => {
                trouble.told(&format!("{error:#}"));
                TRY_AGAIN_AFTER
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => {}
        }
    }
    // Else the next one waits until the turn has run out; a store that is away loses nothing by it.
    let _ = tokio::time::timeout(Duration::from_secs(2), sender.store.turn_is_over(&sender.me)).await;
    Ok(())
}

/// One line when trouble begins or changes, one when it is over: it may last for days.
#[derive(Default)]
struct Trouble(String);

impl Trouble {
    fn told(&mut self, error: &str) {
        if self.0 != error {
            tracing::warn!(error, "what people did cannot be told to the stream; it is kept and tried again");
            self.0 = error.to_owned();
        }
    }

    fn over(&mut self) {
        if !self.0.is_empty() {
            tracing::info!("what people did is told to the stream again");
            self.0.clear();
        }
    }
}

struct Sender {
    store: Store,
    publisher: Publisher,
    me: String,
}

impl Sender {
    /// How many messages and entries are done with now.
    async fn send_what_waits(&self) -> Result<u64> {
        let waits = self.store.how_many_wait().await? + self.store.how_much_access_is_untold().await?;
        metrics::gauge!("meyar_outbox_waiting").set(waits as f64);
        // Another program over the same store may be at it.
        if waits == 0 || !self.turn().await? {
            return Ok(0);
        }
        let mut sent = 0;
        for waiting in self.store.waiting(AT_ONCE).await? {
            self.tell(&waiting).await?;
            self.store.sent(waiting.number, Utc::now()).await?;
            sent += 1;
        }
        for logged in self.store.untold_access(AT_ONCE).await? {
            self.tell(&entry(&logged)).await?;
            self.store.access_told(logged.number).await?;
            sent += 1;
        }
        Ok(sent)
    }

    async fn turn(&self) -> Result<bool> {
        let now = Utc::now();
        Ok(self.store.turn_to_send(&self.me, now, now + TURN).await?)
    }

    /// To its topic, or to the dead letters; acknowledged when this returns.
    async fn tell(&self, waiting: &Waiting) -> Result<()> {
        let judged = judge(waiting);
        let out = async {
            match judged {
                Ok(Judged { subject, key, envelope }) => {
                    self.publisher.event(subject, &key, &envelope, waiting.content.as_bytes()).await?;
                    metrics::counter!("meyar_outbox_sent_total").increment(1);
                }
                Err(refusal) => {
                    tracing::error!(
                        number = waiting.number,
                        subject = waiting.subject,
                        id = waiting.id,
                        revision = waiting.revision,
                        error = %refusal,
                        "a message of people's work does not keep to its contract: a fault of Meyar, please report it; it is kept as a dead letter"
                    );
                    deadletters::bury_untold(&self.publisher, &letter(waiting, refusal), waiting.content.as_bytes())
                        .await?;
                    metrics::counter!("meyar_outbox_refused_total").increment(1);
                }
            }
            Ok::<(), BrokerError>(())
        };
        let mut out = std::pin::pin!(out);
        loop {
            tokio::select! {
                told = &mut out => return Ok(told?),
                // A broker that is away may keep us for minutes.
                () = tokio::time::sleep(TURN / 3) => {}
            }
            if !self.turn().await? {
                bail!("another program sends what waits now");
            }
        }
    }
}

struct Judged {
    subject: Subject,
    key: String,
    envelope: Envelope,
}

fn judge(waiting: &Waiting) -> Result<Judged, Refusal> {
    let subject: Subject = waiting.subject.parse().map_err(|invalid: Invalid| Refusal { code: "invalid", invalid })?;
    let envelope = envelope(subject, waiting);
    let content = contract::read(subject, &envelope, waiting.content.as_bytes())?;
    let key = content.get(subject.key_field()).and_then(Value::as_str).unwrap_or(&waiting.id).to_owned();
    Ok(Judged { subject, key, envelope })
}

fn envelope(subject: Subject, waiting: &Waiting) -> Envelope {
    Envelope { revision: waiting.revision, ..Envelope::new(subject, SOURCE, &waiting.id, waiting.at) }
}

/// With the headers it would have had, so that it can be mended and sent by `meyar deadletters replay`. Told twice it is one letter.
fn letter(waiting: &Waiting, refusal: Refusal) -> DeadLetter {
    let message = Message {
        place: Place { topic: Arc::from(waiting.subject.as_str()), partition: -1, offset: waiting.number },
        subject: Subject::DeadLetters,
        key: Some(waiting.id.clone().into_bytes()),
        headers: Headers::default(),
        value: Vec::new(),
        timestamp_ms: None,
    };
    let error = DeadLetterError::new(refusal.code, refusal.invalid);
    let headers = waiting
        .subject
        .parse()
        .map(|subject| envelope(subject, waiting).to_headers("application/json"))
        .unwrap_or_default();
    let id = derived_id(&["deadletter", STAGE, &waiting.subject, &waiting.id, &waiting.revision.to_string()]);
    DeadLetter { id, headers, ..deadletters::describe(STAGE, &message, error, Utc::now()) }
}

/// An entry of the access log as its contract has it; it is judged as everything is.
fn entry(logged: &Logged) -> Waiting {
    // The chain stands for the log: another store's first entry is another event.
    let id = Access::id_of(&logged.chain, u64::try_from(logged.number).unwrap_or_default());
    let mut content = json!({
        "access_id": id,
        "at": logged.at,
        "number": logged.number,
        "person": logged.actor.person_id,
        "role": logged.actor.role,
        "action": logged.entry.action.name(),
        "object_kind": logged.entry.object_kind,
        "chain": logged.chain,
    });
    for (field, text) in [("object_id", &logged.entry.object_id), ("detail", &logged.entry.detail)] {
        if let Some(text) = text {
            content[field] = json!(text);
        }
    }
    Waiting {
        number: logged.number,
        subject: Subject::Access.name().to_owned(),
        id,
        revision: 0,
        at: logged.at,
        content: content.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_work::access::{self, Action, Actor, Entry};

    fn logged(entry: Entry) -> Logged {
        let (at, actor) = ("2026-11-30T05:00:00.000001Z".parse().unwrap(), Actor::unknown("Leyla\tM \u{0}"));
        Logged { number: 1, at, chain: access::chain("", 1, at, &actor, &entry), actor, entry }
    }

    #[test]
    fn an_entry_of_the_log_keeps_to_its_contract_and_its_chain_can_be_checked_from_there() {
        let told = entry(&logged(Entry::new(Action::Play, "audio", "c-1")));
        let judged = judge(&told).map_err(|refusal| refusal.to_string()).unwrap();
        assert_eq!(
            (judged.key.as_str(), judged.envelope.id.as_str(), judged.envelope.revision),
            (&*told.id, &*told.id, 0)
        );
        let access: Access = serde_json::from_str(&told.content).unwrap();
        assert_eq!(access.chained(""), access.chain);
        assert_eq!(access.person, "LeylaM");
    }

    #[test]
    fn each_kind_of_action_is_one_of_the_contract() {
        for action in Action::ALL {
            let told = entry(&logged(Entry { object_id: None, ..Entry::new(*action, "session", "") }));
            assert!(judge(&told).is_ok(), "{action}");
        }
    }

    #[test]
    fn what_is_refused_can_be_sent_again_and_is_one_letter() {
        let told = entry(&logged(Entry::new(Action::Play, "symphony", "c-1")));
        let refusal = judge(&told).err().unwrap();
        assert_eq!((refusal.code, refusal.invalid.field.as_str()), ("invalid", "object_kind"));
        let (one, two) = (letter(&told, refusal.clone()), letter(&told, refusal));
        assert_eq!(one.id, two.id);
        assert!(one.headers.contains(&("ce_id".into(), told.id.clone())), "{:?}", one.headers);
        let nowhere = Waiting { subject: "qa.none".into(), ..told };
        let refusal = judge(&nowhere).err().unwrap();
        assert_eq!(letter(&nowhere, refusal).error.field, "subject");
    }
}
