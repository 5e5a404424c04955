//! `calls.events/v1`: what happened to a call, one event a step.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallEvent {
    pub call_id: String,
    pub at: DateTime<Utc>,
    /// The number dialled: 195-1-1 … 195-1-4.
    pub line: String,
    /// Keyed hash of the caller's number ([`crate::caller::CallerKey`]); absent when the number was hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_key: Option<String>,
    #[serde(flatten)]
    pub step: CallStep,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CallStep {
    Offered {
        #[serde(default)]
        direction: Direction,
        /// Outbound only: the lost call or the callback order that is being returned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returns: Option<String>,
    },
    IvrStep {
        node: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    Queued {
        queue: String,
    },
    /// The caller left an order to be called back (zəng sifarişi).
    Ordered,
    Answered {
        representative: String,
        location: Location,
    },
    Hold {
        phase: Phase,
    },
    Transferred {
        to_kind: TransferKind,
        to: String,
    },
    Ended {
        ended_by: Side,
        recorded: bool,
        /// After-call work; absent when the exchange does not measure it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wrap_up_ms: Option<u64>,
    },
    Lost {
        reason: LostReason,
        /// From entering the queue (or, without a queue, from being offered) to the loss.
        waited_ms: u64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[default]
    Inbound,
    /// A callback made by the centre.
    Outbound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    Hall,
    Remote,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Started,
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    Line,
    Queue,
    Representative,
    External,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Caller,
    Representative,
    System,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LostReason {
    /// Hung up while waiting in the queue.
    AbandonedInQueue,
    /// Hung up inside the voice menu, never having queued.
    AbandonedInIvr,
    /// Cut off by a fault of the system.
    SystemError,
    /// Turned away: no free line, off-hours, full queue.
    Refused,
    /// Outbound: the person whom the centre called did not take the call.
    NoAnswer,
}
