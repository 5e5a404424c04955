//! How far the lander is. A call whose telephony is not in the lake has none only when what was told before has landed: a lander that is behind,
//! of an import or on a busy machine, is no reason to judge a call by its words alone.

use crate::{Context, Stage};
use meyar_broker::{BrokerConfig, BrokerError, topics};
use meyar_schemas::Subject;
use std::collections::HashMap;

/// Where the topic of call events ended at a moment, by partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark(HashMap<i32, i64>);

/// Of each partition of call events where the lander reads next, and where it ends.
#[derive(Debug, Default)]
pub struct Landing(Vec<(i32, i64, i64)>);

impl Landing {
    /// Nothing where the broker does not say, or the stage is being stopped: then it is asked again.
    pub async fn now(context: &Context) -> Option<Landing> {
        tokio::select! {
            asked = ask(context.broker.clone()) => match asked {
                Ok(landing) => Some(landing),
                Err(error) => {
                    tracing::warn!(%error, "how far the lander is cannot be told; trying again");
                    None
                }
            },
            () = context.shutdown.cancelled() => None,
        }
    }

    pub fn mark(&self) -> Mark {
        Mark(self.0.iter().map(|(partition, _, end)| (*partition, *end)).collect())
    }

    pub fn has_passed(&self, mark: &Mark) -> bool {
        self.0.iter().all(|(partition, next, _)| mark.0.get(partition).is_none_or(|end| next >= end))
    }
}

async fn ask(config: BrokerConfig) -> Result<Landing, BrokerError> {
    let asked =
        tokio::task::spawn_blocking(move || topics::ahead(&config, Stage::Lander.name(), Subject::CallEvents)).await;
    match asked {
        Ok(ahead) => Ok(Landing(ahead?)),
        Err(ended) => Err(BrokerError::GivenUp { what: ended.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_passed_when_every_partition_is_read_up_to_it_whatever_came_after() {
        let behind = Landing(vec![(0, 5, 9), (1, 0, 0)]);
        let mark = behind.mark();
        assert!(!behind.has_passed(&mark));
        for (next, passed) in [(8, false), (9, true), (12, true)] {
            assert_eq!(Landing(vec![(0, next, 40), (1, 0, 7)]).has_passed(&mark), passed, "{next}");
        }
        // A partition that was made afterwards held nothing then.
        assert!(Landing(vec![(0, 9, 9), (1, 0, 0), (2, 0, 3)]).has_passed(&mark));
    }
}
