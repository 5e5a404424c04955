//! The workbench through the whole site, over a real store and a small lake: one file for each part of people's work.
//!
//! One program, because each more that is linked with the lake is another 240 MB. Every test opens an office of its own.
#![allow(clippy::unwrap_used)]

mod admin;
mod calibration;
mod candidates;
mod cards;
mod charts;
mod forms;
mod improve;
mod learn;
mod live;
mod office;
mod ordered;
#[path = "../../examples/fixture/registers.rs"]
mod registers;
mod results;
#[path = "../../examples/fixture/rows.rs"]
mod rows;
#[path = "../../examples/fixture/sound.rs"]
mod sound;
