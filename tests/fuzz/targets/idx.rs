//! Arrays in IDX files, plain and compressed.
#![no_main]

use katachi::data::idx;
use katachi_fuzz as _; // its allocator

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(array) = idx::from_reader(bytes, "fuzz") {
        assert_eq!(array.dims().iter().product::<usize>(), array.data().len());
    }
});
