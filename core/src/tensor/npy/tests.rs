//! Files that are whole, cut, changed, and of other programs.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::{NpyElement, Npz, Rows};
use crate::shape;
use crate::shape::Shape;
use crate::tensor::{Cast, Number, Tensor};

/// A text of `NumPy` 2: `np.save(file, np.array([[1.0, 2.0]]))`.
fn of_numpy() -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00v\x00".to_vec();
    bytes.extend(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }");
    bytes.resize(127, b' ');
    bytes.push(b'\n');
    bytes.extend(1.0_f64.to_le_bytes());
    bytes.extend(2.0_f64.to_le_bytes());
    bytes
}

fn round_trip<S: Shape, T: NpyElement>(tensor: &Tensor<S, T>) {
    let bytes = tensor.to_npy();
    assert_eq!(&*Tensor::<S, T>::from_npy(&bytes).unwrap(), tensor);
    for length in 0..bytes.len() {
        assert!(Tensor::<S, T>::from_npy(&bytes[..length]).is_err(), "cut to {length} bytes");
    }
}

fn random<S: Shape, T: Number>(seed: u64) -> Tensor<S, T>
where
    f64: Cast<T>,
{
    Tensor::<S, f64>::normal(0.0, 1e6, seed).cast()
}

#[test]
fn files_there_and_back() {
    for seed in 0..5 {
        round_trip(&random::<shape!(2, 3), f32>(seed));
        round_trip(&random::<shape!(), f64>(seed));
        round_trip(&random::<shape!(7), i8>(seed));
        round_trip(&random::<shape!(2, 1, 2), i32>(seed));
        round_trip(&random::<shape!(1, 2, 1, 2), i64>(seed));
        round_trip(&random::<shape!(5, 1), u8>(seed));
        round_trip(&random::<shape!(5), f32>(seed).greater(&Tensor::scalar(0.0)));
    }
}

#[test]
fn the_bytes_are_those_of_numpy() {
    assert_eq!(Tensor::<shape!(1, 2), f64>::from([[1.0, 2.0]]).to_npy(), of_numpy());
}

/// No change of one byte makes a reader panic.
#[test]
fn changed_files_are_read_or_refused() {
    let mut bytes = of_numpy();
    let mut archive = Npz::new();
    archive.insert("x", &Tensor::<shape!(3), u8>::from([1, 2, 3]));
    let mut zip = archive.to_bytes().unwrap();
    for byte in 0..bytes.len().max(zip.len()) {
        for value in [0, 1, b'(', b'9', 0x80, 0xff] {
            if let Some(old) = bytes.get(byte).copied() {
                bytes[byte] = value;
                drop(Tensor::<shape!(1, 2), f64>::from_npy(&bytes));
                bytes[byte] = old;
            }
            if let Some(old) = zip.get(byte).copied() {
                zip[byte] = value;
                drop(Npz::from_bytes(&zip).and_then(|archive| archive.get::<shape!(3), u8>("x")));
                zip[byte] = old;
            }
        }
    }
    for length in 0..zip.len() {
        assert!(Npz::from_bytes(&zip[..length]).is_err(), "cut to {length} bytes");
    }
}

#[test]
fn refusals_say_what_to_do() {
    let with = |old: &str, new: &str| {
        let bytes = of_numpy();
        let text = bytes[10..128].iter().map(|&byte| char::from(byte)).collect::<alloc::string::String>();
        let text = text.replace(old, new);
        let mut changed = b"\x93NUMPY\x01\x00".to_vec();
        changed.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        changed.extend(text.bytes());
        changed.extend(&bytes[128..]);
        Tensor::<shape!(1, 2), f64>::from_npy(&changed).unwrap_err().to_string()
    };
    assert_eq!(
        with("<f8", ">f4"),
        "these bytes: the elements are of type '>f4', and the program takes f64 ('<f8'); save `array.astype('<f8')`"
    );
    assert_eq!(
        with("False", "True"),
        "these bytes: the array is stored column after column; save `np.ascontiguousarray(array)`"
    );
    assert_eq!(
        with("(1, 2)", "(99999999999, 2)"),
        "these bytes: the array has the shape [99999999999, 2], and the program takes [1, 2]; save another array, or reshape it"
    );
    assert_eq!(
        with("'<f8'", "[('a', '<f8')]"),
        "these bytes: the header cannot be read; save an array of numbers with `np.save`"
    );
    let missing = Tensor::<shape!(1), f32>::load_npy("no such file.npy").unwrap_err().to_string();
    assert!(missing.starts_with("`no such file.npy`: ") && missing.ends_with("; is the path right?"), "{missing}");
}

/// Of no value, whatever the product of the other sizes is, or of a product that is none for its size.
#[test]
fn sizes_that_no_machine_can_count_are_refused() {
    let file = |shape: &[usize], values: &[u8]| {
        let header = super::Header { descr: "<f4".into(), fortran_order: false, shape: shape.to_vec() };
        [header.to_bytes(), values.to_vec()].concat()
    };
    let half = 1_usize << (usize::BITS - 1);
    assert_eq!(Rows::from_npy(&file(&[0, 3], &[])).unwrap().dims(), [3]);
    for shape in [&[0, half, 2][..], &[half, 2], &[2, half], &[half / 2, 1]] {
        let error = Rows::from_npy(&file(shape, &[])).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("these bytes: 0 bytes of values follow, which are not those of {shape:?}; save the array again")
        );
    }

    let mut archive = Npz::new();
    archive.insert("x", &Tensor::<shape!(1), f32>::zeros());
    let shape = [half, 2];
    let data = file(&shape, &[]);
    let mut crc = flate2::Crc::new();
    crc.update(&data);
    archive.entries[0].replace(crc.sum(), data);
    assert_eq!(archive.shape("x").unwrap(), shape);
    let error = archive.floats("x", &shape).unwrap_err().to_string();
    assert!(error.contains("0 bytes of values follow, which are not those of"), "{error}");
}

#[test]
fn archives_may_be_compressed() {
    let x = Tensor::<shape!(100), f64>::zeros();
    let mut archive = Npz::new();
    archive.insert("x", &x);
    for entry in &mut archive.entries {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&entry.data).unwrap();
        entry.data = encoder.finish().unwrap();
        entry.method = super::archive::DEFLATED;
    }
    let bytes = archive.to_bytes().unwrap();
    assert!(bytes.len() < 400);
    let archive = Npz::from_bytes(&bytes).unwrap();
    assert_eq!(*archive.get::<shape!(100), f64>("x").unwrap(), x);
    assert!(archive.get::<shape!(1), f64>("x").is_err());
}

#[test]
fn files_are_named_in_errors() {
    let path = std::env::temp_dir().join("katachi_npy_test.npy");
    Tensor::<shape!(3), f32>::ones().save_npy(&path).unwrap();
    assert_eq!(*Tensor::<shape!(3), f32>::load_npy(&path).unwrap(), Tensor::ones());
    let error = Tensor::<shape!(4), f32>::load_npy(&path).unwrap_err().to_string();
    assert!(error.contains("katachi_npy_test.npy`: the array has the shape [3]"), "{error}");
    std::fs::remove_file(path).unwrap();
}
