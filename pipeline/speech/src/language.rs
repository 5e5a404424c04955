//! Which language is spoken. Told for the call and for each channel: a caller may speak Russian to a representative who
//! answers in Azerbaijani.

/// Evidence from one span: its length and the probability of every language by whisper.cpp's numbers.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    pub channel: usize,
    pub length_ms: u64,
    /// Empty for a model that knows only English.
    pub languages: &'a [f32],
}

/// A language and how probable it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub language: String,
    pub probability: f64,
}

/// A channel has a language of its own only when this much of it was heard …
pub const OWN_LANGUAGE_MS: u64 = 4_000;
/// … and it is this sure; otherwise it speaks what the call speaks.
const OWN_LANGUAGE_PROBABILITY: f64 = 0.6;

/// The probability of a language over several spans, each weighing as long as it is.
pub fn probability(evidence: &[Evidence], language: &str) -> f64 {
    let Some(id) = whisper_rs::get_lang_id(language) else {
        return 0.0;
    };
    let total: u64 = evidence.iter().map(|e| e.length_ms).sum();
    let sum: f64 = evidence
        .iter()
        .map(|e| f64::from(e.languages.get(id as usize).copied().unwrap_or(1.0)) * e.length_ms as f64)
        .sum();
    sum / total.max(1) as f64
}

/// The most probable of the candidates; of all that the model knows when there are none. The first of equals.
pub fn tell(evidence: &[Evidence], candidates: &[String]) -> Option<Told> {
    let all: Vec<String> = if candidates.is_empty() {
        (0..=whisper_rs::get_lang_max_id()).filter_map(|id| whisper_rs::get_lang_str(id).map(String::from)).collect()
    } else {
        candidates.to_vec()
    };
    let mut best: Option<Told> = None;
    for language in all {
        let probability = probability(evidence, &language);
        if best.as_ref().is_none_or(|b| probability > b.probability) {
            best = Some(Told { language, probability });
        }
    }
    best
}

/// The language of the call, and of each channel.
pub fn tell_by_channel(evidence: &[Evidence], candidates: &[String], channels: usize) -> Option<(Told, Vec<Told>)> {
    let call = tell(evidence, candidates).filter(|_| !evidence.is_empty())?;
    let of_channel = |channel: usize| {
        let own: Vec<Evidence> = evidence.iter().filter(|e| e.channel == channel).copied().collect();
        let heard_ms: u64 = own.iter().map(|e| e.length_ms).sum();
        tell(&own, candidates)
            .filter(|t| heard_ms >= OWN_LANGUAGE_MS && t.probability >= OWN_LANGUAGE_PROBABILITY)
            .unwrap_or_else(|| call.clone())
    };
    let by_channel = (0..channels).map(of_channel).collect();
    Some((call, by_channel))
}
