//! Models in safetensors files, and what is stored beside them.
#![no_main]

use katachi::prelude::*;
use katachi::save::Extras;
use katachi_fuzz::{Mlp, Nested, text, with_length};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    check(&with_length(bytes));
});

fn check(bytes: &[u8]) {
    let loaded = text(Mlp::load_bytes(bytes));
    let _ = text(Nested::load_bytes(bytes));
    let _ = text(Mlp::<f64>::load_bytes(bytes));
    match (&loaded, text(Mlp::view(bytes))) {
        (Ok(loaded), Ok(viewed)) => assert_eq!(bits(loaded), bits(viewed)),
        (Err(_), Ok(_)) => panic!("a file that is not loaded is viewed"),
        _ => {}
    }
    // What is read is written and read again as the same.
    if let Ok(extras) = text(Extras::load_bytes(bytes))
        && let Ok(loaded) = loaded
    {
        let written = loaded.save_bytes(&extras).expect("it was read, so no name stands twice");
        let again = Mlp::load_bytes(&written).expect("it was just written");
        assert_eq!(bits(&again), bits(&loaded));
        let extras = Extras::load_bytes(&written).expect("they were just written");
        assert_eq!(again.save_bytes(&extras).expect("as before"), written); // By bytes: NaN is not equal to itself.
    }
}

fn bits(model: &Mlp) -> Vec<u32> {
    model.as_slice().iter().map(|value| value.to_bits()).collect()
}
