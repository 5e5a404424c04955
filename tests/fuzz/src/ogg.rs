//! Ogg Opus without an encoder: pages around given packets, and their checksums.

use meyar_speech::ogg::checksum;

/// One page of whole packets, each shorter than 255 bytes.
pub fn page(flags: u8, granule: u64, sequence: u32, packets: &[&[u8]]) -> Vec<u8> {
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend_from_slice(&granule.to_le_bytes());
    page.extend_from_slice(&7_u32.to_le_bytes());
    page.extend_from_slice(&sequence.to_le_bytes());
    page.extend_from_slice(&[0; 4]);
    page.push(packets.len() as u8);
    page.extend(packets.iter().map(|packet| packet.len() as u8));
    packets.iter().for_each(|packet| page.extend_from_slice(packet));
    checksums(&mut page);
    page
}

/// Writes the right checksum into every page that is there in full.
pub fn checksums(bytes: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.windows(4).position(|word| word == b"OggS")) {
        at += found;
        let Some(lacing) = bytes.get(at + 26).map(|count| *count as usize) else { return };
        let Some(laces) = bytes.get(at + 27..at + 27 + lacing) else { return };
        let length = 27 + lacing + laces.iter().map(|lace| *lace as usize).sum::<usize>();
        if let Some(page) = bytes.get_mut(at..at + length) {
            let sum = checksum(page);
            page[22..26].copy_from_slice(&sum.to_le_bytes());
        }
        at += 4;
    }
}
