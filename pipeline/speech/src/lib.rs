//! Speech: recordings in, transcripts out.
//!
//! - [`decode`] turns WAV (G.711, PCM) and Ogg Opus into numbers, [`chunker`] cuts a file into what travels on a topic,
//!   [`assemble`] puts it together again, with silence where pieces are lost.
//! - [`vad`] finds speech, [`Recogniser`] writes it down, [`confidence`] says how far to trust it, [`wer`] measures.
//! - [`model`] fetches, converts, quantises and lists speech models.

pub mod assemble;
pub mod chunker;
pub mod confidence;
pub mod decode;
pub mod errors;
pub mod language;
pub mod model;
pub mod ogg;
pub mod opus_writer;
pub mod recogniser;
pub mod resample;
pub mod vad;
pub mod wav;
pub mod wer;
mod worker;

pub use decode::Audio;
pub use errors::{AudioError, ModelError, SpeechError};
pub use recogniser::{Recogniser, Settings, TranscriptParts};
