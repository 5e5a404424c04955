//! Lines of a plain or gzipped file, each with its number and its bytes as they stand in the file.

use flate2::read::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// Longer lines are no rows of calls; they are cut here so that a broken file cannot fill the memory.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1, the header included.
    pub number: u64,
    /// Without the line ending; of an overlong line the first [`MAX_LINE_BYTES`].
    pub bytes: Vec<u8>,
    pub overlong: bool,
}

pub struct Lines<'a> {
    input: Box<dyn BufRead + 'a>,
    number: u64,
}

impl<'a> Lines<'a> {
    /// Starts at the beginning of the input, unzipping it when it is gzip.
    pub fn from_start<R: Read + Seek + 'a>(mut input: R) -> io::Result<Self> {
        input.seek(SeekFrom::Start(0))?;
        let mut magic = Vec::new();
        input.by_ref().take(3).read_to_end(&mut magic)?;
        input.seek(SeekFrom::Start(0))?;
        if magic.starts_with(&[0xff, 0xfe]) || magic.starts_with(&[0xfe, 0xff]) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is UTF-16 text; save it as UTF-8"));
        }
        let input: Box<dyn BufRead + 'a> = if magic.starts_with(&[0x1f, 0x8b]) {
            Box::new(BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(BufReader::new(input))))
        } else {
            Box::new(BufReader::with_capacity(64 * 1024, input))
        };
        Ok(Self { input, number: 0 })
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::with_capacity(160);
        let limit = MAX_LINE_BYTES as u64 + 2;
        if self.input.by_ref().take(limit).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let ended = bytes.last() == Some(&b'\n');
        let overlong = !ended && bytes.len() > MAX_LINE_BYTES;
        if overlong {
            bytes.truncate(MAX_LINE_BYTES);
            self.skip_to_next_line()?;
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        if self.number == 1 && bytes.starts_with("\u{feff}".as_bytes()) {
            bytes.drain(..3);
        }
        Ok(Some(Line { number: self.number, bytes, overlong }))
    }

    fn skip_to_next_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            match buffer.iter().position(|&b| b == b'\n') {
                Some(end) => {
                    self.input.consume(end + 1);
                    return Ok(());
                }
                None => {
                    let length = buffer.len();
                    self.input.consume(length);
                }
            }
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};

    fn read(bytes: &[u8]) -> Vec<Line> {
        Lines::from_start(Cursor::new(bytes)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn gzip_and_plain_text_read_the_same_with_any_line_ending() {
        let text = "\u{feff}bir\r\niki\n\nüç".as_bytes();
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text).unwrap();
        let plain = read(text);
        assert_eq!(plain, read(&gz.finish().unwrap()));
        let texts: Vec<_> = plain.iter().map(|l| String::from_utf8(l.bytes.clone()).unwrap()).collect();
        assert_eq!(texts, ["bir", "iki", "", "üç"]);
    }

    #[test]
    fn an_endless_line_is_cut_and_the_next_one_is_read() {
        let mut text = vec![b'x'; 5 * MAX_LINE_BYTES];
        text.extend_from_slice(b"\nnext");
        let lines = read(&text);
        assert!(lines[0].overlong && lines[0].bytes.len() == MAX_LINE_BYTES);
        assert_eq!((lines[1].number, lines[1].bytes.as_slice()), (2, b"next".as_slice()));
    }

    #[test]
    fn a_gzip_that_was_cut_short_is_an_error_and_not_an_end() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&b"row\n".repeat(1000)).unwrap();
        let mut bytes = gz.finish().unwrap();
        bytes.truncate(bytes.len() - 9);
        assert!(Lines::from_start(Cursor::new(bytes)).unwrap().any(|line| line.is_err()));
    }
}
