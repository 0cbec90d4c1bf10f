//! Arrays in IDX files, plain and compressed, and datasets of them.
#![no_main]

use std::sync::LazyLock;

use katachi::data::idx;
use katachi::prelude::*;
use katachi_fuzz::{File, text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static FILE: LazyLock<File> = LazyLock::new(|| File::new("idx"));
    if let Ok(array) = text(idx::from_reader(bytes, "fuzz")) {
        assert_eq!(array.dims().iter().product::<usize>(), array.data().len());
        let path = FILE.write(bytes);
        let _ = text(Dataset::<shape!(1), Labels<U3>>::from_idx(path, path));
    }
});
