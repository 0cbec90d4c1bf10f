//! Weights of Keras, from HDF5 files.
#![no_main]

use katachi::Import;
use katachi::prelude::*;
use katachi_fuzz::{Mlp, Nested, text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fill::<Mlp>(bytes);
    fill::<Nested>(bytes);
});

/// What is not read has changed nothing.
fn fill<M: Model<Element = f32>>(bytes: &[u8]) {
    let Ok(import) = text(Import::from_h5_bytes(bytes)) else { return };
    let mut model = M::init(22);
    match text(import.partial().into(&mut *model)) {
        Ok(report) => assert!(!report.to_string().is_empty()),
        Err(_) => assert!(model.as_slice() == M::init(22).as_slice()),
    }
}
