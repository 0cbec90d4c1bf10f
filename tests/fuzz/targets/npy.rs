//! Tensors in `.npy` files, of several shapes and types.
#![no_main]

use katachi::prelude::*;
use katachi::tensor::npy::NpyElement;
use katachi_fuzz as _; // its allocator

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check::<shape!(2, 3), f64>(bytes);
    check::<shape!(2, 3), f32>(bytes);
    check::<shape!(4), u8>(bytes);
    check::<shape!(2, 1, 2), i64>(bytes);
    check::<shape!(), i32>(bytes);
    check::<shape!(3), bool>(bytes);
});

/// What is read is written and read again as the same.
fn check<S: Shape, T: NpyElement>(bytes: &[u8]) {
    if let Ok(tensor) = Tensor::<S, T>::from_npy(bytes) {
        let written = tensor.to_npy();
        let again = Tensor::<S, T>::from_npy(&written).expect("it was just written");
        assert_eq!(again.to_npy(), written); // By bytes: NaN is not equal to itself.
    }
}
