//! Archives of arrays, `.npz` files, and datasets of them.
#![no_main]

use std::sync::LazyLock;

use katachi::prelude::*;
use katachi::tensor::npy::Npz;
use katachi_fuzz::{File, text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static FILE: LazyLock<File> = LazyLock::new(|| File::new("npz"));
    let Ok(archive) = text(Npz::from_bytes(bytes)) else { return };
    for name in archive.names() {
        let _ = text(archive.get::<shape!(2, 3), f64>(name));
        let _ = text(archive.get::<shape!(4), u8>(name));
        let _ = text(archive.get::<shape!(1000, 1000), f32>(name));
        let _ = text(archive.rows(name));
        if let Ok(shape) = text(archive.shape(name)) {
            let _ = text(archive.floats(name, &shape));
        }
    }
    let names: Vec<&str> = archive.names().take(2).collect();
    if let [inputs, targets] = names[..] {
        let path = FILE.write(bytes);
        let _ = text(Dataset::<shape!(3), Labels<U2>>::from_npz(path, inputs, targets));
        let _ = text(Dataset::<shape!(3), Values<shape!(1), f64>, f64>::from_npz(path, inputs, targets));
    }
});
