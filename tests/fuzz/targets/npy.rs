//! Arrays in `.npy` files, of several shapes and types, and datasets of them.
#![no_main]

use std::sync::LazyLock;

use katachi::prelude::*;
use katachi::tensor::npy::{NpyElement, Rows};
use katachi_fuzz::{File, text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check::<shape!(2, 3), f64>(bytes);
    check::<shape!(2, 3), f32>(bytes);
    check::<shape!(4), u8>(bytes);
    check::<shape!(2, 1, 2), i64>(bytes);
    check::<shape!(), i32>(bytes);
    check::<shape!(3), bool>(bytes);
    if let Ok(rows) = text(Rows::from_npy(bytes)) {
        samples(bytes, &rows);
    }
});

/// What is read is written and read again as the same.
fn check<S: Shape, T: NpyElement>(bytes: &[u8]) {
    if let Ok(tensor) = text(Tensor::<S, T>::from_npy(bytes)) {
        let written = tensor.to_npy();
        let again = Tensor::<S, T>::from_npy(&written).expect("it was just written");
        assert_eq!(again.to_npy(), written); // By bytes: NaN is not equal to itself.
    }
}

fn samples(bytes: &[u8], rows: &Rows) {
    static FILE: LazyLock<File> = LazyLock::new(|| File::new("npy"));
    let size = rows.dims().iter().product::<usize>() * rows.len();
    assert_eq!(rows.values::<f32>().len(), size);
    assert_eq!(rows.values::<f64>().len(), size);
    assert!(rows.integers().is_none_or(|integers| integers.len() == size));
    let path = FILE.write(bytes);
    let _ = text(Dataset::<shape!(1), Labels<U3>>::from_npy(path, path));
    let _ = text(Dataset::<shape!(3), Values<shape!(3), f64>, f64>::from_npy(path, path));
}
