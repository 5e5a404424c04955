//! Which offsets may be committed when work finishes out of order: never past one that is still open.

use meyar_broker::{Place, feed::Partition};
use std::collections::{BTreeSet, HashMap};

#[derive(Debug, Default)]
struct Progress {
    open: BTreeSet<i64>,
    /// One past the greatest offset seen.
    seen: i64,
    committed: i64,
}

#[derive(Debug, Default)]
pub struct Tracker(HashMap<Partition, Progress>);

impl Tracker {
    /// Work on a message begins.
    pub fn begin(&mut self, place: &Place) {
        let progress = self.0.entry((place.topic.clone(), place.partition)).or_default();
        progress.open.insert(place.offset);
        progress.seen = progress.seen.max(place.offset + 1);
    }

    /// Everything that came of it is safe elsewhere.
    pub fn finish(&mut self, place: &Place) {
        if let Some(progress) = self.0.get_mut(&(place.topic.clone(), place.partition)) {
            progress.open.remove(&place.offset);
        }
    }

    pub fn forget(&mut self, partitions: &[Partition]) {
        for partition in partitions {
            self.0.remove(partition);
        }
    }

    /// The next offset to read after a restart, for partitions where it has moved since the last call.
    pub fn due(&mut self) -> Vec<(Partition, i64)> {
        let mut due = Vec::new();
        for (partition, progress) in &mut self.0 {
            let next = progress.open.first().copied().unwrap_or(progress.seen);
            if next > progress.committed {
                progress.committed = next;
                due.push((partition.clone(), next));
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn place(offset: i64) -> Place {
        Place { topic: Arc::from("t"), partition: 0, offset }
    }

    #[test]
    fn nothing_is_committed_past_open_work() {
        let mut tracker = Tracker::default();
        for offset in 5..9 {
            tracker.begin(&place(offset));
        }
        tracker.finish(&place(6));
        tracker.finish(&place(8));
        assert_eq!(tracker.due(), [((Arc::from("t"), 0), 5)]);
        assert_eq!(tracker.due(), [], "told once");
        tracker.finish(&place(5));
        assert_eq!(tracker.due(), [((Arc::from("t"), 0), 7)]);
        tracker.finish(&place(7));
        assert_eq!(tracker.due(), [((Arc::from("t"), 0), 9)]);
    }
}
