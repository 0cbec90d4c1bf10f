//! Files, data and options that make no sense: each gives an error that names the place and what to do, and nothing is
//! lost. `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite bad_input` writes the texts anew; whoever does so
//! reads them as one who meets them for the first time.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use std::io::Write;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use flate2::Compression;
use flate2::write::GzEncoder;
use katachi::data::{idx, mnist};
use katachi::prelude::*;

katachi::model! {
    struct Classifier { hidden: Dense(4 => 8, tanh), Dropout(0.2), logits: Dense(8 => 3) }
}

katachi::model! {
    struct Line { line: Dense(2 => 1) }
}

/// An error's text, with what to do on a line of its own, to be read here.
fn check<T>(result: Result<T, impl std::error::Error>, expected: &Expect) {
    let text = result.err().expect("an error").to_string();
    expected.assert_eq(&text.replace("; ", ";\n").replace(". ", ".\n"));
}

/// A folder for files, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("katachi-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    /// Writes a file and returns its path.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("a temporary file");
        path
    }

    /// As [`check`], with this folder's path, which differs from run to run, as `FOLDER`.
    fn check<T>(&self, result: Result<T, Error>, expected: &Expect) {
        let folder = self.0.display().to_string();
        check(result.map_err(|error| std::io::Error::other(error.to_string().replace(&folder, "FOLDER"))), expected);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that cannot be removed is no failure of what was tested.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An IDX file of bytes with these sizes.
fn idx_bytes(sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let rank = u8::try_from(sizes.len()).expect("few sizes");
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, 8, rank].into_iter().chain(sizes).chain(data.iter().copied()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes all bytes")
}

#[test]
fn idx_files_that_are_broken() {
    let folder = Folder::new("broken");
    let good = idx_bytes(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    assert!(idx::read(folder.file("good", &good)).is_ok());

    let with = |index: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[index] = byte;
        bytes
    };
    let longer = [&good[..], &[7, 8]].concat();
    let cases: [(&str, &[u8], Expect); 9] = [
        (
            "empty",
            &[],
            expect![[r#"
            FOLDER/empty: the file is empty;
            download or copy it again"#]],
        ),
        (
            "truncated-magic",
            &good[..3],
            expect![[r#"
            FOLDER/truncated-magic: it ends after 3 bytes, inside its header;
            the file is not complete: download or copy it again"#]],
        ),
        (
            "truncated-header",
            &good[..9],
            expect![[r#"
            FOLDER/truncated-header: it ends after 9 bytes, but the header of 2 dimensions has 12;
            the file is not complete: download or copy it again"#]],
        ),
        (
            "truncated-data",
            &good[..16],
            expect![[r#"
            FOLDER/truncated-data: the sizes [2, 3] need 6 bytes of data, but only 4 are there;
            the file is not complete: download or copy it again"#]],
        ),
        (
            "trailing-bytes",
            &longer,
            expect![[r#"
            FOLDER/trailing-bytes: its sizes say 6 bytes of data, but 2 more follow;
            this is no file as its makers published it: download it again"#]],
        ),
        (
            "wrong-magic",
            &with(0, 1),
            expect![[r#"
            FOLDER/wrong-magic: it begins with the bytes [01, 00, 08, 02], not with 00 00 as IDX files do;
            pass an IDX file, plain or compressed with gzip"#]],
        ),
        (
            "web-page",
            b"<!doctype html>",
            expect![[r#"
            FOLDER/web-page: it begins with the bytes [3c, 21, 64, 6f], not with 00 00 as IDX files do;
            it looks like a web page in place of the data: look at it, and mend the address of the download"#]],
        ),
        (
            "floats",
            &with(2, 0x0d),
            expect![[r#"
            FOLDER/floats: its elements are 32-bit floats (type 0x0d);
            pass a file of unsigned bytes (type 0x08)"#]],
        ),
        (
            "unknown-type",
            &with(2, 0x42),
            expect![[r#"
            FOLDER/unknown-type: its elements are of type 0x42, which the format does not know;
            pass a file of unsigned bytes (type 0x08)"#]],
        ),
    ];
    for (name, bytes, expected) in cases {
        let plain = idx::read(folder.file(name, bytes));
        let compressed = idx::read(folder.file(name, &gzip(bytes)));
        assert_eq!(
            compressed.map_err(|error| error.to_string()),
            plain.as_ref().map(Clone::clone).map_err(Error::to_string)
        );
        folder.check(plain, &expected);
    }
}

#[test]
fn files_that_are_not_there_or_lie_about_their_size() {
    let folder = Folder::new("absent");
    let huge = idx_bytes(&[u32::MAX; 2], &[1, 2, 3]);
    folder.check(
        idx::read(folder.file("huge", &huge)),
        &expect![[r#"
        FOLDER/huge: the sizes [4294967295, 4294967295] need 18446744065119617025 bytes of data, but only 3 are there;
        the file is not complete: download or copy it again"#]],
    );
    folder.check(
        idx::read(&folder.0),
        &expect![[r#"
        FOLDER: this is a folder;
        pass the path of a file in it"#]],
    );
    folder.check(
        idx::read(folder.0.join("missing")),
        &expect![[r#"
        FOLDER/missing: there is no such file;
        check the path"#]],
    );
}

#[test]
fn gzip_files_that_are_broken() {
    let folder = Folder::new("gzip");
    let packed = gzip(&idx_bytes(&[2, 3], &[1, 2, 3, 4, 5, 6]));
    assert!(idx::read(folder.file("good.gz", &packed)).is_ok());
    folder.check(
        idx::read(folder.file("truncated.gz", &packed[..packed.len() - 10])),
        &expect![[r#"
        FOLDER/truncated.gz: the gzip stream breaks off, 5 bytes of data unpacked;
        the file is not complete: download or copy it again"#]],
    );
    folder.check(
        idx::read(folder.file("header-only.gz", &packed[..2])),
        &expect![[r#"
        FOLDER/header-only.gz: the gzip stream breaks off, 0 bytes of data unpacked;
        the file is not complete: download or copy it again"#]],
    );
    let mut damaged = packed.clone();
    let checksum = damaged.len() - 8;
    damaged[checksum] ^= 1;
    folder.check(idx::read(folder.file("damaged.gz", &damaged)), &expect![[r#"
        FOLDER/damaged.gz: the gzip stream is damaged, 6 bytes of data unpacked (corrupt gzip stream does not have a matching checksum);
        download or copy the file again"#]]);
}

#[test]
fn idx_files_that_do_not_fit() {
    type Data = Dataset<shape!(4), Labels<U3>>;
    let folder = Folder::new("misfits");
    let images = folder.file("images", &idx_bytes(&[3, 2, 2], &[9; 12]));
    let labels = folder.file("labels", &idx_bytes(&[3], &[0, 1, 2]));
    assert!(Data::from_idx(&images, &labels).is_ok());

    let read = |images: &Path, labels: &Path| Data::from_idx(images, labels);
    folder.check(
        read(&labels, &images),
        &expect![[r#"
        FOLDER/images: labels have one dimension, but this file has [3, 2, 2];
        pass the file of the images first, then that of the labels"#]],
    );
    folder.check(
        read(&images, &folder.file("two", &idx_bytes(&[2], &[0, 1]))),
        &expect![[r#"
        FOLDER/images: there are 3 images, but 2 labels in FOLDER/two;
        pass two files that belong together"#]],
    );
    folder.check(
        read(&images, &folder.file("wrong", &idx_bytes(&[3], &[0, 1, 3]))),
        &expect![[r#"
        FOLDER/wrong: the label of sample 2 is 3, but the labels of 3 classes are 0 to 2;
        subtract 1 from every label if they begin at 1, or write `Labels<U4>`"#]],
    );
    folder.check(
        read(&folder.file("large", &idx_bytes(&[3, 3, 3], &[9; 27])), &labels),
        &expect![[r#"
        FOLDER/large: 3 images of shape [3, 3] do not fit samples of shape [4];
        write a shape of 9 values for the dataset"#]],
    );
    let (none, no_labels) = (idx_bytes(&[0, 2, 2], &[]), idx_bytes(&[0], &[]));
    folder.check(
        read(&folder.file("none", &none), &folder.file("no-labels", &no_labels)),
        &expect![[r#"
        FOLDER/no-labels: there is no sample;
        pass the inputs and targets of at least one"#]],
    );
    folder.check(mnist(&folder.0), &expect![[r#"
        FOLDER: there is none of the files train-images-idx3-ubyte, train-images-idx3-ubyte.gz, train-images.idx3-ubyte, train-images.idx3-ubyte.gz;
        download train-images-idx3-ubyte.gz from https://storage.googleapis.com/cvdf-datasets/mnist/ into that folder"#]]);
}

#[test]
fn data_in_memory_that_do_not_fit() {
    type Labelled = Dataset<shape!(4), Labels<U3>>;
    type Valued = Dataset<shape!(2), Values<shape!(1)>>;
    check(
        Labelled::from_labels(vec![], vec![]),
        &expect![[r#"
        dataset: there is no sample;
        pass the inputs and targets of at least one"#]],
    );
    check(
        Labelled::from_labels(vec![0.0; 8], vec![0, 3]),
        &expect![[r#"
        dataset: the label of sample 1 is 3, but the labels of 3 classes are 0 to 2;
        subtract 1 from every label if they begin at 1, or write `Labels<U4>`"#]],
    );
    check(
        Labelled::from_labels(vec![0.0; 8], vec![0, 9]),
        &expect![[r#"
        dataset: the label of sample 1 is 9, but the labels of 3 classes are 0 to 2;
        mend that label, or write `Labels<U10>`, as the greatest is 9"#]],
    );
    check(
        Labelled::from_labels(vec![0.0; 8], vec![0, 1, 2]),
        &expect![[r#"
        dataset: there are inputs of 2 samples, but labels of 3;
        pass as many of the one as of the other"#]],
    );
    check(
        Labelled::from_labels(vec![0.0; 7], vec![0, 1]),
        &expect![[r#"
        7 values are no whole number of samples of shape [4];
        pass a multiple of 4 values"#]],
    );
    check(
        Valued::from_values(vec![0.0; 8], vec![0.0; 3]),
        &expect![[r#"
        dataset: there are inputs of 4 samples, but targets of 3;
        pass as many of the one as of the other"#]],
    );
    check(
        Valued::from_values(vec![], vec![]),
        &expect![[r#"
        dataset: there is no sample;
        pass the inputs and targets of at least one"#]],
    );
    check(
        Batch::<shape!(4)>::from_vec(vec![0.0; 6]),
        &expect![[r#"
        6 values are no whole number of samples of shape [4];
        pass a multiple of 4 values"#]],
    );
}

fn labelled() -> Dataset<shape!(4), Labels<U3>> {
    let inputs = (0_u8..40).map(|number| f32::from(number) / 40.0).collect();
    Dataset::from_labels(inputs, vec![0, 1, 2, 0, 1, 2, 0, 1, 2, 0]).expect("ten samples")
}

#[test]
fn parts_without_a_sample() {
    let data = labelled();
    check(
        data.split_at(0),
        &expect![[r#"
        `split_at(0)`: the dataset has 10 samples;
        write a number from 1 to 9, so that each part has one"#]],
    );
    check(
        data.split_at(10),
        &expect![[r#"
        `split_at(10)`: the dataset has 10 samples;
        write a number from 1 to 9, so that each part has one"#]],
    );
    check(
        data.split(0.0),
        &expect![
            "`fraction` is 0, but it must be between 0 and 1: the part of the samples that comes first, as in `split(0.8)`"
        ],
    );
    check(
        data.split(1.5),
        &expect![
            "`fraction` is 1.5, but it must be between 0 and 1: the part of the samples that comes first, as in `split(0.8)`"
        ],
    );
    check(
        data.split(f64::NAN),
        &expect![
            "`fraction` is NaN, but it must be between 0 and 1: the part of the samples that comes first, as in `split(0.8)`"
        ],
    );
    check(
        data.split(0.01),
        &expect![[r#"
        `split(0.01)`, which is `split_at(0)`: the dataset has 10 samples;
        write a fraction that leaves each part one"#]],
    );
    check(
        data.take(0),
        &expect![[r#"
        `take(0)`: the dataset has 10 samples;
        write a number from 1 to 10"#]],
    );
    check(
        data.take(11),
        &expect![[r#"
        `take(11)`: the dataset has 10 samples;
        write a number from 1 to 10"#]],
    );
    check(
        data.skip(10),
        &expect![[r#"
        `skip(10)`: the dataset has 10 samples;
        write a number less than 10"#]],
    );
    check(data.batches(0).map(drop), &expect!["`batch_size` is 0, but it must be at least 1"]);
    check(
        data.take(1).and_then(|one| one.split(0.5)),
        &expect![[r#"
        `split(0.5)`, which is `split_at(1)`: the dataset has 1 sample;
        add samples: two parts need two"#]],
    );
}

const LOSS: SparseCategoricalCrossentropy<katachi::loss::Logits> = SparseCategoricalCrossentropy::from_logits();

#[test]
fn options_without_sense_are_refused_before_anything_is_changed() {
    fn refuse<O: Optimizer<f32>>(optimizer: O, epochs: usize, batch_size: usize, expected: &Expect) {
        let mut model = Classifier::init(1);
        let mut trainer = Trainer::new(optimizer, LOSS).epochs(epochs).batch_size(batch_size);
        check(trainer.fit(&mut model, &labelled()), expected);
        assert_eq!(model.as_slice(), Classifier::<f32>::init(1).as_slice(), "the model is as it was");
    }
    refuse(Adam::new(0.1), 0, 4, &expect!["`epochs` is 0, but it must be at least 1"]);
    refuse(Adam::new(0.1), 1, 0, &expect!["`batch_size` is 0, but it must be at least 1"]);
    refuse(Adam::new(-0.1), 1, 4, &expect!["`learning_rate` is -0.1, but it must be a finite number of at least 0"]);
    refuse(Adam::new(f64::NAN), 1, 4, &expect!["`learning_rate` is NaN, but it must be a finite number of at least 0"]);
    refuse(
        Adam::new(f64::INFINITY),
        1,
        4,
        &expect!["`learning_rate` is inf, but it must be a finite number of at least 0"],
    );
    refuse(Adam::new(0.1).beta_1(1.0), 1, 4, &expect!["`beta_1` is 1, but it must be from 0 to below 1"]);
    refuse(Adam::new(0.1).beta_2(-0.5), 1, 4, &expect!["`beta_2` is -0.5, but it must be from 0 to below 1"]);
    refuse(Adam::new(0.1).epsilon(0.0), 1, 4, &expect!["`epsilon` is 0, but it must be a finite number above 0"]);
    refuse(Sgd::new(-0.1), 1, 4, &expect!["`learning_rate` is -0.1, but it must be a finite number of at least 0"]);
    refuse(
        Sgd::new(f64::NEG_INFINITY),
        1,
        4,
        &expect!["`learning_rate` is -inf, but it must be a finite number of at least 0"],
    );
    refuse(Sgd::new(0.1).momentum(1.5), 1, 4, &expect!["`momentum` is 1.5, but it must be from 0 to 1"]);
    refuse(Sgd::new(0.1).momentum(f64::NAN), 1, 4, &expect!["`momentum` is NaN, but it must be from 0 to 1"]);

    let trainer = Trainer::new(Sgd::<f32>::new(0.1), LOSS).batch_size(0);
    check(
        trainer.evaluate(&Classifier::init(1), &labelled()),
        &expect!["`batch_size` is 0, but it must be at least 1"],
    );
}

#[test]
fn an_optimizer_of_another_model() {
    let mut optimizer = Adam::new(0.1);
    let mut model = Classifier::<f32>::init(1);
    let gradient = Classifier::init(2);
    optimizer.step(&mut model, &gradient).expect("the first model");
    let before = Line::<f32>::init(1);
    let mut other = Line::init(1);
    check(
        optimizer.step(&mut other, &Line::init(2)),
        &expect![[r#"
        this optimizer has trained a model of 67 parameters, and this one has 3;
        use an optimizer for each model"#]],
    );
    assert_eq!(other.as_slice(), before.as_slice());
    check(
        Sgd::new(0.1).update(other.as_mut_slice(), gradient.as_slice()),
        &expect![[r#"
        the gradient has 67 values, but there are 3 parameters;
        pass one for each"#]],
    );
    assert_eq!(other.as_slice(), before.as_slice());
}

#[test]
fn a_batch_larger_than_its_workspace() {
    let model = Classifier::init(1);
    check(
        Workspace::new(4).forward(&model, &labelled(), Pass::default()),
        &expect![[r#"
        a batch of 10 samples does not fit into a workspace for 4;
        make it with `new(10)` or pass smaller batches"#]],
    );
    check(
        InferenceWorkspace::new(4).infer(&model, &labelled()),
        &expect![[r#"
        a batch of 10 samples does not fit into a workspace for 4;
        make it with `new(10)` or pass smaller batches"#]],
    );
    check(
        model.predict_into(&labelled(), &mut InferenceWorkspace::new(0)),
        &expect![[r#"
        a batch of 10 samples does not fit into a workspace for 0;
        make it with `new(10)` or pass smaller batches"#]],
    );
}

/// Points on a line, the features in the hundreds: a rate that suits features of one makes the weights grow until the
/// squares overflow.
fn line() -> Dataset<shape!(2), Values<shape!(1)>> {
    let inputs = (0_u8..40).map(|number| 100.0 + f32::from(number)).collect();
    Dataset::from_values(inputs, (0_u8..20).map(f32::from).collect()).expect("20 samples")
}

/// The same with features of about one, and a NaN in sample 10: the third of the second batch of 8.
fn poisoned() -> Dataset<shape!(2), Values<shape!(1)>> {
    line().map_samples(|sample| {
        let poison = if sample[0].to_bits() == 120.0_f32.to_bits() { f32::NAN } else { 1.0 };
        sample.copy_from_slice(&[sample[0], sample[1]].map(|value| value * poison / 100.0));
    })
}

#[test]
fn a_training_that_diverges_keeps_the_weights_of_the_last_good_epoch() {
    let train = |epochs| {
        let mut model = Line::init(1);
        let trainer = Trainer::new(Sgd::new(2e-4).momentum(0.5), MeanSquaredError).batch_size(8).seed(3);
        let result = trainer.epochs(epochs).verbose(Verbosity::Silent).fit(&mut model, &line());
        (model, result)
    };
    let (kept, result) = train(100);
    let Err(Error::LossNotFinite { epoch, step, .. }) = &result else { panic!("it diverges") };
    let (epoch, step) = (*epoch, *step);
    assert!(epoch > 2 && (1..=3).contains(&step), "epoch {epoch}, step {step}");
    check(
        result,
        &expect![[r#"
            the loss became inf in epoch 7, step 1;
            the model keeps the weights of epoch 6.
            Try a smaller learning rate, and look for NaN or very large values in the data"#]],
    );

    let (good, history) = train(epoch - 1);
    assert_eq!(history.expect("the good epochs").epochs(), epoch - 1);
    assert!(good.as_slice().iter().all(|weight| weight.is_finite()));
    assert_eq!(kept.as_slice(), good.as_slice());
}

#[test]
fn a_nan_in_the_data_is_met_in_the_first_epoch_and_changes_nothing() {
    let mut model = Line::init(1);
    let trainer = Trainer::new(Adam::new(0.01), MeanSquaredError).batch_size(8).shuffle(false).epochs(5);
    check(
        trainer.verbose(Verbosity::Silent).fit(&mut model, &poisoned()),
        &expect![[r#"
        the loss became NaN in epoch 1, step 2;
        the model keeps the weights of the start.
        Try a smaller learning rate, and look for NaN or very large values in the data"#]],
    );
    assert_eq!(model.as_slice(), Line::<f32>::init(1).as_slice());
}

#[test]
fn after_a_failure_a_trainer_trains_as_a_new_one() {
    let trainer = || Trainer::new(Adam::new(0.01), MeanSquaredError).batch_size(8).verbose(Verbosity::Silent).epochs(3);
    let (mut failed, mut model) = (trainer(), Line::init(1));
    assert!(failed.fit(&mut model, &poisoned()).is_err());
    let history = failed.fit(&mut model, &line()).expect("data without a NaN");
    let mut other = Line::init(1);
    assert_eq!(history, trainer().fit(&mut other, &line()).expect("the same data"));
    assert_eq!(model.as_slice(), other.as_slice());
}
