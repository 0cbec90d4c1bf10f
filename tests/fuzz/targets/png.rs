//! PNG images, of all kinds of colours.
#![no_main]

use katachi::data::image_from_png;
use katachi::prelude::*;
use katachi_fuzz::text;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check::<shape!(3, 5, 1)>(bytes);
    check::<shape!(3, 5, 2)>(bytes);
    check::<shape!(3, 5, 3)>(bytes);
    check::<shape!(3, 5, 4)>(bytes);
});

fn check<X: Shape>(bytes: &[u8]) {
    if let Ok(image) = text(image_from_png::<X, f32>(bytes)) {
        assert!(image.as_slice().len() == X::SIZE && image.as_slice().iter().all(|value| (0.0..=1.0).contains(value)));
    }
}
