//! Models in files: what is read is what was written, to the last bit, and files that do not fit are refused.
//! `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite saving` writes the texts anew.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use std::fs;

use expect_test::{Expect, expect};
use katachi::Element;
use katachi::model::ParameterInfo;
use katachi::prelude::*;
use katachi::save::Extras;
use safetensors::SafeTensors;

use crate::bad_input::check;

model! {
    struct Mlp {
        hidden1: Dense(3 => 5, relu),
        Dropout(0.2),
        hidden2: Dense(5 => 4, tanh),
        logits: Dense(4 => 2),
    }
}

model! {
    struct Encoder {
        table: Embedding(7 => 3),
        scale: Param(3),
    }

    fn forward(row: []) -> [3] {
        table(row) * scale
    }
}

model! {
    struct Whole {
        encoder: Encoder([] => 3),
        #[frozen]
        body: Mlp(3 => 2),
        offset: Param,
    }

    fn forward(row: []) -> [2] {
        body(encoder(row)) + offset
    }
}

model! {
    struct Sized<In, Out> {
        hidden: Dense(In => Out, bias = false),
    }
}

model! {
    struct Bare {
        Input(4),
        Relu,
    }
}

/// Every kind of bits, as floats of 32 bits and, in pairs, of 64: NaN, quiet and signalling, of both signs with payloads,
/// infinities, zeros, subnormals.
fn with_all_bits<M: Model>(seed: u64) -> Box<M> {
    let mut model = M::init(seed);
    let special = [
        1,
        0x7fa0_0001_u32,
        0x7fc1_2345,
        0xffa0_0001,
        0,
        0x7f80_0000,
        0xff80_0000,
        0x8000_0000,
        0x7ff0_0000,
        0xfff0_0007,
    ];
    let words: &mut [u32] = bytemuck::cast_slice_mut(model.as_mut_slice());
    for (word, special) in words.iter_mut().zip(special) {
        *word = special;
    }
    model
}

fn bits<M: Model>(model: &M) -> &[u8] {
    bytemuck::cast_slice(model.as_slice())
}

fn round_trip<M: Model>() {
    let model = with_all_bits::<M>(3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    model.save(&path).unwrap();
    assert_eq!(bits(&*<M as Save>::load(&path).unwrap()), bits(&*model));
    let mut other = M::init(4);
    other.load_weights(&path).unwrap();
    assert_eq!(bits(&*other), bits(&*model));
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes, model.save_bytes(&Extras::new()).unwrap());
    assert_eq!(bits(&*<M as Save>::load_bytes(&bytes).unwrap()), bits(&*model));
    // In place, wherever the bytes happen to lie at a multiple of 8.
    let mut room = vec![0; bytes.len() + 8];
    let aligned = room.as_ptr().align_offset(8);
    let aligned = &mut room[aligned..][..bytes.len()];
    aligned.copy_from_slice(&bytes);
    assert_eq!(bits(<M as Save>::view(aligned).unwrap()), bits(&*model));
    assert_as_the_format_says(&model, &bytes);
}

/// The format's own library sees the same arrays, in the order of declaration and at a multiple of 64.
fn assert_as_the_format_says<M: Model>(model: &M, bytes: &[u8]) {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut start = bytes.len() - size_of_val(model.as_slice());
    assert_eq!(start % 64, 0);
    let mut count = 0;
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, _, parameter| {
        let array = file.tensor(&path.to_string()).unwrap();
        assert_eq!(array.shape(), parameter.shape, "{path}");
        assert_eq!(array.data(), &bytes[start..][..array.data().len()], "{path}");
        start += array.data().len();
        count += 1;
    });
    assert_eq!(file.names().len(), count);
}

#[test]
fn what_is_loaded_is_what_was_saved() {
    round_trip::<Mlp>();
    round_trip::<Mlp<f64>>();
    round_trip::<Whole>();
    round_trip::<Whole<f64>>();
    round_trip::<Sized<U3, U4>>();
    round_trip::<Sized<U2, U2, f64>>();
    round_trip::<Bare>();
    round_trip::<Bare<f64>>();
}

/// The whole of a small file. A change of the format is seen here, and then needs a new version in it.
#[test]
fn a_file_has_these_bytes() {
    model! {
        struct Line {
            line: Dense(1 => 1),
        }
    }
    let mut line = Line::zeros();
    line.line.weight[0] = 2.0;
    line.line.bias[0] = -1.0;
    let extras = Extras::new().arrays("scaler", &[("mean", &[0.5])]).text("note", "\"ä\"").classes(&["yes"]);
    let bytes = line.save_bytes(&extras).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap());
    let (header, data) = bytes[8..].split_at(usize::try_from(length).unwrap());
    assert_eq!((header.len() + 16) % 64, 0, "the parameters begin behind the header and the 8 bytes of the scaler");
    expect![[r#"
        {"__metadata__":{"format":"katachi","katachi.format":"1","katachi.version":"0.1.0","katachi.model":"Line","katachi.fingerprint":"2a16b86094d9e719","katachi.declaration":"layer line: Dense(1 => 1) -> [1], a Dense\narray line.weight: [1, 1]\narray line.bias: [1]\n","extra.note":"\"ä\"","katachi.classes":"[\"yes\"]"},
        "extra/scaler.mean":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
        "line.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]},
        "line.bias":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}"#]]
    .assert_eq(std::str::from_utf8(header).unwrap().trim_end_matches(' ').replace("},\"", "},\n\"").as_str());
    let expected = [&0.5_f64.to_le_bytes()[..], &2.0_f32.to_le_bytes(), &(-1.0_f32).to_le_bytes()].concat();
    assert_eq!(data, expected);

    let (again, read) = (Line::load_bytes(&bytes).unwrap(), Extras::load_bytes(&bytes).unwrap());
    assert_eq!((again.as_slice(), read), (line.as_slice(), extras));
}

#[test]
fn numbers_are_converted_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let precise = <Mlp<f64> as Model>::init(3);
    precise.save(&path).unwrap();
    let rounded = Mlp::load_cast(&path).unwrap();
    assert!(rounded.as_slice().iter().zip(precise.as_slice()).all(|(a, b)| a.to_bits() == f32::from_f64(*b).to_bits()));
    rounded.save(&path).unwrap();
    let exact = Mlp::<f64>::load_cast(&path).unwrap();
    assert!(exact.as_slice().iter().zip(rounded.as_slice()).all(|(a, b)| a.to_bits() == f64::from(*b).to_bits()));
}

/// Value number i is i / 8 - 2, so that `reference/read_saved.py` knows it too.
fn counted() -> (Box<Mlp>, Extras) {
    let mut mlp = Mlp::init(3);
    for (index, value) in mlp.as_mut_slice().iter_mut().enumerate() {
        *value = index as f32 / 8.0 - 2.0;
    }
    let extras = Extras::new().arrays("scaler", &[("mean", &[0.1, 0.2, 0.3]), ("scale", &[1.0, 2.0, 3.0])]);
    (mlp, extras.classes(&["no", "yes"]))
}

/// A file that is kept, for the library of Python to read: `reference/read_saved.py`. With `UPDATE_EXPECT=1` it is written.
#[test]
fn the_file_that_is_kept_has_the_same_bytes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/reference/weights/saved.safetensors");
    let (mlp, extras) = counted();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        mlp.save_with(path, &extras).unwrap();
    }
    assert!(fs::read(path).unwrap() == mlp.save_bytes(&extras).unwrap(), "the format has changed");
}

#[test]
fn embedded_bytes_are_used_in_place() {
    static FILE: &[u8] = katachi::include_model!("reference/weights/saved.safetensors");
    assert_eq!(Mlp::view(FILE).unwrap().as_slice(), counted().0.as_slice());
    assert!(FILE.as_ptr_range().contains(&Mlp::view(FILE).unwrap().as_slice().as_ptr().cast()));

    let bytes = Mlp::init(3).save_bytes(&Extras::new()).unwrap();
    let mut room = vec![0; bytes.len() + 64];
    let start = room.as_ptr().align_offset(64);
    room[start + 1..][..bytes.len()].copy_from_slice(&bytes);
    let text = Mlp::view(&room[start + 1..][..bytes.len()]).err().unwrap().to_string();
    assert!(text.contains("where no f32 can lie; embed them with `include_model!`"), "{text}");
    room.copy_within(start + 1..start + 1 + bytes.len(), start);
    let view = Mlp::view(&room[start..][..bytes.len()]).unwrap();
    assert_eq!(view.as_slice(), Mlp::init(3).as_slice());
    assert!(room[start..][..bytes.len()].as_ptr_range().contains(&view.as_slice().as_ptr().cast()));
    // A box cannot lie in bytes.
    assert!(<Box<Mlp> as Save>::view(&room[start..][..bytes.len()]).is_err());
}

/// A file with this header and so many bytes of data.
fn with_header(header: &str, data: usize) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &vec![0; data]].concat()
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of mistakes, each with its text")]
fn hostile_files_are_refused() {
    let array = |fields: &str| format!(r#"{{"a":{{{fields}}}}}"#);
    let huge = array(r#""dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]"#);
    let cases: Vec<(&str, Vec<u8>, Expect)> = vec![
        (
            "empty",
            vec![],
            expect![[r#"
            these bytes: the file is empty;
            save or copy it again"#]],
        ),
        (
            "short",
            vec![1, 2, 3],
            expect![[r#"
            these bytes: it ends after 3 bytes, inside the length of its header;
            the file is not complete: copy or save it again"#]],
        ),
        (
            "length",
            vec![0xff; 64],
            expect![[r#"
            these bytes: this is no safetensors file: its header would have 18446744073709551615 bytes;
            pass a safetensors file, as `save` writes"#]],
        ),
        (
            "cut header",
            with_header("{}", 0)[..9].to_vec(),
            expect![[r#"
            these bytes: its header is to have 2 bytes, but only 1 follow;
            the file is not complete: copy or save it again"#]],
        ),
        (
            "no JSON",
            with_header("{nonsense", 0),
            expect![[r#"
            these bytes: the header cannot be read: key must be a string at line 1 column 2;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "no object",
            with_header("[1,2]", 0),
            expect![[r#"
            these bytes: the header cannot be read: invalid type: sequence, expected an object at line 1 column 0;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "deep",
            with_header(&array(&format!("\"dtype\":{}", "[".repeat(1000))), 0),
            expect![[r#"
            these bytes: the header cannot be read: recursion limit exceeded at line 1 column 140;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "no type",
            with_header(&array(r#""shape":[1],"data_offsets":[0,4]"#), 4),
            expect![[r#"
            these bytes: array `a` has no type;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "no shape",
            with_header(&array(r#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#), 4),
            expect![[r#"
            these bytes: array `a` has no shape;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "one offset",
            with_header(&array(r#""dtype":"F32","shape":[1],"data_offsets":[0]"#), 4),
            expect![[r#"
            these bytes: array `a` has no place in the data;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "huge",
            with_header(&huge, 4),
            expect![[r#"
            these bytes: array `a` of type F32 and shape [4294967296, 4294967296, 4294967296] does not fill its 4 bytes;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "cut data",
            with_header(&array(r#""dtype":"F32","shape":[2],"data_offsets":[0,8]"#), 7),
            expect![[r#"
            these bytes: array `a` lies at the bytes 0 to 8 of the data, of which there are 7;
            the file is not complete: copy or save it again"#]],
        ),
        (
            "backwards",
            with_header(&array(r#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#), 4),
            expect![[r#"
            these bytes: array `a` lies at the bytes 4 to 0 of the data, of which there are 4;
            the file is not complete: copy or save it again"#]],
        ),
        (
            "too long",
            with_header(&array(r#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#), 5),
            expect![[r#"
            these bytes: 1 bytes follow the last array;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "gap",
            with_header(&array(r#""dtype":"F32","shape":[1],"data_offsets":[4,8]"#), 8),
            expect![[r#"
            these bytes: array `a` leaves a gap before it;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "overlap",
            with_header(
                r#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}"#,
                7,
            ),
            expect![[r#"
                these bytes: array `b` overlaps the one before it;
                the file is damaged: copy or save it again"#]],
        ),
        (
            "twice",
            with_header(
                r#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#,
                2,
            ),
            expect![[r#"
                these bytes: the header cannot be read: `a` stands twice at line 1 column 56;
                the file is damaged: copy or save it again"#]],
        ),
        (
            "text twice",
            with_header(r#"{"__metadata__":{"a":"1","a":"2"}}"#, 0),
            expect![[r#"
            these bytes: the header cannot be read: `a` stands twice at line 1 column 33;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "no text",
            with_header(r#"{"__metadata__":{"a":1}}"#, 0),
            expect![[r#"
            these bytes: the header cannot be read: invalid type: integer `1`, expected a string at line 1 column 22;
            the file is damaged: copy or save it again"#]],
        ),
        (
            "another library's",
            with_header("{}", 0),
            expect![[r#"
            these bytes: they were not written by katachi;
            read the weights of other libraries with `Import::from_safetensors`, which maps names and transposes"#]],
        ),
        (
            "later",
            with_header(r#"{"__metadata__":{"katachi.format":"2","katachi.version":"9.9.9"}}"#, 0),
            expect![[r#"
            these bytes: they were written by katachi 9.9.9 in the format 2, and this version, 0.1.0, reads those up to 1;
            use katachi 9.9.9 or later"#]],
        ),
        (
            "format",
            with_header(r#"{"__metadata__":{"katachi.format":"one"}}"#, 0),
            expect![[r#"
            these bytes: `katachi.format` is `one`, no number;
            save the model again"#]],
        ),
        (
            "HDF5",
            b"\x89HDF\r\n\x1a\n".repeat(9),
            expect![[r#"
            these bytes: this is an HDF5 file, as Keras writes;
            read it with `Import::from_h5`"#]],
        ),
        (
            "ZIP",
            b"PK\x03\x04".repeat(9),
            expect![[r#"
            these bytes: this is a ZIP archive, as `.npz`, `.keras` and `.pt` files are;
            read an .npz file with `Import::from_npz`;
            from PyTorch, write `safetensors.torch.save_file(model.state_dict(), path)`"#]],
        ),
        (
            "pickle",
            b"\x80\x02}q\x00(X\x06\x00\x00".repeat(9),
            expect![[r#"
            these bytes: this is a pickle of Python;
            write `safetensors.torch.save_file(model.state_dict(), path)` there"#]],
        ),
    ];
    for (name, bytes, expected) in cases {
        // What the format's own library takes, but for files that are whole and of another maker.
        let is_whole = ["another library's", "later", "format"].contains(&name);
        assert_eq!(
            SafeTensors::deserialize(&bytes).is_ok(),
            is_whole || name == "twice" || name == "text twice",
            "{name}"
        );
        let text = Mlp::load_bytes(&bytes).err().unwrap();
        check::<()>(Err(text), &expected);
        assert!(Extras::load_bytes(&bytes).is_err());
    }
}

#[test]
fn every_damaged_header_is_an_error_or_the_same_model() {
    let mlp = Mlp::init(3);
    let bytes = mlp.save_bytes(&Extras::new().arrays("scaler", &[("mean", &[1.0, 2.0])])).unwrap();
    let data = bytes.len() - size_of_val(mlp.as_slice()) - 16;
    for at in 0..data {
        for byte in [0, b'0', b'9', b'"', bytes[at] ^ 1, bytes[at] ^ 0x80] {
            let mut damaged = bytes.clone();
            damaged[at] = byte;
            // A version or a text that changes no array changes nothing else.
            assert!(
                Mlp::load_bytes(&damaged).is_ok_and(|read| read.as_slice() == mlp.as_slice())
                    || Mlp::load_bytes(&damaged).is_err()
            );
            let _ = Extras::load_bytes(&damaged);
        }
    }
    for end in 0..bytes.len() {
        assert!(Mlp::load_bytes(&bytes[..end]).is_err(), "cut at {end}");
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of mistakes, each with its text")]
fn files_of_other_models_are_refused() {
    mod renamed {
        use katachi::prelude::*;
        model! {
            pub struct Mlp { hidden1: Dense(3 => 5, tanh), Dropout(0.2), hidden2: Dense(5 => 4, tanh), logits: Dense(4 => 2) }
        }
    }
    mod narrower {
        use katachi::prelude::*;
        model! {
            pub struct Mlp { hidden1: Dense(3 => 5, relu), Dropout(0.2), hidden2: Dense(5 => 6, tanh), logits: Dense(6 => 2) }
        }
    }
    mod shorter {
        use katachi::prelude::*;
        model! {
            pub struct Mlp { hidden1: Dense(3 => 5, relu), Dropout(0.2), hidden2: Dense(5 => 4, tanh) }
        }
    }
    model! {
        struct Misspelt { hidden1: Dense(3 => 5), hiden2: Dense(5 => 4), logits: Dense(4 => 2) }
    }
    let bytes = Mlp::init(3).save_bytes(&Extras::new()).unwrap();
    check(
        Encoder::load_bytes(&bytes),
        &expect![[r#"
        these bytes: they hold the model `Mlp`, and this is `Encoder`;
        load it as `Mlp`, or, if only the name differs, with `load_weights`"#]],
    );
    check(
        Mlp::<f64>::load_bytes(&bytes),
        &expect![[r#"
        these bytes: `hidden1.weight` holds numbers of type F32, and this model is one of f64;
        convert them with `load_cast`, or load it as `Mlp::<f32>`"#]],
    );
    check(
        renamed::Mlp::load_bytes(&bytes),
        &expect![[r#"
        these bytes: `Mlp` was another when it was saved: layer `hidden1` was `Dense(3 => 5, relu)` with outputs [5], and now it is `Dense(3 => 5, tanh)` with outputs [5];
        declare `Mlp` as it was, or, if only names and shapes need to agree, use `load_weights`"#]],
    );
    check(
        narrower::Mlp::load_bytes(&bytes),
        &expect![[r#"
        these bytes: `Mlp` was another when it was saved: layer `hidden2` was `Dense(5 => 4, tanh)` with outputs [4], and now it is `Dense(5 => 6, tanh)` with outputs [6];
        declare `Mlp` as it was, or, if only names and shapes need to agree, use `load_weights`"#]],
    );
    check(
        shorter::Mlp::load_bytes(&bytes),
        &expect![[r#"
            these bytes: `Mlp` was another when it was saved: layer `logits`, `Dense(4 => 2)` with outputs [2], is no longer there;
            declare `Mlp` as it was, or, if only names and shapes need to agree, use `load_weights`"#]],
    );
    check(
        Mlp::load_bytes(&shorter::Mlp::init(3).save_bytes(&Extras::new()).unwrap()),
        &expect![[r#"
            these bytes: `Mlp` was another when it was saved: layer `logits`, `Dense(4 => 2)` with outputs [2], was not there;
            declare `Mlp` as it was, or, if only names and shapes need to agree, use `load_weights`"#]],
    );

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model");
    fs::write(&path, &bytes).unwrap();
    let weights = |result: Result<(), Error>, expected: &Expect| {
        let folder = folder.path().display().to_string();
        check(result.map_err(|error| std::io::Error::other(error.to_string().replace(&folder, "FOLDER"))), expected);
    };
    let mut other = renamed::Mlp::init(4);
    other.load_weights(&path).unwrap();
    assert_eq!(other.as_slice(), Mlp::init(3).as_slice());
    let before = narrower::Mlp::init(4);
    let mut model = before.to_boxed();
    weights(
        model.load_weights(&path),
        &expect![[r#"
        FOLDER/model: `hidden2.weight` has the shape [5, 4], and in `Mlp` it has [5, 6];
        pass the file of a model of the same sizes"#]],
    );
    assert_eq!(model.as_slice(), before.as_slice());
    weights(
        Misspelt::init(4).load_weights(&path),
        &expect![[r#"
        FOLDER/model: there is no array `hiden2.weight`, which `Misspelt` needs;
        there is `hidden2.weight`: is that it?"#]],
    );
    weights(
        shorter::Mlp::init(4).load_weights(&path),
        &expect![[r#"
        FOLDER/model: there is an array `logits.weight`, which `Mlp` has not;
        pass a file of `Mlp`"#]],
    );
    weights(
        Mlp::init(4).load_weights(folder.path().join("none")),
        &expect![[r#"
        FOLDER/none: there is no such file;
        check the path"#]],
    );
    weights(
        Mlp::init(4).load_weights(folder.path()),
        &expect![[r#"
        FOLDER: this is a folder;
        pass the path of a file in it"#]],
    );
    let twice = Extras::new().arrays("a", &[("b", &[1.0]), ("b", &[2.0])]);
    weights(
        Mlp::init(4).save_with(&path, &twice),
        &expect![[r#"
        cannot write `FOLDER/model`: two of what it is to hold have the name `extra/a.b`: give each its own;
        what was there before is as it was"#]],
    );
    assert_eq!(fs::read(&path).unwrap(), bytes);
    check(
        Extras::new().arrays("scaler", &[("mean", &[])]).get("scaler", "maen").map(|_| ()),
        &expect![[r#"
        what was stored beside the model: there is no array `scaler.maen`;
        there is `scaler.mean`: is that it?"#]],
    );
}

/// Not for the superuser, who may write into any folder.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_keeps_the_earlier_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model");
    Mlp::init(3).save(&path).unwrap();
    let before = fs::read(&path).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let may_write = fs::write(folder.path().join("probe"), b"").is_ok();
    let saved = Mlp::init(4).save(&path);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if !may_write {
        let text = saved.unwrap_err().to_string();
        assert!(text.starts_with("cannot write `") && text.ends_with("what was there before is as it was"), "{text}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}
