//! Event files for `TensorBoard`: the bytes of TensorFlow (`reference/event_files.json`), read here with a reader of
//! frames that shares no code with the writer.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use expect_test::expect;
use katachi::prelude::*;
use katachi::tensorboard::{EventWriter, model_to_markdown};
use serde_json::{Value, json};

use crate::bad_files::Folder;

static TENSORFLOW: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("reference/event_files.json")).expect("event_files.json is JSON")
});

katachi::model! {
    struct Classifier {
        Input(4, 1),
        Flatten(),
        hidden: Dense(4 => 8, tanh),
        Dropout(0.2),
        #[frozen]
        logits: Dense(8 => 3),
    }
}

fn time(record: &Value) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs_f64(record["wall_time"].as_f64().expect("a time"))
}

/// Writes a row as its kind says.
fn write(writer: &mut EventWriter, row: &Value) -> Result<(), Error> {
    let (tag, step) = (row["tag"].as_str().expect("a tag"), row["step"].as_u64().expect("a step"));
    let values = &row["values"];
    match row["kind"].as_str().expect("a kind") {
        "scalar" => writer.scalar(tag, step, values.as_f64().unwrap_or(f64::NAN)),
        "text" => writer.text(tag, step, values.as_str().expect("a text")),
        kind => {
            assert_eq!(kind, "histogram");
            let values: Vec<f64> =
                values.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect();
            writer.histogram(tag, step, &values)
        }
    }
}

/// CRC-32C a bit at a time, from its polynomial: x^32 + x^28 + … + 1, reversed 0x82f63b78 (RFC 3720, appendix B.4).
fn sum_of(data: &[u8]) -> u32 {
    let mut register = u32::MAX;
    for byte in data {
        register ^= u32::from(*byte);
        for _ in 0..8 {
            register = if register & 1 == 1 { register >> 1 ^ 0x82f6_3b78 } else { register >> 1 };
        }
    }
    let sum = !register;
    sum.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// The records of a file, with their frames, whose lengths and sums are right.
fn records(path: &Path) -> Vec<Vec<u8>> {
    let file = std::fs::read(path).expect("an event file");
    let mut rest = file.as_slice();
    let mut records = Vec::new();
    while !rest.is_empty() {
        let length = usize::try_from(u64::from_le_bytes(rest[..8].try_into().unwrap())).unwrap();
        let sum_at = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
        assert_eq!(sum_at(8), sum_of(&rest[..8]), "the sum of the length");
        assert_eq!(sum_at(12 + length), sum_of(&rest[12..12 + length]), "the sum of the event");
        let (record, others) = rest.split_at(16 + length);
        records.push(record.to_vec());
        rest = others;
    }
    records
}

#[allow(clippy::format_collect, reason = "the texts of tests are short")]
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_slow_sum_is_castagnolis() {
    // The check value of CRC-32C, 0xe3069283, masked.
    assert_eq!(sum_of(b"123456789"), 0xe306_9283_u32.rotate_right(15).wrapping_add(0xa282_ead8));
}

#[test]
fn every_record_is_tensorflows_to_the_byte() {
    let folder = Folder::new("events");
    let rows = TENSORFLOW["records"].as_array().expect("a list");
    let mut times: Vec<SystemTime> = std::iter::once(&TENSORFLOW["first"]).chain(rows).map(time).collect();
    times.reverse();
    let mut writer = EventWriter::with_clock(&folder.0, move || times.pop().expect("a time for each event")).unwrap();
    for row in rows {
        write(&mut writer, row).unwrap();
    }
    writer.flush().unwrap();

    let ours = records(writer.path());
    assert_eq!(ours.len(), 1 + rows.len());
    for (ours, row) in std::iter::zip(&ours[1..], rows) {
        assert_eq!(hex(ours), row["record"].as_str().expect("bytes"), "{}", row["tag"]);
    }

    // The first names its writer, in the last field.
    let theirs = TENSORFLOW["first"]["record"].as_str().expect("bytes");
    let (event, theirs) = (hex(&ours[0][12..]), &theirs[24..]);
    let end = event.find("5209").expect("field 10 of nine bytes");
    assert_eq!(event[..end], theirs[..end]);
    assert_eq!(&event[end..event.len() - 8], format!("52090a07{}", hex(b"katachi")));
    assert!(theirs[end..].starts_with("52"), "TensorFlow's is in the same field");
}

#[test]
fn values_that_are_not_finite_are_told_beside_the_histogram() {
    let folder = Folder::new("not-finite");
    let mut writer = EventWriter::with_clock(&folder.0, || UNIX_EPOCH).unwrap();
    writer.histogram("w", 5, &[1.0_f32, f32::NAN, 2.0, f32::INFINITY]).unwrap();
    writer.histogram("w", 6, &[1.0_f32, 2.0]).unwrap();
    let mut alone = EventWriter::with_clock(&folder.0, || UNIX_EPOCH).unwrap();
    alone.histogram("w", 5, &[1.0_f32, 2.0]).unwrap();
    alone.scalar("w/not_finite", 5, 2.0).unwrap();
    alone.histogram("w", 6, &[1.0_f32, 2.0]).unwrap();
    let paths = [writer.path().to_owned(), alone.path().to_owned()];
    drop((writer, alone)); // which flushes
    assert_eq!(records(&paths[0]), records(&paths[1]));
    assert_eq!(records(&paths[0]).len(), 4);
}

#[test]
fn files_of_a_folder_are_beside_each_other_and_named_as_tensorflow_names_them() {
    let folder = Folder::new("names");
    let clock = || UNIX_EPOCH + Duration::from_secs(1_234_567_890);
    let files = [(); 3].map(|()| EventWriter::with_clock(folder.0.join("logs/train"), clock).unwrap());
    for file in &files {
        let name = file.path().file_name().unwrap().to_str().unwrap();
        let rest = name.strip_prefix("events.out.tfevents.1234567890.").expect(name);
        let (rest, version) = rest.rsplit_once('.').unwrap();
        let (rest, _number) = rest.rsplit_once('.').unwrap();
        let (host, process) = rest.rsplit_once('.').unwrap();
        assert_eq!((version, process), ("v2", std::process::id().to_string().as_str()));
        assert!(!host.is_empty());
        assert_eq!(records(file.path()).len(), 1, "the first record is there at once");
    }
    assert_ne!(files[0].path(), files[1].path());
}

#[test]
fn what_cannot_be_written_names_the_place() {
    let folder = Folder::new("bad-events");
    let file = folder.file("file", b"");
    folder.check(
        EventWriter::create(&file),
        &expect![[r#"
        FOLDER/file: this folder cannot be made: File exists (os error 17);
        pass a folder that can be written to"#]],
    );
    let mut writer = EventWriter::create(&folder.0).unwrap();
    folder.check(
        writer.scalar("loss", u64::MAX, 0.5),
        &expect!["`step` is 18446744073709551615, but it must be at most 2^63 - 1, the greatest of the format"],
    );
}

#[test]
fn a_model_is_a_table_of_layers_and_one_of_parameters() {
    expect![[r#"
        **Classifier**: 67 parameters, of which training changes 40

        | layer | declaration | output | parameters |
        |---|---|---|---:|
        | flatten | `Flatten` | (None, 4) | 0 |
        | hidden | `Dense(4 => 8, tanh)` | (None, 8) | 40 |
        | dropout | `Dropout(0.2)` | (None, 8) | 0 |
        | logits | `Dense(8 => 3)` | (None, 3) | 27 |

        | parameter | shape | values | trained |
        |---|---|---:|---|
        | `hidden.weight` | (4, 8) | 32 | yes |
        | `hidden.bias` | (8) | 8 | yes |
        | `logits.weight` | (8, 3) | 24 | no |
        | `logits.bias` | (3) | 3 | no |
    "#]]
    .assert_eq(&model_to_markdown::<Classifier>());
}

/// Writes what `reference/event_files.py --read FOLDER` reads: two runs, and `written.json` with what is in them.
#[test]
#[ignore = "writes a folder for tests/reference/event_files.py, which TensorBoard reads"]
fn event_files_for_tensorboard() {
    let folder = PathBuf::from(std::env::var_os("KATACHI_EVENTS").expect("KATACHI_EVENTS names a folder"));
    let mut written = Vec::new();
    for run in ["train", "validation"] {
        let start = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let mut tick = 0;
        let mut writer = EventWriter::with_clock(folder.join(run), move || {
            tick += 1;
            start + Duration::from_millis(250 * tick)
        })
        .unwrap();
        let model = Classifier::init(22);
        let mut rows: Vec<Value> = (0..20_u32)
            .map(|step| json!({"kind": "scalar", "tag": "epoch_loss", "step": step, "values": 2.3 / f64::from(step + 1)}))
            .collect();
        rows.push(json!({"kind": "scalar", "tag": "broken", "step": 1, "values": null}));
        for (tag, values) in
            [("hidden/weight", model.hidden.weight.as_slice()), ("hidden/bias", model.hidden.bias.as_slice())]
        {
            for step in 0..3_u32 {
                let values: Vec<f64> = values.iter().map(|value| f64::from(value * step as f32)).collect();
                rows.push(json!({"kind": "histogram", "tag": tag, "step": step, "values": values}));
            }
        }
        rows.push(json!({"kind": "text", "tag": "model", "step": 0, "values": model_to_markdown::<Classifier>()}));
        for (index, mut row) in rows.into_iter().enumerate() {
            write(&mut writer, &row).unwrap();
            row["run"] = run.into();
            row["wall_time"] = (1_700_000_000.0 + 0.25 * (index + 2) as f64).into();
            written.push(row);
        }
        writer.flush().unwrap();
    }
    std::fs::write(folder.join("written.json"), Value::from(written).to_string()).unwrap();
}
