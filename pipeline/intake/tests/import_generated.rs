//! A generated month in the bank's columns, with dirt in it: what the generator says it wrote is what the import counts.

mod common;

use common::{assert_contract, import, importer};
use meyar_intake::generate::{self, Month};
use meyar_schemas::caller::CallerKey;
use proptest::prelude::*;
use std::io::Write;

fn written(month: Month) -> (Vec<u8>, meyar_intake::Summary) {
    let mut out = Vec::new();
    let expected = generate::write_cdr(&mut out, month).expect("memory takes it");
    (out, expected)
}

#[test]
fn every_kind_of_dirt_is_counted_as_it_was_strewn() {
    let (bytes, expected) = written(Month { calls: 6_000, ..Month::default() });
    let outcome = import(&importer("anonymous-bank-1999", Some("2026-01")), &bytes);
    assert_eq!(outcome.summary, expected);
    for (name, count) in expected.counters() {
        let absent = ["lost_otherwise", "without_beginning", "unfinished"];
        assert!(count > 0 || absent.contains(&name.as_str()), "the month has no {name}");
    }
    assert_contract(&outcome.calls, 25);
    assert!(outcome.bad.iter().all(|bad| !bad.raw.is_empty() && bad.line > 1 && !bad.remedy.is_empty()));
}

#[test]
fn a_gzipped_file_on_disk_reads_like_the_plain_one_in_memory() {
    let (bytes, expected) = written(Month { calls: 500, ..Month::default() });
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&bytes).expect("memory takes it");
    let packed = gz.finish().expect("memory takes it");
    assert_eq!(import(&importer("anonymous-bank-1999", None), &packed).summary, expected);
    let cut = &packed[..packed.len() / 2];
    let error = importer("anonymous-bank-1999", None).read("january.tsv.gz", cut).err().expect("refused").to_string();
    assert!(error.contains("january.tsv.gz: cannot be read") && error.contains("complete"), "{error}");
}

#[test]
fn a_file_without_the_columns_of_the_mapping_is_refused_before_anything_is_sent() {
    let importer = importer("anonymous-bank-1999", None);
    let error = importer.read("x.tsv", b"a\tb\n1\t2\n").err().expect("refused").to_string();
    assert!(error.starts_with("x.tsv: ") && error.contains("is not a column of the file, which has a, b"), "{error}");
    let error = importer.read("empty.tsv", b"").err().expect("refused").to_string();
    assert!(error.contains("the file is empty"), "{error}");
}

#[test]
fn the_generated_month_passes_the_contract() {
    let callers = CallerKey::new("k");
    let calls: Vec<_> = generate::month(Month { calls: 900, ..Month::default() }, "generated", &callers).collect();
    assert_contract(&calls, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_seed_and_month_is_accounted_for_to_the_row(seed: u64, month in 1u32..=12, calls in 50u32..700) {
        let month = Month { year: 2026, month, calls, seed };
        let (bytes, expected) = written(month);
        prop_assert_eq!(import(&importer("anonymous-bank-1999", None), &bytes).summary, expected);
    }

    /// Whatever bytes come, every line ends as a call, a bad row, an ignored row or a repeat; nothing panics.
    #[test]
    fn spoilt_bytes_never_lose_a_row(seed: u64, spoils in prop::collection::vec((0usize..40_000, any::<u8>()), 1..60)) {
        let (mut bytes, _) = written(Month { calls: 120, seed, ..Month::default() });
        let header = bytes.iter().position(|b| *b == b'\n').unwrap_or(0) + 1;
        let length = bytes.len() - header;
        for (at, byte) in spoils {
            bytes[header + at % length] = byte;
        }
        import(&importer("anonymous-bank-1999", None), &bytes);
    }
}
