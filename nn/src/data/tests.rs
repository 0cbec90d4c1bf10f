//! Datasets in memory: what the constructors refuse, and that parts, orders and copies hold the right samples.

use katachi_core::batch::Samples;
use katachi_core::typenum::{U1, U3};
use katachi_core::{shape, shape::Rank1};

use super::{Dataset, digits};
use crate::error::Error;
use crate::targets::{Labels, Values};

mod files;
mod views;

type Labelled = Dataset<shape!(2), Labels<U3>>;
type Valued = Dataset<shape!(2), Values<shape!(1)>>;

/// Sample i is [i, i + 0.5] with the label i mod 3.
#[allow(clippy::cast_possible_truncation, reason = "few samples")]
fn labelled(samples: usize) -> Labelled {
    let inputs = (0..samples).flat_map(|i| [i as f32, i as f32 + 0.5]).collect();
    Dataset::from_labels(inputs, (0..samples as u32).map(|i| i % 3).collect()).unwrap()
}

/// The first input of each sample, which is its number.
fn numbers(data: &Labelled) -> Vec<f32> {
    data.inputs().samples().map(|sample| sample[0]).collect()
}

fn message<T>(result: Result<T, Error>) -> String {
    result.err().expect("an error").to_string()
}

#[test]
fn constructors_refuse_what_does_not_fit() {
    let cases = [
        (
            message(Labelled::from_labels(vec![], vec![])),
            "dataset: there is no sample; pass the inputs and targets of at least one",
        ),
        (
            message(Labelled::from_labels(vec![0.0; 5], vec![0, 1])),
            "5 values are no whole number of samples of shape [2]; pass a multiple of 2 values",
        ),
        (
            message(Labelled::from_labels(vec![0.0; 6], vec![0, 1])),
            "dataset: there are inputs of 3 samples, but labels of 2; pass as many of the one as of the other",
        ),
        (
            message(Labelled::from_labels(vec![0.0; 6], vec![0, 7, 9])),
            "dataset: the label of sample 1 is 7, but the labels of 3 classes are 0 to 2; \
             mend that label, or write `Labels<U10>`, as the greatest is 9",
        ),
        (
            message(Labelled::from_labels(vec![0.0; 4], vec![0, u32::MAX])),
            "dataset: the label of sample 1 is 4294967295, but the labels of 3 classes are 0 to 2; \
             mend that label; the greatest is 4294967295",
        ),
        (
            message(Dataset::<shape!(2), Labels<U1>>::from_labels(vec![0.0; 4], vec![0, 1])),
            "dataset: the label of sample 1 is 1, but the only label of 1 class is 0; \
             subtract 1 from every label if they begin at 1, or write `Labels<U2>`",
        ),
        (
            message(Valued::from_values(vec![0.0; 4], vec![0.0; 3])),
            "dataset: there are inputs of 2 samples, but targets of 3; pass as many of the one as of the other",
        ),
        (
            message(Dataset::<shape!(2), Values<shape!(2)>>::from_values(vec![0.0; 4], vec![0.0; 3])),
            "3 values are no whole number of samples of shape [2]; pass a multiple of 2 values",
        ),
        (
            message(Dataset::from_arrays([[0.0_f64; 2]; 0], [[0.0]; 0])),
            "dataset: there is no sample; pass the inputs and targets of at least one",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn parts_are_ranges_of_the_whole() {
    let data = labelled(10);
    for n in 1..10 {
        let (first, rest) = data.split_at(n).unwrap();
        assert_eq!(numbers(&first), numbers(&data)[..n]);
        assert_eq!(numbers(&rest), numbers(&data)[n..]);
        assert_eq!(first.labels(), &data.labels()[..n]);
        assert_eq!(rest.labels(), &data.labels()[n..]);
        assert_eq!(rest.inputs().as_slice().as_ptr(), data.inputs().as_slice()[2 * n..].as_ptr(), "nothing is copied");
    }
    let middle = data.skip(3).unwrap().take(4).unwrap();
    assert_eq!(numbers(&middle), [3.0, 4.0, 5.0, 6.0]);
    assert_eq!(numbers(&middle.skip(3).unwrap()), [6.0]);
    assert_eq!(data.take(10).unwrap().len(), 10);
    assert_eq!(data.skip(0).unwrap().len(), 10);
    assert_eq!(data.split(0.25).unwrap().0.len(), 3);
}

#[test]
fn parts_without_samples_are_refused() {
    let data = labelled(10);
    let cases = [
        (
            message(data.split_at(0)),
            "`split_at(0)`: the dataset has 10 samples; write a number from 1 to 9, so that each part has one",
        ),
        (
            message(data.split(0.01)),
            "`split(0.01)`, which is `split_at(0)`: the dataset has 10 samples; write a fraction that leaves each part one",
        ),
        (
            message(data.split(f64::NAN)),
            "`fraction` is NaN, but it must be between 0 and 1: the part of the samples that comes first, as in `split(0.8)`",
        ),
        (message(data.take(11)), "`take(11)`: the dataset has 10 samples; write a number from 1 to 10"),
        (message(data.take(0)), "`take(0)`: the dataset has 10 samples; write a number from 1 to 10"),
        (message(data.skip(10)), "`skip(10)`: the dataset has 10 samples; write a number less than 10"),
        (
            message(labelled(1).split(0.5)),
            "`split(0.5)`, which is `split_at(1)`: the dataset has 1 sample; add samples: two parts need two",
        ),
        (message(data.batches(0)), "`batch_size` is 0, but it must be at least 1"),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
    assert!(data.split(1.0).is_err());
    assert!(data.split_at(usize::MAX).is_err());
}

#[test]
fn gathering_is_indexing() {
    let data = labelled(50).skip(7).unwrap();
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    for seed in 0..20_usize {
        let rows: Vec<usize> = (0..seed).map(|i| (i * 31 + seed * 17) % data.len()).collect();
        data.gather(&rows, &mut inputs, &mut targets);
        assert_eq!((inputs.len(), targets.len()), (2 * rows.len(), rows.len()));
        for (i, &row) in rows.iter().enumerate() {
            assert_eq!(inputs[2 * i..][..2], data.inputs().as_slice()[2 * row..][..2]);
            assert_eq!(targets[i], data.labels()[row]);
        }
    }
    let before = (inputs.as_ptr(), targets.as_ptr());
    data.gather(&[3, 2, 1], &mut inputs, &mut targets);
    assert_eq!((inputs.as_ptr(), targets.as_ptr()), before, "the buffers are reused");
}

#[test]
fn batches_are_the_dataset_in_order() {
    let data = labelled(10);
    for size in [1, 2, 3, 9, 10, 11, usize::MAX] {
        let batches = data.batches(size).unwrap();
        assert_eq!(batches.len(), 10_usize.div_ceil(size));
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        for (x, y) in batches {
            assert_eq!(x.len(), y.len());
            assert!(x.len() <= size);
            inputs.extend_from_slice(x.as_slice());
            targets.extend_from_slice(y.as_slice());
        }
        assert_eq!(inputs, data.inputs().as_slice());
        assert_eq!(targets, data.labels());
    }
}

#[test]
#[allow(clippy::float_cmp, reason = "small whole numbers and halves are exact")]
fn shuffling_permutes_samples_with_their_targets() {
    let data = labelled(100);
    let shuffled = data.shuffle(1);
    assert_ne!(numbers(&shuffled), numbers(&data));
    assert_eq!(numbers(&shuffled), numbers(&data.shuffle(1)));
    assert_ne!(numbers(&shuffled), numbers(&data.shuffle(2)));
    for (sample, label) in shuffled.inputs().samples().zip(shuffled.labels()) {
        assert_eq!(sample[1], sample[0] + 0.5);
        assert_eq!(sample[0] % 3.0, *label as f32);
    }
    let mut sorted = numbers(&shuffled);
    sorted.sort_by(f32::total_cmp);
    assert_eq!(sorted, numbers(&data));
}

#[test]
fn copies_hold_the_same_samples() {
    let data = labelled(6).skip(2).unwrap();
    assert_eq!(data.map_inputs(|x| x * 2.0).inputs().as_slice(), [4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
    assert_eq!(data.map_samples(|s| s.swap(0, 1)).inputs().as_slice(), [2.5, 2.0, 3.5, 3.0, 4.5, 4.0, 5.5, 5.0]);
    assert_eq!(data.map_inputs(|x| x).labels(), data.labels());
    assert_eq!(data.class_counts(), [1, 1, 2]);
    assert_eq!(data.classes(), 3);

    let one_hot: Dataset<shape!(2), Values<Rank1<U3>>> = data.one_hot();
    let expected = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    assert_eq!(one_hot.targets().as_slice(), expected.as_flattened());

    let double: Dataset<shape!(2), Labels<U3>, f64> = data.cast();
    assert_eq!(double.inputs().as_slice()[..2], [2.0_f64, 2.5]);
    let double: Dataset<shape!(2), Values<Rank1<U3>, f64>, f64> = one_hot.cast();
    assert_eq!(double.targets().as_slice()[..3], [0.0_f64, 0.0, 1.0]);

    assert_eq!(data.reshape::<shape!(1, 2)>().unwrap().inputs().as_slice(), data.inputs().as_slice());
    assert_eq!(
        message(data.reshape::<shape!(3)>()),
        "`reshape`: samples of shape [2] have 2 values, but shape [3] has 3; write a shape of 2 values",
    );
    assert_eq!(format!("{data:?}"), r#"Dataset { samples: 4, input: [2], target_items: 1, element: "f32" }"#);
}

#[test]
#[allow(clippy::float_cmp, reason = "small whole numbers and halves are exact")]
fn the_digits_unpack() {
    let data = digits();
    assert_eq!(data.len(), 1797);
    // As counted in the source.
    assert_eq!(data.class_counts(), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    let pixels = data.map_inputs(|x| x * 16.0);
    assert!(pixels.inputs().as_slice().iter().all(|x| (0.0..=16.0).contains(x) && x.fract() == 0.0));
    assert_eq!(pixels.cast::<f64>().inputs().as_slice().iter().sum::<f64>(), 561_718.0);
    // The last line of the source.
    let last = [
        [0, 0, 10, 14, 8, 1, 0, 0],
        [0, 2, 16, 14, 6, 1, 0, 0],
        [0, 0, 15, 15, 8, 15, 0, 0],
        [0, 0, 5, 16, 16, 10, 0, 0],
        [0, 0, 12, 15, 15, 12, 0, 0],
        [0, 4, 16, 6, 4, 16, 6, 0],
        [0, 8, 16, 10, 8, 16, 8, 0],
        [0, 1, 8, 12, 14, 12, 1, 0],
    ];
    assert_eq!(
        pixels.view().as_slice()[1796 * 64..],
        last.as_flattened().iter().map(|&x| x as f32).collect::<Vec<_>>()
    );
    assert_eq!(data.labels()[1796], 8);
}
