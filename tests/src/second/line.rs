//! The four lines, and all of them together.

use serde::Deserialize;
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Line {
    #[serde(rename = "195-1-1")]
    One,
    #[serde(rename = "195-1-2")]
    Two,
    #[serde(rename = "195-1-3")]
    Three,
    #[serde(rename = "195-1-4")]
    Four,
}

pub const LINES: [Line; 4] = [Line::One, Line::Two, Line::Three, Line::Four];

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "195-1-1",
            Self::Two => "195-1-2",
            Self::Three => "195-1-3",
            Self::Four => "195-1-4",
        })
    }
}

/// Whose figure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Line(Line),
    Total,
}

/// Each line, then the total.
pub const ALL: [Whose; 5] =
    [Whose::Line(Line::One), Whose::Line(Line::Two), Whose::Line(Line::Three), Whose::Line(Line::Four), Whose::Total];

impl Whose {
    pub fn holds(self, line: Line) -> bool {
        self == Self::Total || self == Self::Line(line)
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => line.fmt(f),
            Self::Total => f.write_str("total"),
        }
    }
}
