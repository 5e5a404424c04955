//! Sound: containers as they are fetched, chunks as they travel, what a browser plays of them.

use super::{Target, answer, shown};
use crate::{mutate::Form, ogg};
use meyar_dashboards::{range, wav as played};
use meyar_schemas::audio::Codec;
use meyar_speech::{
    Audio,
    assemble::{Shape, assemble},
    chunker, decode, ogg as pages, opus_writer, wav,
};

const CODECS: [Codec; 4] = [Codec::Alaw, Codec::Mulaw, Codec::PcmS16le, Codec::OggOpus];
const NAMES: [&str; 8] = ["RIFF", "WAVE", "fmt ", "data", "fact", "OggS", "OpusHead", "OpusTags"];

pub fn targets() -> Vec<Target> {
    let both = || [waves(), streams()].concat();
    let mut all = vec![
        Target::new("audio.wav", Form::Bytes, waves(), |bytes| answer(&wav::parse(bytes))),
        Target::new("audio.ogg", Form::Ogg, streams(), |bytes| {
            answer(&pages::opus(bytes).map(|file| shown(&file))) ^ pages::pages(bytes).count().min(20) as u64
        }),
        Target::new("audio.decode_wav", Form::Bytes, waves(), |bytes| answer(&decode::bytes(bytes))),
        Target::new("audio.decode_ogg", Form::Ogg, streams(), |bytes| answer(&decode::bytes(bytes))).quick(1_000),
        Target::new("audio.raw", Form::Bytes, raws(), raw),
        Target::new("audio.split", Form::Ogg, both(), |bytes| {
            answer(&chunker::split(bytes, 20 + u32::from(bytes.last().copied().unwrap_or(0)) * 8))
        }),
        Target::new("audio.assemble", Form::Bytes, chunks(), assembled),
        Target::new("audio.played", Form::Bytes, waves(), play),
    ];
    all.iter_mut().for_each(|target| target.words = NAMES.map(str::to_owned).into());
    all.push(Target::new(
        "audio.range",
        Form::Text,
        vec![b"bytes=0-99".to_vec(), b"bytes=-5".to_vec(), b"bytes=7-".to_vec()],
        |bytes| {
            let text = String::from_utf8_lossy(bytes);
            [0, 1, 100, u64::MAX].iter().map(|length| shown(&range::asked(Some(&text), *length))).sum()
        },
    ));
    all
}

fn tone(rate_hz: u32, channels: usize) -> Audio {
    let channel: Vec<f32> = (0..rate_hz / 20).map(|i| (i as f32 * 0.3).sin() * 0.5).collect();
    Audio { rate_hz, channels: vec![channel; channels], truncated: false }
}

fn wave(tag: u16, bits: u16, extensible: bool) -> Vec<u8> {
    let mut format = Vec::new();
    let real = if extensible { 0xfffe } else { tag };
    [real, 2].iter().for_each(|n: &u16| format.extend_from_slice(&n.to_le_bytes()));
    [8_000_u32, 8_000 * u32::from(bits) / 4].iter().for_each(|n| format.extend_from_slice(&n.to_le_bytes()));
    [bits / 4, bits].iter().for_each(|n| format.extend_from_slice(&n.to_le_bytes()));
    if extensible {
        [22, bits, 3, 0, tag].iter().for_each(|n| format.extend_from_slice(&n.to_le_bytes()));
        format.extend_from_slice(b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    }
    let mut out = b"RIFF\0\0\0\0WAVELIST\x05\0\0\0strayxfmt ".to_vec();
    out.extend_from_slice(&(format.len() as u32).to_le_bytes());
    out.extend_from_slice(&format);
    out.extend_from_slice(b"data\x60\0\0\0");
    out.extend((0..96_u8).map(|i| i.wrapping_mul(37)));
    out
}

fn waves() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> =
        CODECS.iter().filter_map(|codec| wav::write(*codec, 8_000, 2, &[1, 2, 3, 4, 5, 6, 7, 8]).ok()).collect();
    for (tag, bits) in [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (6, 8), (7, 8), (17, 4)] {
        all.extend([wave(tag, bits, false), wave(tag, bits, true)]);
    }
    all
}

fn streams() -> Vec<Vec<u8>> {
    let silence: &[u8] = &[0xf8, 0xff, 0xfe];
    let head = |channels: u8| [b"OpusHead\x01".as_slice(), &[channels], b"\x38\x01\x80\xbb\0\0\0\0\0"].concat();
    let file = |channels| {
        let first =
            [ogg::page(2, 0, 0, &[&head(channels)]), ogg::page(0, 0, 1, &[b"OpusTags\0\0\0\0\0\0\0\0"])].concat();
        let sound = [ogg::page(0, 1_920, 2, &[silence, silence]), ogg::page(4, 3_840, 3, &[silence, silence])].concat();
        [first, sound].concat()
    };
    // One that lost a page, one that was joined while it ran.
    let lost = [file(1), ogg::page(4, 48_000, 9, &[silence, &[0x4b, 0x41, 1, 2, 3]])].concat();
    let joined = [ogg::page(2, 0, 0, &[&head(2)]), ogg::page(0, 1 << 40, 5, &[silence])].concat();
    let mut all = vec![file(1), file(2), lost, joined];
    all.extend([1, 2].into_iter().filter_map(|channels| opus_writer::write(&tone(16_000, channels), 20).ok()));
    all
}

/// Codec, rate, channels, frames.
fn raws() -> Vec<Vec<u8>> {
    (0..4_u8)
        .map(|codec| [vec![codec], 8_000_u32.to_le_bytes().to_vec(), vec![2], vec![7; 40]].concat())
        .chain(
            streams().into_iter().map(|stream| [vec![3], 48_000_u32.to_le_bytes().to_vec(), vec![1], stream].concat()),
        )
        .collect()
}

fn shape(bytes: &[u8]) -> Option<(Shape, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<6>()?;
    let rate_hz = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
    Some((Shape { codec: CODECS[usize::from(head[0]) % 4], rate_hz, channels: head[5], chunk_ms: None }, rest))
}

fn raw(bytes: &[u8]) -> u64 {
    let Some((shape, data)) = shape(bytes) else { return 0 };
    answer(&decode::raw(data, shape.codec, shape.rate_hz, shape.channels))
}

/// Codec, rate and channels, then chunks: number, length, bytes.
fn chunks() -> Vec<Vec<u8>> {
    let chunk =
        |number: u32, data: &[u8]| [&number.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat();
    let file = |codec: u8, pieces: &[(u32, Vec<u8>)]| {
        let told = pieces.iter().flat_map(|(number, data)| chunk(*number, data)).collect();
        [vec![codec], 8_000_u32.to_le_bytes().to_vec(), vec![2], told].concat()
    };
    let mut all: Vec<Vec<u8>> =
        (0..3).map(|codec| file(codec, &[(0, vec![1; 40]), (1, vec![2; 40]), (3, vec![3; 38])])).collect();
    all.extend(streams().into_iter().map(|stream| file(3, &[(0, stream[..60].to_vec()), (1, stream[60..].to_vec())])));
    all
}

fn assembled(bytes: &[u8]) -> u64 {
    let Some((mut shape, mut rest)) = shape(bytes) else { return 0 };
    let mut chunks = Vec::new();
    while let Some((head, more)) = rest.split_first_chunk::<6>() {
        let length = usize::from(u16::from_le_bytes([head[4], head[5]])).min(more.len());
        chunks.push((u32::from_le_bytes([head[0], head[1], head[2], head[3]]), &more[..length]));
        rest = &more[length..];
    }
    // Long silences are slow to write; now and then is enough.
    if chunks.iter().any(|(number, _)| *number > 50)
        && !bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>().is_multiple_of(500)
    {
        return 0;
    }
    let unknown = answer(&assemble(shape, &chunks));
    shape.chunk_ms = Some(20);
    unknown ^ answer(&assemble(shape, &chunks))
}

/// A page's player asks for the header, for any part of the sound, and for its peaks.
fn play(bytes: &[u8]) -> u64 {
    let Some(wav) = played::Wav::parse(bytes, bytes.len() as u64).or_else(|| played::Wav::parse(bytes, 1 << 40)) else {
        return 0;
    };
    shown(&(wav.header(), wav.duration_ms(), wav.played_bytes()));
    let end = wav.played_bytes().min(played::HEADER_BYTES + 5_001);
    for part in [played::HEADER_BYTES..end, (played::HEADER_BYTES + 3).min(end)..end] {
        let stored = wav.stored_range(&part);
        let (from, to) = (stored.start.min(bytes.len() as u64) as usize, stored.end.min(bytes.len() as u64) as usize);
        shown(&wav.played(&part, &bytes[from.min(to)..to]).len());
    }
    let mut peaks = played::Peaks::new(&wav, 50);
    peaks.add(wav.decode(&bytes[(wav.data_at as usize).min(bytes.len())..]));
    peaks.finish().len() as u64
}
