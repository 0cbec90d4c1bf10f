//! Tables. The first byte says how they are to be read.
#![no_main]

use katachi::Element;
use katachi::data::{Csv, Missing};
use katachi::prelude::*;
use katachi_fuzz::text;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((options, table)) = bytes.split_first() else { return };
    // A compressed table is up to a thousand times as long, and its values in memory eight times as long again.
    if table.starts_with(&[0x1f, 0x8b]) && table.len() > 128 {
        return;
    }
    let csv = Csv::from_bytes(table);
    let csv = match options & 3 {
        0 => csv,
        1 => csv.missing(Missing::DropRow),
        2 => csv.missing(Missing::Fill(-1.0)),
        _ => csv.missing(Missing::Mean),
    };
    let csv = if options & 4 == 0 { csv } else { csv.delimiter(b';') };
    let (csv, label, ignored) = if options & 8 == 0 { (csv, "y", "z") } else { (csv.without_header(), "2", "3") };
    let csv = if options & 16 == 0 { csv } else { csv.ignore(ignored) };

    let labels = csv.clone().label(label);
    let labels = match options >> 5 {
        0 => labels,
        1 => labels.classes_from(1),
        2 => labels.classes(["yes", "no"]),
        3 => labels.classes_sorted(),
        4 => labels.features(["x", "w"]),
        _ => return values(csv.target(label)),
    };
    if let Ok((data, words)) = text(labels.read_with_classes::<shape!(2), Labels<U2>>()) {
        assert!(data.labels().iter().all(|label| *label < 2) && words.len() == 2);
        finite(data.inputs().as_slice(), 2 * data.len());
    }
    let _ = text(labels.read_as::<shape!(1), Labels<U3>, f64>());
});

fn values(csv: Csv) {
    if let Ok(data) = text(csv.read_as::<shape!(2), Values<shape!(1), f64>, f64>()) {
        finite(data.inputs().as_slice(), 2 * data.len());
        finite(data.targets().as_slice(), data.len());
    }
    let _ = text(csv.read::<shape!(3), Values<shape!(1)>>());
}

fn finite<T: Element>(values: &[T], count: usize) {
    assert!(count > 0 && values.len() == count && values.iter().all(|value| value.is_finite()));
}
