//! Which of the centre's numbers was dialled.

use crate::{mapping::LineRules, text};

/// 195-1-1 … 195-1-4.
pub fn is_line(text: &str) -> bool {
    matches!(text, "195-1-1" | "195-1-2" | "195-1-3" | "195-1-4")
}

impl LineRules {
    /// The line that a value stands for: the exact value first, then the patterns in alphabetical order.
    pub fn of_value(&self, value: &str) -> Option<&str> {
        let pattern = || self.values.iter().find(|(pattern, _)| text::matches(pattern, value)).map(|(_, line)| line);
        self.values.get(value).or_else(pattern).map(String::as_str)
    }
}
