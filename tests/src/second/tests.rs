//! Small years made by hand: every edge that the words of the figures name.

mod callbacks;
mod calls;
mod contacts;
mod directions;
mod dirty;
mod lost;
mod service;
mod sheets;
mod story;
