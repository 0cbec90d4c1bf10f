//! Archives of tensors, `.npz` files.
#![no_main]

use katachi::prelude::*;
use katachi::tensor::npy::Npz;
use katachi_fuzz as _; // its allocator

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(archive) = Npz::from_bytes(bytes) {
        for name in archive.names() {
            let _ = archive.get::<shape!(2, 3), f64>(name);
            let _ = archive.get::<shape!(4), u8>(name);
            let _ = archive.get::<shape!(1000, 1000), f32>(name);
        }
    }
});
