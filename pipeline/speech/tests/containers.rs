//! What exchanges write is read, what is lost becomes silence, and what was said keeps its time.
#![allow(clippy::unwrap_used)]

use meyar_schemas::audio::{Codec, Gap};
use meyar_speech::assemble::{Shape, assemble};
use meyar_speech::{Audio, chunker, decode, opus_writer, resample, wav};

/// A tone in each channel, so that channels and times can be told apart.
fn tones(rate_hz: u32, hz: &[f32], seconds: f32) -> Audio {
    let frames = (rate_hz as f32 * seconds) as usize;
    let channel =
        |hz: &f32| (0..frames).map(|i| 0.5 * (i as f32 / rate_hz as f32 * hz * std::f32::consts::TAU).sin()).collect();
    Audio { rate_hz, channels: hz.iter().map(channel).collect(), truncated: false }
}

/// How much of a channel is a tone of `hz`, 0 … about 0.5.
fn strength(channel: &[f32], rate_hz: u32, hz: f32) -> f32 {
    let (mut re, mut im) = (0f32, 0f32);
    for (i, x) in channel.iter().enumerate() {
        let angle = i as f32 / rate_hz as f32 * hz * std::f32::consts::TAU;
        re += x * angle.cos();
        im += x * angle.sin();
    }
    2.0 * (re * re + im * im).sqrt() / channel.len() as f32
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = name.to_vec();
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(body);
    out.resize(out.len() + (body.len() & 1), 0);
    out
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body: Vec<u8> = chunks.concat();
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&(body.len() as u32 + 4).to_le_bytes());
    out.extend_from_slice(b"WAVE");
    out.extend(body);
    out
}

fn format(tag: u16, channels: u16, rate_hz: u32, bits: u16) -> Vec<u8> {
    let frame = channels * bits / 8;
    let mut out = Vec::new();
    out.extend_from_slice(&tag.to_le_bytes());
    out.extend_from_slice(&channels.to_le_bytes());
    out.extend_from_slice(&rate_hz.to_le_bytes());
    out.extend_from_slice(&(rate_hz * u32::from(frame)).to_le_bytes());
    out.extend_from_slice(&frame.to_le_bytes());
    out.extend_from_slice(&bits.to_le_bytes());
    out
}

#[test]
fn every_raw_codec_survives_a_wav_file() {
    let sound = tones(8000, &[440.0, 1000.0], 0.5);
    for codec in [Codec::Alaw, Codec::Mulaw, Codec::PcmS16le] {
        let raw = decode::encode(&sound, codec).unwrap();
        let file = wav::write(codec, 8000, 2, &raw).unwrap();
        assert_eq!(wav::parse(&file).unwrap().data, raw, "{codec:?}: samples untouched");
        let back = decode::bytes(&file).unwrap();
        assert_eq!(back.duration_ms(), 500);
        for (channel, hz) in back.channels.iter().zip([440.0, 1000.0]) {
            assert!((strength(channel, 8000, hz) - 0.5).abs() < 0.02, "{codec:?} {hz}");
        }
    }
}

#[test]
fn g711_headers_carry_their_tag_and_a_fact_chunk() {
    let file = wav::write(Codec::Mulaw, 8000, 2, &[0xFF; 10]).unwrap();
    assert_eq!(&file[20..22], &7u16.to_le_bytes());
    assert_eq!(&file[38..42], b"fact");
    assert_eq!(&file[46..50], &5u32.to_le_bytes());
    assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize, file.len() - 8);
    let file = wav::write(Codec::Alaw, 8000, 1, &[0xD5; 3]).unwrap();
    assert_eq!(&file[20..22], &6u16.to_le_bytes());
    assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize, file.len() - 8);
    assert_eq!(decode::bytes(&file).unwrap().frames(), 3);
}

#[test]
fn extensible_headers_and_odd_chunks_are_read() {
    let mut extensible = format(0xFFFE, 1, 16_000, 16);
    extensible.extend_from_slice(&22u16.to_le_bytes());
    extensible.extend_from_slice(&16u16.to_le_bytes());
    extensible.extend_from_slice(&4u32.to_le_bytes());
    extensible.extend_from_slice(&1u16.to_le_bytes());
    extensible.extend_from_slice(&[0; 14]);
    let samples: Vec<u8> = [100i16, -100].iter().flat_map(|x| x.to_le_bytes()).collect();
    let file = riff(&[
        chunk(b"LIST", b"odd"),
        chunk(b"fmt ", &extensible),
        chunk(b"junk", &[1; 7]),
        chunk(b"data", &samples),
        chunk(b"tail", b"x"),
    ]);
    let audio = decode::bytes(&file).unwrap();
    assert_eq!(audio.rate_hz, 16_000);
    assert_eq!(audio.channels, vec![vec![100.0 / 32768.0, -100.0 / 32768.0]]);
    assert!(!audio.truncated);
}

#[test]
fn eight_and_twenty_four_bits_are_read() {
    let eight = riff(&[chunk(b"fmt ", &format(1, 1, 8000, 8)), chunk(b"data", &[128, 0, 255])]);
    let audio = decode::bytes(&eight).unwrap();
    assert_eq!(audio.channels[0], vec![0.0, -1.0, 127.0 / 128.0]);
    let wide = riff(&[chunk(b"fmt ", &format(1, 1, 8000, 24)), chunk(b"data", &[0, 0, 0x40, 0, 0, 0x80])]);
    assert_eq!(decode::bytes(&wide).unwrap().channels[0], vec![0.5, -1.0]);
}

#[test]
fn a_file_cut_short_gives_what_is_there_and_says_so() {
    let raw = decode::encode(&tones(8000, &[440.0, 1000.0], 1.0), Codec::Mulaw).unwrap();
    let file = wav::write(Codec::Mulaw, 8000, 2, &raw).unwrap();
    let cut = &file[..file.len() - 8001];
    let audio = decode::bytes(cut).unwrap();
    assert!(audio.truncated);
    assert_eq!(audio.channels[0].len(), audio.channels[1].len());
    assert_eq!(audio.duration_ms(), 499);
    // A streaming writer never came back to fill the length in.
    let mut open = file.clone();
    let at = open.windows(4).position(|w| w == b"data").unwrap() + 4;
    open[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let audio = decode::bytes(&open).unwrap();
    assert_eq!((audio.duration_ms(), audio.truncated), (1000, false));
}

#[test]
fn what_cannot_be_read_is_refused_with_field_value_and_remedy() {
    let says = |bytes: &[u8], words: &[&str]| {
        let text = decode::bytes(bytes).unwrap_err().to_string();
        for word in words {
            assert!(text.contains(word), "{text:?} lacks {word:?}");
        }
        assert!(!text.contains('\n'));
    };
    says(b"", &["empty", "WAV"]);
    says(b"ID3\x03rest", &["MP3", "WAV"]);
    says(b"\x7fELF....", &["7f454c46", "WAV"]);
    let gsm = riff(&[chunk(b"fmt ", &format(0x31, 1, 8000, 0)), chunk(b"data", &[0; 65])]);
    says(&gsm, &["0x0031", "GSM 6.10", "ffmpeg"]);
    let rate = riff(&[chunk(b"fmt ", &format(1, 1, 7, 16)), chunk(b"data", &[0; 4])]);
    says(&rate, &["sample rate", "7 Hz", "4000"]);
    says(&riff(&[chunk(b"fmt ", &format(1, 1, 8000, 16))]), &["data chunk", "missing"]);
    says(&riff(&[chunk(b"data", &[0; 4])]), &["fmt chunk", "missing"]);
    says(b"OggS\0rubbish", &["Ogg", "Opus"]);
}

#[test]
fn any_bytes_end_in_an_answer_never_a_panic() {
    let raw = decode::encode(&tones(8000, &[440.0], 0.1), Codec::Mulaw).unwrap();
    let wave = wav::write(Codec::Mulaw, 8000, 1, &raw).unwrap();
    let ogg = opus_writer::write(&tones(16_000, &[440.0], 0.3), 100).unwrap();
    let mut seed = 7u32;
    for base in [&wave, &ogg] {
        for end in 0..base.len().min(300) {
            let _ = decode::bytes(&base[..end]);
        }
        for _ in 0..400 {
            let mut bad = base.to_vec();
            for _ in 0..4 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (seed >> 8) as usize % bad.len().min(120);
                bad[at] = seed as u8;
            }
            let _ = decode::bytes(&bad);
            let _ = chunker::split(&bad, 1000);
        }
    }
}

#[test]
fn opus_keeps_channels_length_and_times() {
    let mut sound = tones(16_000, &[440.0, 1000.0], 2.0);
    // Silence in the first half of the second channel.
    sound.channels[1][..16_000].fill(0.0);
    let file = opus_writer::write(&sound, 200).unwrap();
    let back = decode::bytes(&file).unwrap();
    assert_eq!(back.channels.len(), 2);
    assert_eq!(back.duration_ms(), 2000, "pre-skip and the last granule are honoured");
    let rate = back.rate_hz;
    assert!(strength(&back.channels[0], rate, 440.0) > 0.3);
    assert!(strength(&back.channels[1][..15_000], rate, 1000.0) < 0.05);
    assert!(strength(&back.channels[1][17_000..], rate, 1000.0) > 0.3);
}

#[test]
fn chunks_of_every_codec_join_to_the_same_sound() {
    let sound = tones(8000, &[440.0, 1000.0], 3.5);
    for codec in [Codec::Alaw, Codec::Mulaw, Codec::PcmS16le] {
        let raw = decode::encode(&sound, codec).unwrap();
        let file = wav::write(codec, 8000, 2, &raw).unwrap();
        let chunks = chunker::split(&file, 1000).unwrap();
        assert_eq!((chunks.codec, chunks.rate_hz, chunks.channels), (codec, 8000, 2));
        assert_eq!((chunks.pieces.len(), chunks.duration_ms, chunks.chunk_ms), (4, 3500, 1000));
        let shape = Shape { codec, rate_hz: 8000, channels: 2, chunk_ms: None };
        // Out of order and with a repeat, as a broker may deliver.
        let mut pieces: Vec<(u32, &[u8])> = (0..).zip(chunks.pieces.iter().map(Vec::as_slice)).collect();
        pieces.reverse();
        pieces.push((2, &chunks.pieces[2]));
        let whole = assemble(shape, &pieces).unwrap();
        assert_eq!(whole.bytes, file);
        assert_eq!((whole.chunks, whole.duration_ms, whole.gaps.len()), (4, 3500, 0));
    }
    let file = opus_writer::write(&tones(16_000, &[440.0], 3.5), 200).unwrap();
    let chunks = chunker::split(&file, 1000).unwrap();
    assert_eq!((chunks.codec, chunks.channels, chunks.duration_ms), (Codec::OggOpus, 1, 3500));
    assert!((3..=5).contains(&chunks.pieces.len()), "{}", chunks.pieces.len());
    assert_eq!(chunks.pieces.concat(), file);
}

#[test]
fn no_chunk_is_larger_than_a_broker_takes() {
    let raw = vec![0u8; 192_000 * 2 * 8 * 3];
    let file = wav::write(Codec::PcmS16le, 192_000, 8, &raw).unwrap();
    let chunks = chunker::split(&file, 60_000).unwrap();
    assert!(chunks.pieces.iter().all(|p| p.len() <= chunker::MAX_CHUNK_BYTES && p.len() % 16 == 0));
    assert_eq!(chunks.pieces.iter().map(Vec::len).sum::<usize>(), raw.len());
    assert!(chunker::split(&file, 5).unwrap_err().to_string().contains("5 ms"));
}

#[test]
fn a_lost_chunk_becomes_silence_and_later_speech_keeps_its_time() {
    for (codec, silence) in [(Codec::Alaw, 0xD5), (Codec::Mulaw, 0xFF), (Codec::PcmS16le, 0)] {
        let sound = tones(8000, &[440.0, 1000.0], 5.0);
        let raw = decode::encode(&sound, codec).unwrap();
        let file = wav::write(codec, 8000, 2, &raw).unwrap();
        let chunks = chunker::split(&file, 1000).unwrap();
        let kept: Vec<(u32, &[u8])> = [1u32, 4].iter().map(|&i| (i, chunks.pieces[i as usize].as_slice())).collect();
        let shape = Shape { codec, rate_hz: 8000, channels: 2, chunk_ms: None };
        let whole = assemble(shape, &kept).unwrap();
        assert_eq!(whole.gaps, vec![Gap { from: 0, to: 0 }, Gap { from: 2, to: 3 }]);
        assert_eq!((whole.duration_ms, whole.filled_ms, whole.chunks), (5000, 3000, 2));
        let samples = wav::parse(&whole.bytes).unwrap().data;
        let second = samples.len() / 5;
        assert!(samples[..second].iter().all(|&b| b == silence));
        assert_eq!(&samples[second..2 * second], &raw[second..2 * second]);
        assert_eq!(&samples[4 * second..], &raw[4 * second..]);
    }
}

#[test]
fn lost_opus_pages_become_silence_and_later_speech_keeps_its_time() {
    let mut sound = tones(16_000, &[440.0], 5.0);
    sound.channels[0][..64_000].fill(0.0);
    let file = opus_writer::write(&sound, 200).unwrap();
    let chunks = chunker::split(&file, 1000).unwrap();
    let kept: Vec<(u32, &[u8])> =
        (0u32..).zip(chunks.pieces.iter().map(Vec::as_slice)).filter(|(i, _)| *i != 2).collect();
    let shape = Shape { codec: Codec::OggOpus, rate_hz: 48_000, channels: 1, chunk_ms: Some(1000) };
    let whole = assemble(shape, &kept).unwrap();
    assert_eq!(whole.gaps, vec![Gap { from: 2, to: 2 }]);
    assert_eq!((whole.extension, whole.duration_ms), ("ogg", 5000));
    let back = decode::bytes(&whole.bytes).unwrap();
    assert_eq!(back.duration_ms(), 5000);
    assert!(strength(&back.channels[0][..63_000], 16_000, 440.0) < 0.05);
    assert!(strength(&back.channels[0][65_000..], 16_000, 440.0) > 0.3);
}

#[test]
fn a_wild_sequence_number_is_refused_not_filled() {
    let shape = Shape { codec: Codec::Mulaw, rate_hz: 8000, channels: 1, chunk_ms: Some(1000) };
    let error = assemble(shape, &[(0, &[0xFF; 8000]), (u32::MAX, &[0xFF; 8000])]).unwrap_err();
    assert!(error.to_string().contains("4294967295"), "{error}");
}

#[test]
fn half_a_frame_never_swaps_the_parties() {
    let shape = Shape { codec: Codec::Mulaw, rate_hz: 8000, channels: 2, chunk_ms: None };
    let whole = assemble(shape, &[(0, &[1, 2, 1]), (1, &[1, 2, 1, 2])]).unwrap();
    assert_eq!(wav::parse(&whole.bytes).unwrap().data, [1, 2, 1, 2, 1, 2]);
}

#[test]
fn resampling_keeps_pitch_length_and_delay() {
    for rate_hz in [8000, 11_025, 22_050, 44_100, 48_000] {
        let mut sound = tones(rate_hz, &[440.0, 1000.0], 2.0);
        let half = sound.channels[1].len() / 2;
        sound.channels[1][..half].fill(0.0);
        let channels = resample::to_speech_rate(&sound).unwrap();
        assert!((channels[0].len() as i64 - 32_000).abs() <= 2, "{rate_hz}");
        assert!((strength(&channels[0], 16_000, 440.0) - 0.5).abs() < 0.02, "{rate_hz}");
        let onset = channels[1].iter().position(|x| x.abs() > 0.25).unwrap();
        assert!((onset as i64 - 16_000).abs() < 32, "{rate_hz}: tone begins at {onset}");
    }
}
