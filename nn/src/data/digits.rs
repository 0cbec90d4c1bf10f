//! [`digits`]: a small dataset that needs no file.

use std::io::Read;

use flate2::read::GzDecoder;
use katachi_core::shape;
use katachi_core::typenum::U10;

use super::dataset::Dataset;
use crate::targets::Labels;

/// The optical digits: 1,797 images of handwritten digits, 8×8 pixels, row by row, scaled from 0 to 16 to 0 to 1
/// (divided by 16), and labels 0 to 9. It is embedded in this crate (39 kB), for first steps and tests.
///
/// For convolutions, `digits().reshape::<shape!(8, 8, 1)>()`.
///
/// From *Optical Recognition of Handwritten Digits*, E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998,
/// <https://doi.org/10.24432/C50P49>, licensed under [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/); the
/// values are those of its test part, which scikit-learn distributes too.
///
/// ```
/// use katachi::data::digits;
///
/// let data = digits();
/// assert_eq!(data.len(), 1797);
/// assert_eq!(data.labels()[..4], [0, 1, 2, 3]);
/// assert_eq!(data.inputs().as_slice()[..4], [0.0, 0.0, 0.3125, 0.8125]);
/// ```
pub fn digits() -> Dataset<shape!(64), Labels<U10>> {
    // The bytes are part of the crate, and the tests unpack them.
    let mut columns = Vec::with_capacity(SAMPLES * (PIXELS + 1));
    let Ok(_) = GzDecoder::new(PACKED).read_to_end(&mut columns) else { unreachable!("the embedded digits unpack") };
    let (pixels, labels) = columns.split_at(SAMPLES * PIXELS);

    // Packed pixel by pixel, which compresses better than image by image.
    let mut inputs = vec![0.0; SAMPLES * PIXELS];
    for (pixel, column) in pixels.chunks_exact(SAMPLES).enumerate() {
        for (sample, &value) in column.iter().enumerate() {
            inputs[sample * PIXELS + pixel] = f32::from(value) / 16.0;
        }
    }
    let labels = labels.iter().map(|&label| label.into()).collect();
    let Ok(dataset) = Dataset::from_labels(inputs, labels) else { unreachable!("the embedded digits fit") };
    dataset
}

const SAMPLES: usize = 1797;
const PIXELS: usize = 64;

/// Made by `tests/reference/digits/pack.py`.
const PACKED: &[u8] = include_bytes!("digits.bin.gz");
