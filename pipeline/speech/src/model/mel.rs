//! The mel filters that Whisper was trained with, computed: triangles on Slaney's mel scale (linear to 1 kHz,
//! logarithmic above), each of unit area, over a 400-point spectrum of 16 kHz sound.

const RATE_HZ: f64 = 16_000.0;
const FFT_POINTS: usize = 400;
/// Columns of the filter matrix.
pub const BINS: usize = FFT_POINTS / 2 + 1;

const HZ_PER_MEL: f64 = 200.0 / 3.0;
const LOG_FROM_HZ: f64 = 1000.0;
const LOG_FROM_MEL: f64 = LOG_FROM_HZ / HZ_PER_MEL;

fn log_step() -> f64 {
    6.4f64.ln() / 27.0
}

fn mel_to_hz(mel: f64) -> f64 {
    if mel >= LOG_FROM_MEL { LOG_FROM_HZ * (log_step() * (mel - LOG_FROM_MEL)).exp() } else { HZ_PER_MEL * mel }
}

/// `n_mels` rows of [`BINS`] columns. Rounded to f32 where the original was, so that the bytes are the same.
pub fn filters(n_mels: usize) -> Vec<f32> {
    let top_mel = LOG_FROM_MEL + (RATE_HZ / 2.0 / LOG_FROM_HZ).ln() / log_step();
    let step = top_mel / (n_mels + 1) as f64;
    let mut edges: Vec<f64> = (0..n_mels + 2).map(|i| mel_to_hz(i as f64 * step)).collect();
    edges[n_mels + 1] = mel_to_hz(top_mel);
    let bin_hz = RATE_HZ / FFT_POINTS as f64;
    let mut out = Vec::with_capacity(n_mels * BINS);
    for corner in edges.windows(3) {
        let area = 2.0 / (corner[2] - corner[0]);
        for bin in 0..BINS {
            let hz = bin as f64 * bin_hz;
            let rising = (hz - corner[0]) / (corner[1] - corner[0]);
            let falling = (corner[2] - hz) / (corner[2] - corner[1]);
            let height = rising.min(falling).max(0.0) as f32;
            out.push((f64::from(height) * area) as f32);
        }
    }
    if let Some(foot) = out.first_mut() {
        // The original has a negative zero here, and the SHA-256 of the model with it.
        *foot = -0.0;
    }
    out
}
