//! Parts and orders: they copy nothing, hold the right samples, and carry weights and augmentations along.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use katachi_core::batch::Scattered;
use katachi_core::shape;
use katachi_core::typenum::{U2, U3};

use super::{Labelled, labelled, message, numbers};
use crate::data::{Dataset, Order, Random, digits};
use crate::targets::Labels;
use crate::trainer::Minibatch;

/// Sample i has the weight i / 4.
fn weighted(samples: usize) -> Labelled {
    let data = labelled(samples);
    data.with_weights((0..samples).map(|i| i as f32 / 4.0).collect()).unwrap()
}

/// Whether each sample lies where `whole` has it.
fn shares(part: &Labelled, whole: &Labelled) -> bool {
    let of = |data: &Labelled| -> BTreeSet<_> {
        data.samples().map(|(x, y)| (x.as_ptr().addr(), y.as_ptr().addr())).collect()
    };
    of(part).is_subset(&of(whole))
}

/// Whether everything fits together, whichever way it is read: input, target and weight say the number of the sample.
#[track_caller]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]
fn check(data: &Labelled) {
    let rows: Vec<usize> = (0..data.len()).rev().collect();
    let mut batch = Minibatch::new(4);
    let expect = |number: f32, x: &[f32], label: u32, weight: f32| {
        assert_eq!((x, label, weight), (&[number, number + 0.5][..], number as u32 % 3, number / 4.0));
    };
    let numbers: Vec<f32> = data.samples().map(|(x, _)| x[0]).collect();
    for _ in 0..2 {
        batch.gather(data, &rows);
        let weights = batch.weights().expect("weights");
        let gathered = batch.inputs().samples().zip(batch.targets().as_slice()).zip(weights);
        for (((x, &label), &weight), number) in gathered.zip(numbers.iter().rev()) {
            expect(*number, x, label, weight);
        }
        for first in 0..data.len() {
            let rows = first..data.len().min(first + 3);
            let (x, labels, weights) = batch.read(data, rows.clone());
            for (i, row) in rows.enumerate() {
                expect(numbers[row], &x[2 * i..][..2], labels[i], weights.expect("weights")[i]);
            }
        }
        // The second time, all samples lie side by side.
        let all = data.inputs().samples().zip(data.labels()).zip(data.weights().expect("weights"));
        for (((x, &label), &weight), number) in all.zip(&numbers) {
            expect(*number, x, label, weight);
        }
    }
}

#[test]
fn choosing_samples_copies_nothing() {
    let data = weighted(20);
    let shuffled = data.shuffle(3);
    let even = shuffled.filter(|x, _| x[0] % 2.0 == 0.0).unwrap();
    let (first, rest) = even.split(0.5).unwrap();
    let (strata, others) = shuffled.stratified_split(0.5).unwrap();
    let folds = shuffled.skip(2).unwrap().k_fold(4).unwrap();
    let joined = rest.concatenate(&first).unwrap();
    let chosen = shuffled.take(9).unwrap().choose(&[8, 1, 1, 0]).unwrap();
    let of_folds = folds.iter().flat_map(|(train, validation)| [train, validation]);
    for part in [&shuffled, &even, &first, &rest, &strata, &others, &joined, &chosen].into_iter().chain(of_folds) {
        assert!(shares(part, &data));
        check(part);
        assert!(shares(part, &data), "the copy is another one");
    }
    assert_eq!(even.len(), 10);
    assert_eq!(numbers(&chosen)[1], numbers(&shuffled)[1]);
    assert_eq!(numbers(&joined), [numbers(&rest), numbers(&first)].concat());
}

#[test]
fn samples_are_put_side_by_side_once_and_only_when_asked_for() {
    let shuffled = labelled(10).shuffle(1);
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    shuffled.gather(&[4, 5], &mut inputs, &mut targets);
    assert_eq!(shuffled.class_counts().iter().sum::<usize>(), 10);
    let mut read = vec![0.0; 4];
    let scattered = katachi_core::batch::Samples::scattered(&shuffled).expect("they do not lie side by side");
    Scattered::read(scattered, 4, &mut read);
    assert_eq!(read, inputs);
    assert!(shuffled.inputs.side_by_side().is_none(), "nothing has asked for all samples");

    let clone = shuffled.clone();
    let at = shuffled.inputs().as_slice().as_ptr();
    assert_eq!(shuffled.inputs().as_slice().as_ptr(), at);
    assert_eq!(clone.inputs().as_slice().as_ptr(), at, "clones share the copy");

    // Rows that follow one another need none, however they were chosen.
    let data = labelled(10);
    for part in [data.filter(|x, _| x[0] > 4.0).unwrap(), data.k_fold(5).unwrap().remove(4).0] {
        assert!(part.inputs.side_by_side().is_some());
    }
}

#[test]
fn parts_together_are_the_whole() {
    for len in [2, 3, 7, 30] {
        let data = weighted(len).shuffle(len as u64);
        let sorted = |parts: &[&Labelled]| {
            let mut all: Vec<f32> = parts.iter().flat_map(|part| numbers(part)).collect();
            all.sort_by(f32::total_cmp);
            all
        };
        let whole = sorted(&[&data]);
        assert_eq!(whole, numbers(&labelled(len)), "a permutation");
        for n in 1..len {
            let (first, rest) = data.split_at(n).unwrap();
            assert_eq!(sorted(&[&first, &rest]), whole);
            assert_eq!(numbers(&first.concatenate(&rest).unwrap()), numbers(&data));
        }
        for k in 2..=len {
            let folds = data.k_fold(k).unwrap();
            let held_out: Vec<&Labelled> = folds.iter().map(|(_, validation)| validation).collect();
            assert_eq!(sorted(&held_out), whole, "each sample is held out once");
            assert!(held_out.iter().all(|part| [len / k, len / k + 1].contains(&part.len())));
            assert!(folds.iter().all(|(train, validation)| sorted(&[train, validation]) == whole));
        }
    }
}

#[test]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]
fn strata_have_their_share_to_within_one() {
    for (len, seed) in [(5, 1), (20, 2), (97, 3), (400, 4)] {
        let mut random = Random::new(seed, katachi_core::random::Use::Tensors, 0);
        let labels: Vec<u32> = (0..len).map(|_| random.below(3).min(random.below(3)) as u32).collect();
        let inputs = (0..len).map(|i| i as f32).collect();
        let data = Dataset::<shape!(1), Labels<U3>>::from_labels(inputs, labels).unwrap();
        for fraction in [0.1, 0.25, 0.5, 0.6, 0.8] {
            let Ok((first, second)) = data.stratified_split(fraction) else {
                assert!(data.split(fraction).is_err(), "an error only where no split is possible");
                continue;
            };
            assert_eq!(first.len(), data.split(fraction).unwrap().0.len());
            let counts = data.class_counts().into_iter().zip(first.class_counts()).zip(second.class_counts());
            for ((all, first), second) in counts {
                assert_eq!(first + second, all);
                assert!((first as f64 - all as f64 * fraction).abs() < 1.0, "{first} of {all} are not {fraction}");
            }
            let mut all = [first.inputs().as_slice(), second.inputs().as_slice()].concat();
            all.sort_by(f32::total_cmp);
            assert_eq!(all, data.inputs().as_slice());
        }
    }
}

#[test]
fn filtering_and_concatenating_commute() {
    let (a, b) = (weighted(12).shuffle(1), weighted(9).shuffle(2));
    let keep = |x: &[f32], y: &[u32]| x[0] > 2.0 && y[0] != 1;
    let first = a.concatenate(&b).unwrap().filter(keep).unwrap();
    let then = a.filter(keep).unwrap().concatenate(&b.filter(keep).unwrap()).unwrap();
    assert_eq!(numbers(&first), numbers(&then));
    assert_eq!((first.labels(), first.weights()), (then.labels(), then.weights()));
    check(&first);
    check(&then);
}

#[test]
fn other_values_keep_the_rest() {
    let data = weighted(8).shuffle(5);
    let mapped = data.map_inputs(|x| x * 2.0).map_samples(|x| x.iter_mut().for_each(|x| *x /= 2.0));
    check(&mapped);
    let sums = data.map::<shape!(1)>(|x, sum| sum[0] = x[0] + x[1]).unwrap();
    assert_eq!((sums.labels(), sums.weights()), (data.labels(), data.weights()));
    assert_eq!(sums.inputs().sample(3)[0], 2.0 * numbers(&data)[3] + 0.5);
    let parity = data.map_labels::<U2>(|label| label[0] % 2).unwrap();
    assert_eq!(parity.labels().iter().sum::<u32>() as usize, data.class_counts()[1]);
    let targets = data.map_targets::<shape!(2)>(|label, new| new[1] = label[0] as f32);
    assert_eq!(targets.targets().as_batch().sample(2), [0.0, data.labels()[2] as f32]);
    assert_eq!(targets.weights(), data.weights());
    let double = data.cast::<f64>();
    assert_eq!(double.weights().unwrap()[0], f64::from(data.weights().unwrap()[0]));
    assert_eq!(data.one_hot().weights(), data.weights());
    assert_eq!(data.reshape::<shape!(2, 1)>().unwrap().weights(), data.weights());
}

#[test]
fn what_cannot_be_chosen_is_refused() {
    let data = weighted(6);
    let cases = [
        (message(data.k_fold(1)), "`k_fold(1)`: the dataset has 6 samples; write a number from 2 to 6"),
        (message(data.k_fold(7)), "`k_fold(7)`: the dataset has 6 samples; write a number from 2 to 6"),
        (message(labelled(1).k_fold(2)), "`k_fold(2)`: the dataset has 1 sample; add samples: two parts need two"),
        (message(data.filter(|_, _| false)), "`filter`: no sample is kept; ask for what some of the samples are"),
        (
            message(data.choose(&[2, 6])),
            "`choose`: there is no sample 6, for the dataset has 6 samples; write numbers from 0 to 5",
        ),
        (message(data.choose(&[])), "`choose`: there is no number; write at least one"),
        (
            message(data.concatenate(&labelled(2))),
            "`concatenate`: one of the datasets has weights, the other has none; \
             give weights to the other too, of 1 for each sample, with `with_weights`",
        ),
        (
            message(data.concatenate(&data.augment(|_, _| ()))),
            "`concatenate`: the datasets have different augmentations; \
             call `augment` on the whole, after `concatenate`",
        ),
        (
            message(data.augment(|_, _| ()).map::<shape!(1)>(|_, _| ())),
            "`map`: the dataset has augmentations, which are for samples of the shape that was; \
             call `augment` after `map`",
        ),
        (
            message(data.map_labels::<U2>(|label| label[0])),
            "`map_labels`: the label of sample 2 is 2, but the labels of 2 classes are 0 to 1; \
             subtract 1 from every label if they begin at 1, or write `Labels<U3>`",
        ),
        (
            message(data.with_weights(vec![1.0; 5])),
            "`with_weights`: there are 6 samples, but 5 weights; pass one for each sample",
        ),
        (
            message(data.with_weights(vec![0.0, 1.0, f32::NAN, -1.0, 0.0, 0.0])),
            "`with_weights`: the weight of sample 2 is NaN; pass finite numbers, not below 0",
        ),
        (
            message(data.with_weights(vec![f32::INFINITY; 6])),
            "`with_weights`: the weight of sample 0 is inf; pass finite numbers, not below 0",
        ),
        (
            message(data.with_class_weights(&[1.0, 2.0])),
            "`with_class_weights`: there are 3 classes, but 2 weights; pass one for each class",
        ),
        (
            message(data.with_class_weights(&[1.0, 2.0, -2.0])),
            "`with_class_weights`: the weight of class 2 is -2; pass finite numbers, not below 0",
        ),
        (
            message(data.stratified_split(0.01)),
            "`split(0.01)`, which is `split_at(0)`: the dataset has 6 samples; \
             write a fraction that leaves each part one",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_row_beyond_a_part_is_none_of_it() {
    for part in [labelled(10).take(4).unwrap(), labelled(10).shuffle(1).take(4).unwrap()] {
        assert!(catch_unwind(AssertUnwindSafe(|| part.sample(4))).is_err());
        let mut batch = Minibatch::new(1);
        assert!(catch_unwind(AssertUnwindSafe(|| batch.gather(&part, &[4]))).is_err());
    }
}

#[test]
fn weights_of_classes_are_balanced() {
    let data = Dataset::<shape!(1), Labels<U3>>::from_labels(vec![0.0; 5], vec![2, 0, 2, 2, 0]).unwrap();
    assert_eq!(data.class_weights(), [1.25, 0.0, 5.0 / 6.0], "n / (present classes × count)");
    let weights = data.with_class_weights(&[0.5, 7.0, 2.0]).unwrap();
    assert_eq!(weights.weights().unwrap(), [2.0, 0.5, 2.0, 2.0, 0.5]);
    let twice = weights.with_class_weights(&[1.0, 1.0, 10.0]).unwrap();
    assert_eq!(twice.weights().unwrap(), [20.0, 0.5, 20.0, 20.0, 0.5]);
}

#[test]
fn augmentations_do_not_depend_on_threads_or_batches() {
    let data = digits().augment(|image, random| {
        let shift = random.below(8);
        image.rotate_right(shift);
        image[0] += f32::from(u8::from(random.unit() < 0.5));
    });
    let rows: Vec<usize> = (0..200).map(|i| i * 7).collect();
    let fill = |threads: usize, size: usize, epoch: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut batch = Minibatch::new(size);
        let mut all = Vec::new();
        for rows in rows.chunks(size) {
            pool.install(|| batch.fill(&data, rows, 22, epoch));
            all.extend_from_slice(batch.inputs().as_slice());
        }
        all
    };
    let first = fill(1, 200, 0);
    assert_eq!(first, fill(4, 200, 0));
    assert_eq!(first, fill(3, 17, 0));
    assert_ne!(first, fill(1, 200, 1));
    let mut batch = Minibatch::new(200);
    batch.fill(&data, &rows, 22, 0);
    assert_eq!(first, batch.inputs().as_slice(), "outside of a pool");
    batch.fill(&data, &rows, 23, 0);
    assert_ne!(first, batch.inputs().as_slice());
    batch.gather(&data, &rows);
    assert_eq!(batch.inputs().sample(1), digits().inputs().sample(7), "the samples themselves are as they were");

    let twice = digits().augment(|image, _| image[0] = 3.0).augment(|image, _| image[0] *= 2.0);
    batch.fill(&twice, &[5], 0, 0);
    assert_eq!(batch.inputs().sample(0)[0], 6.0);
    let mut double = Minibatch::new(1);
    double.fill(&twice.cast::<f64>(), &[5], 0, 0);
    assert_eq!(double.inputs().sample(0)[0], 6.0_f64);
}

#[test]
fn prefetched_batches_are_those_of_a_training() {
    let data = weighted(50).shuffle(2).augment(|x, random| x[1] += f32::from(u8::from(random.unit() < 0.5)));
    for (size, ahead) in [(1, 0), (7, 1), (7, 3), (50, 2), (usize::MAX, 9)] {
        let batches = data.batches(size).unwrap();
        let count = batches.len();
        let prefetch = batches.prefetch(ahead).epoch(22, 4);
        assert_eq!(prefetch.len(), count);
        let mut order = Order::new(data.len(), 22);
        let mut batch = Minibatch::new(size.min(50));
        let mut seen = 0;
        for (prefetched, rows) in prefetch.zip(order.epoch(4).chunks(size)) {
            batch.fill(&data, rows, 22, 4);
            assert_eq!(prefetched.inputs().as_slice(), batch.inputs().as_slice());
            assert_eq!(prefetched.targets().as_slice(), batch.targets().as_slice());
            assert_eq!(prefetched.weights(), batch.weights());
            seen += 1;
        }
        assert_eq!(seen, count);
    }
    // In order, as they are, without the last.
    let plain: Vec<f32> = data.batches(8).unwrap().drop_remainder().flat_map(|(x, _)| x.as_slice().to_vec()).collect();
    let prefetch = data.batches(8).unwrap().drop_remainder().prefetch(2);
    let prefetched: Vec<f32> = prefetch.flat_map(|batch| batch.inputs().as_slice().to_vec()).collect();
    assert_eq!(plain, prefetched);
    assert_eq!(plain.len(), 96);
    // Batches that are kept are all there.
    let kept: Vec<_> = data.batches(8).unwrap().prefetch(1).collect();
    assert_eq!(kept.iter().map(|batch| batch.inputs().len()).sum::<usize>(), 50);
}

#[test]
fn a_prefetch_that_is_left_ends_its_thread() {
    let gathered = std::sync::Arc::new(());
    let held = std::sync::Arc::clone(&gathered);
    let data = labelled(1000).augment(move |_, _| drop(std::sync::Arc::clone(&held)));
    let mut prefetch = data.batches(1).unwrap().prefetch(3).epoch(0, 0);
    let first = prefetch.next().unwrap();
    drop(prefetch);
    drop(data);
    assert_eq!(std::sync::Arc::strong_count(&gathered), 1, "the thread has let go of the dataset");
    assert_eq!(first.inputs().len(), 1, "a batch outlives it");
    drop(labelled(3).batches(1).unwrap().prefetch(3)); // It never began.
}

#[test]
fn a_panic_while_prefetching_goes_on_here() {
    let data = labelled(10).augment(|x, _| assert!(x[0] != 7.0, "sample 7"));
    let mut seen = 0;
    let run = || {
        for batch in data.batches(1).unwrap().prefetch(2).epoch(1, 0) {
            seen += batch.inputs().len();
        }
    };
    let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"sample 7"));
    let mut order = Order::new(10, 1);
    let at = order.epoch(0).iter().position(|&row| row == 7).unwrap();
    assert_eq!(seen, at, "all batches before it came");
}
