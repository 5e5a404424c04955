//! Only the highest revision of an event counts; order and repeats do not matter.

use super::names::Name;
use std::collections::{HashMap, hash_map::Entry};

/// The events of one subject, known by source and id.
pub struct Latest<E> {
    places: HashMap<(Name, Box<str>), usize>,
    told: Vec<(u32, E)>,
    /// The same identity told again with other content: as the lake does, the first telling stays.
    pub conflicts: usize,
}

impl<E> Default for Latest<E> {
    fn default() -> Self {
        Self { places: HashMap::new(), told: Vec::new(), conflicts: 0 }
    }
}

impl<E: PartialEq> Latest<E> {
    pub fn tell(&mut self, source: Name, id: &str, revision: u32, event: E) {
        match self.places.entry((source, id.into())) {
            Entry::Vacant(place) => {
                place.insert(self.told.len());
                self.told.push((revision, event));
            }
            Entry::Occupied(place) => {
                let known = &mut self.told[*place.get()];
                if revision > known.0 {
                    *known = (revision, event);
                } else if revision == known.0 && event != known.1 {
                    self.conflicts += 1;
                }
            }
        }
    }

    pub fn into_events(self) -> Vec<E> {
        drop(self.places);
        self.told.into_iter().map(|(_, event)| event).collect()
    }
}
