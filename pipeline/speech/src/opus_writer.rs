//! Sound to an Ogg Opus file, as an exchange would write it: for demos and tests, where no exchange is.

use crate::decode::Audio;
use crate::errors::AudioError;
use crate::ogg;
use crate::resample;

/// Speech as telephony packs it.
const RATE_HZ: u32 = 48_000;
const PACKET_MS: usize = 20;
const PACKET_FRAMES: usize = RATE_HZ as usize * PACKET_MS / 1000;
const LARGEST_PACKET: usize = 4_000;

/// Encodes mono or stereo sound, a page for every `page_ms`.
pub fn write(audio: &Audio, page_ms: usize) -> Result<Vec<u8>, AudioError> {
    let layout = match audio.channels.len() {
        1 => opus::Channels::Mono,
        2 => opus::Channels::Stereo,
        n => return Err(AudioError::field("channels", n, "give one or two")),
    };
    let failed = |e: opus::Error| AudioError::Opus { packet: 0, reason: e.to_string() };
    let channels = audio.channels.len();
    let mut encoder = opus::Encoder::new(RATE_HZ, layout, opus::Application::Voip).map_err(failed)?;
    let pre_skip = encoder.get_lookahead().map_err(failed)?.clamp(0, 10_000) as usize;
    let sound = resample::to_rate(audio, RATE_HZ)?;
    let frames = sound.frames();
    let mut pages = PageWriter::default();
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels as u8);
    head.extend_from_slice(&(pre_skip as u16).to_le_bytes());
    head.extend_from_slice(&audio.rate_hz.to_le_bytes());
    head.extend_from_slice(&[0, 0, 0]);
    pages.page(&[head], 0, 2);
    let mut tags = b"OpusTags".to_vec();
    tags.extend_from_slice(&5u32.to_le_bytes());
    tags.extend_from_slice(b"meyar\0\0\0\0");
    pages.page(&[tags], 0, 0);

    // The encoder is late by the pre-skip, so the end needs as much more.
    let packets = (frames + pre_skip).div_ceil(PACKET_FRAMES).max(1);
    // A page holds 255 pieces; a packet of this size takes up to three.
    let per_page = (page_ms / PACKET_MS).clamp(1, 60);
    let mut page = Vec::new();
    for i in 0..packets {
        let mut input = vec![0f32; PACKET_FRAMES * channels];
        for (k, slot) in input.chunks_exact_mut(channels).enumerate() {
            let at = i * PACKET_FRAMES + k;
            for (sample, channel) in slot.iter_mut().zip(&sound.channels) {
                *sample = channel.get(at).copied().unwrap_or(0.0);
            }
        }
        let packet = encoder.encode_vec_float(&input, LARGEST_PACKET).map_err(failed)?;
        page.push(packet);
        let last = i + 1 == packets;
        if page.len() == per_page || last {
            let end = ((i + 1) * PACKET_FRAMES).min(frames + pre_skip);
            pages.page(&page, end as u64, if last { 4 } else { 0 });
            page.clear();
        }
    }
    Ok(pages.out)
}

#[derive(Default)]
struct PageWriter {
    out: Vec<u8>,
    sequence: u32,
}

impl PageWriter {
    fn page(&mut self, packets: &[Vec<u8>], granule: u64, flags: u8) {
        let mut lacing = Vec::new();
        for packet in packets {
            lacing.extend(std::iter::repeat_n(255u8, packet.len() / 255));
            lacing.push((packet.len() % 255) as u8);
        }
        let mut page = b"OggS\0".to_vec();
        page.push(flags);
        page.extend_from_slice(&granule.to_le_bytes());
        page.extend_from_slice(b"MYAR");
        page.extend_from_slice(&self.sequence.to_le_bytes());
        page.extend_from_slice(&[0; 4]);
        page.push(lacing.len() as u8);
        page.extend_from_slice(&lacing);
        page.extend(packets.iter().flatten());
        let sum = ogg::checksum(&page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        self.sequence += 1;
        self.out.extend_from_slice(&page);
    }
}
