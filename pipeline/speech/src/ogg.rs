//! Ogg pages and the Opus packets in them, for files that may have lost pieces: a page that is damaged or missing is
//! left out and the next good one is found again.

use crate::errors::AudioError;

/// The clock of Ogg Opus, whatever the encoder was fed.
pub const OPUS_CLOCK_HZ: u64 = 48_000;

/// One page, by reference.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    pub continued: bool,
    pub first: bool,
    pub last: bool,
    /// Samples at 48 kHz up to the end of the last packet that ends on this page; none when no packet ends here.
    pub granule: Option<u64>,
    pub serial: u32,
    pub sequence: u32,
    pub lacing: &'a [u8],
    pub body: &'a [u8],
    /// The whole page, header included.
    pub bytes: &'a [u8],
}

pub fn is_ogg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"OggS")
}

const CRC: [u32; 256] = {
    let mut table = [0u32; 256];
    let mut i = 0;
    while i < 256 {
        let mut r = (i as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            r = if r & 0x8000_0000 != 0 { (r << 1) ^ 0x04c1_1db7 } else { r << 1 };
            bit += 1;
        }
        table[i] = r;
        i += 1;
    }
    table
};

fn crc(crc: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(crc, |crc, &b| (crc << 8) ^ CRC[((crc >> 24) as u8 ^ b) as usize])
}

/// The checksum of a page, its own field taken as zero.
pub fn checksum(page: &[u8]) -> u32 {
    crc(crc(crc(0, &page[..22]), &[0; 4]), &page[26..])
}

fn page_at(bytes: &[u8]) -> Option<Page<'_>> {
    if bytes.len() < 27 || !bytes.starts_with(b"OggS") || bytes[4] != 0 {
        return None;
    }
    let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let lacing = bytes.get(27..27 + bytes[26] as usize)?;
    let body_at = 27 + lacing.len();
    let body_len: usize = lacing.iter().map(|&l| l as usize).sum();
    let body = bytes.get(body_at..body_at + body_len)?;
    let whole = &bytes[..body_at + body_len];
    if checksum(whole) != word(22) {
        return None;
    }
    let granule = u64::from(word(6)) | (u64::from(word(10)) << 32);
    Some(Page {
        continued: bytes[5] & 1 != 0,
        first: bytes[5] & 2 != 0,
        last: bytes[5] & 4 != 0,
        granule: (granule != u64::MAX).then_some(granule),
        serial: word(14),
        sequence: word(18),
        lacing,
        body,
        bytes: whole,
    })
}

/// Every whole page, in order.
pub fn pages(bytes: &[u8]) -> impl Iterator<Item = Page<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let skip = bytes[at..].windows(4).position(|w| w == b"OggS")?;
            at += skip;
            if let Some(page) = page_at(&bytes[at..]) {
                at += page.bytes.len();
                return Some(page);
            }
            at += 4;
        }
        None
    })
}

/// The identification header of an Opus stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpusHead {
    pub channels: u8,
    /// Samples at 48 kHz to throw away at the start.
    pub pre_skip: u16,
    /// Gain to apply, in 1/256 dB.
    pub gain: i16,
}

/// The packets of one page that end there, and whether pages were lost before it.
#[derive(Debug)]
pub struct PagePackets<'a> {
    pub packets: Vec<std::borrow::Cow<'a, [u8]>>,
    pub granule: Option<u64>,
    pub after_loss: bool,
}

/// An Ogg Opus file taken apart.
#[derive(Debug)]
pub struct OpusFile<'a> {
    pub head: OpusHead,
    pub pages: Vec<PagePackets<'a>>,
}

/// Finds the first Opus stream and its packets. Both header packets are taken out.
pub fn opus(bytes: &[u8]) -> Result<OpusFile<'_>, AudioError> {
    let mut stream: Option<(u32, OpusHead)> = None;
    let mut next_sequence = 0;
    let mut seen_tags = false;
    let mut partial: Vec<u8> = Vec::new();
    let mut out = Vec::new();
    for page in pages(bytes) {
        let Some((serial, _)) = stream else {
            if page.first && page.body.starts_with(b"OpusHead") {
                stream = Some((page.serial, head(page.body)?));
                next_sequence = page.sequence.wrapping_add(1);
            }
            continue;
        };
        if page.serial != serial {
            continue;
        }
        let after_loss = page.sequence != next_sequence;
        next_sequence = page.sequence.wrapping_add(1);
        if after_loss || !page.continued {
            partial.clear();
        }
        let mut packets = Vec::new();
        let mut start = 0;
        let mut end = 0;
        // The tail of a packet whose head was lost is not a packet.
        let mut orphan = page.continued && partial.is_empty();
        for &lace in page.lacing {
            end += lace as usize;
            if lace == 255 {
                continue;
            }
            let piece = &page.body[start..end];
            start = end;
            if std::mem::take(&mut orphan) {
                continue;
            }
            if partial.is_empty() {
                packets.push(std::borrow::Cow::Borrowed(piece));
            } else {
                let mut whole = std::mem::take(&mut partial);
                whole.extend_from_slice(piece);
                packets.push(std::borrow::Cow::Owned(whole));
            }
        }
        if start < end && !orphan {
            partial.extend_from_slice(&page.body[start..end]);
        }
        if !seen_tags && packets.first().is_some_and(|p| p.starts_with(b"OpusTags")) {
            seen_tags = true;
            packets.remove(0);
        }
        if !packets.is_empty() {
            out.push(PagePackets { packets, granule: page.granule, after_loss });
        }
    }
    let (_, head) = stream.ok_or_else(|| AudioError::Container {
        found: "an Ogg file without an Opus stream (its first page may be missing)".into(),
    })?;
    Ok(OpusFile { head, pages: out })
}

fn head(packet: &[u8]) -> Result<OpusHead, AudioError> {
    if packet.len() < 19 {
        return Err(AudioError::field("OpusHead", "cut short", "export the recording again"));
    }
    let channels = packet[9];
    if packet[8] & 0xF0 != 0 || packet[18] > 1 || channels == 0 || channels > 2 {
        return Err(AudioError::field(
            "Opus channels",
            format!("{channels} (mapping family {})", packet[18]),
            "give a mono or stereo Opus file",
        ));
    }
    Ok(OpusHead {
        channels,
        pre_skip: u16::from_le_bytes([packet[10], packet[11]]),
        gain: i16::from_le_bytes([packet[16], packet[17]]),
    })
}

/// Samples at 48 kHz that a packet lasts (RFC 6716, 3.1 and 3.2); 0 when it cannot be told.
pub fn packet_samples(packet: &[u8]) -> u64 {
    let Some(&toc) = packet.first() else { return 0 };
    let config = u64::from(toc >> 3);
    let frame = match config {
        0..=11 => [480, 960, 1920, 2880][config as usize % 4],
        12..=15 => [480, 960][config as usize % 2],
        _ => 120 << (config % 4),
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => packet.get(1).map_or(0, |b| u64::from(b & 0x3F)),
    };
    frame * frames
}
