//! Names of calls, people, sheets: each kept once, however many events repeat it.

use std::{collections::HashSet, sync::Arc};

pub type Name = Arc<str>;

#[derive(Default)]
pub struct Names(HashSet<Name>);

impl Names {
    pub fn name(&mut self, text: &str) -> Name {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let name = Name::from(text);
        self.0.insert(name.clone());
        name
    }
}
