//! Weights of other libraries, from safetensors and npz files.
#![no_main]

use katachi::prelude::*;
use katachi::{Import, Layout};
use katachi_fuzz::{Mlp, Nested, text, with_length};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check(|| text(Import::from_safetensors_bytes(bytes)));
    let mended = with_length(bytes);
    check(|| text(Import::from_safetensors_bytes(&mended)));
    check(|| text(Import::from_npz_bytes(bytes)));
});

fn check(import: impl Fn() -> Result<Import, String>) {
    let Ok(first) = import() else { return };
    fill::<Mlp>(first);
    let again = || import().expect("it was read before");
    fill::<Mlp>(again().partial());
    fill::<Mlp>(again().layout(Layout::InputsFirst).partial().map("fc1", "hidden").transposed("hidden.weight", true));
    fill::<Nested>(again().partial());
    fill::<Nested>(again().layout(Layout::OutputsFirst).map("fc1", "first.hidden").transposed("square.weight", true));
}

/// What is not read has changed nothing.
fn fill<M: Model<Element = f32>>(import: Import) {
    let mut model = M::init(22);
    match text(import.into(&mut *model)) {
        Ok(report) => assert!(!report.to_string().is_empty()),
        Err(_) => assert!(model.as_slice() == M::init(22).as_slice()),
    }
}
