//! Data from files and of views, against what `NumPy`, scikit-learn and the formats themselves say.

use std::io::Write;
use std::sync::LazyLock;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use katachi::data::{Csv, MinMax, Missing, Robust, Scaler, Standardize, digits, image_from_png};
use katachi::prelude::*;
use katachi::tensor::npy::Npz;
use serde_json::Value;

use crate::bad_files::{Folder, gzip};
use crate::check::assert_close;

static RECORD: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/scalers.json")).expect("scalers.json is JSON"));

fn recorded(value: &Value) -> Vec<f64> {
    let values = value["values"].as_array().expect("a list");
    values.iter().map(|value| value.as_f64().expect("a number")).collect()
}

type Features = Dataset<shape!(7), Values<shape!(1), f64>, f64>;

fn features(part: &str) -> Features {
    let values = recorded(&RECORD[part]);
    let targets = vec![0.0; values.len() / 7];
    Dataset::from_values(values, targets).expect("whole samples")
}

#[test]
fn scalers_are_those_of_scikit_learn() {
    let (train, test) = (features("train"), features("test"));
    let rows = RECORD["scalers"].as_array().expect("a list");
    assert_eq!(rows.len(), 3);
    for row in rows {
        let name = row["name"].as_str().expect("a name");
        let scaler = match name {
            "standardize" => Standardize::fit(&train),
            "min_max" => MinMax::fit(&train),
            _ => Robust::fit(&train.shuffle(22)),
        };
        let scaler = scaler.expect("finite numbers");
        assert_eq!(scaler.kind(), name);
        assert_close(name, scaler.center(), &recorded(&row["center"]), 1e-12);
        // The fourth feature is 1e4 and varies by a tenth: five digits of its scale may be rounding.
        assert_close(name, scaler.scale_of_features(), &recorded(&row["scale"]), 1e-10);
        for (data, expected) in [(&train, "train"), (&test, "test")] {
            let scaled = scaler.apply(data).expect("7 features");
            assert_close(name, scaled.inputs().as_slice(), &recorded(&row[expected]), 1e-9);

            let mut values = data.inputs().as_slice().to_vec();
            scaler.apply_in_place(&mut values).expect("7 features each");
            assert_eq!(values, scaled.inputs().as_slice());
            scaler.invert_in_place(&mut values).expect("7 features each");
            assert_close(name, &values, data.inputs().as_slice(), 1e-12);
        }
        let arrays = scaler.arrays().into_iter().map(|(name, values)| (name, values.to_vec()));
        assert_eq!(Scaler::from_arrays(scaler.kind(), arrays).expect("its own arrays"), scaler);
    }
}

#[test]
fn weights_of_classes_are_those_of_scikit_learn() {
    let labels: Vec<u32> = RECORD["labels"]["values"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|label| u32::try_from(label.as_u64().expect("a label")).expect("a small one"))
        .collect();
    let inputs = vec![0.0; labels.len()];
    let data = Dataset::<shape!(1), Labels<U4>, f64>::from_labels(inputs, labels).expect("labels of 4 classes");
    let weights = data.class_weights();
    for (class, weight) in recorded(&RECORD["classes"]).iter().zip(recorded(&RECORD["class_weights"])) {
        let class = (0..4_u32).find(|&label| f64::from(label).total_cmp(class).is_eq()).expect("a class");
        assert_close("weight", &[weights[class as usize]], &[weight], 1e-15);
    }
    assert_close("the class that is not there", &weights[2..3], &[0.0], 0.0);
}

model! {
    struct Classifier { hidden: Dense(64 => 16, relu), logits: Dense(16 => 10) }
}

/// Views are evaluated, predicted and trained as the same samples side by side.
#[test]
fn a_view_is_as_good_as_a_copy() {
    let view = digits().shuffle(22).filter(|_, label| label[0] != 3).expect("other digits").take(500).expect("500");
    let copy = Dataset::<shape!(64), Labels<U10>>::from_samples(
        view.samples().map(|(image, label)| (image.to_vec(), label[0])).collect::<Vec<_>>(),
    )
    .expect("the same samples");
    let loss = SparseCategoricalCrossentropy::from_logits();
    let trained = |train: &Dataset<_, _>, validation: &Dataset<_, _>| {
        let mut model = Classifier::init(22);
        let trainer = Trainer::new(Adam::new(1e-3), loss).metric(Accuracy).validation(validation);
        let mut trainer = trainer.epochs(2).seed(7).verbose(Verbosity::Silent);
        let history = trainer.fit(&mut model, train).expect("a training");
        (model, history.to_string())
    };
    let (model, history) = trained(&view, &view);
    let (same, same_history) = trained(&copy, &copy);
    assert_eq!(model.as_slice(), same.as_slice());
    assert_eq!(history, same_history);
    assert_eq!(model.predict(&view).as_slice(), model.predict(&copy).as_slice());
    assert_eq!(model.predict_classes(&view), model.predict_classes(&copy));
    let evaluations = [&view, &copy].map(|data| model.evaluate(data, &loss, Accuracy).unwrap().to_string());
    assert_eq!(evaluations[0], evaluations[1]);
}

#[test]
fn augmented_trainings_do_not_depend_on_threads() {
    let data = digits().take(300).expect("300").augment(|image, random| {
        if random.unit() < 0.5 {
            image.chunks_exact_mut(8).for_each(<[f32]>::reverse);
        }
    });
    let trained = |data: &Dataset<shape!(64), Labels<U10>>, threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let mut model = Classifier::init(22);
        let loss = SparseCategoricalCrossentropy::from_logits();
        let mut trainer = Trainer::new(Adam::new(1e-3), loss).epochs(2).verbose(Verbosity::Silent);
        pool.install(|| trainer.fit(&mut model, data)).expect("a training");
        model
    };
    let model = trained(&data, 1);
    assert_eq!(model.as_slice(), trained(&data, 3).as_slice());
    assert_ne!(model.as_slice(), trained(&digits().take(300).expect("300"), 1).as_slice());
}

#[test]
fn tables_are_read_as_they_are_written() {
    let folder = Folder::new("tables");
    let text = "\u{feff}\"a, quoted\",b,kind\r\n1,2.5,\"x \"\"y\"\"\"\r\n\r\n-3e1, .5 ,\"two\nlines\"\r\n+7,1e-3,plain";
    let (plain, packed) = (folder.file("t.csv", text.as_bytes()), folder.file("t.csv.gz", &gzip(text.as_bytes())));
    for path in [plain, packed] {
        let words = ["plain", "x \"y\"", "two\nlines"];
        let csv = Csv::open(&path).label("kind").classes(words);
        let data = csv.read::<shape!(2), Labels<U3>>().expect("a table");
        assert_eq!(data.inputs().as_slice(), [1.0, 2.5, -30.0, 0.5, 7.0, 0.001]);
        assert_eq!(data.labels(), [1, 2, 0]);
        let (data, words) = csv.classes_sorted().read_with_classes::<shape!(2), Labels<U3>>().expect("a table");
        assert_eq!(words, ["plain", "two\nlines", "x \"y\""]);
        assert_eq!(data.labels(), [2, 1, 0]);
    }

    let table = "id;y2;x1;y1;x2\n1;2;3;4;5\n6;7;8;9;10\n";
    let csv = Csv::from_bytes(table).delimiter(b';').ignore("id").target("y1").target("y2");
    let data = csv.read_as::<shape!(2), Values<shape!(2), f64>, f64>().expect("a table");
    assert_eq!(data.inputs().as_slice(), [3.0, 5.0, 8.0, 10.0]);
    assert_eq!(data.targets().as_slice(), [4.0, 2.0, 9.0, 7.0]);
    let csv = Csv::from_bytes(table).delimiter(b';').features(["x2", "x1"]).label("id").classes_from(1);
    let (data, words) = csv.read_with_classes::<shape!(2), Labels<U6>>().expect("a table");
    assert_eq!(data.inputs().as_slice(), [5.0, 3.0, 10.0, 8.0]);
    assert_eq!(data.labels(), [0, 5]);
    assert_eq!(words, ["1", "2", "3", "4", "5", "6"]);

    let csv = Csv::from_bytes("1,0\n2,1.0\n").without_header().label("1");
    let data = csv.read::<shape!(1), Labels<U2>>().expect("a table");
    assert_eq!((data.inputs().as_slice(), data.labels()), (&[1.0, 2.0][..], &[0, 1][..]));
}

#[test]
fn missing_values_are_dropped_filled_or_averaged() {
    let csv = || Csv::from_bytes("a,b,y\n1,NA,0\n,4,1\n3,6,\n5,?,1\n").label("y");
    let drop = |csv: Csv| csv.read::<shape!(2), Labels<U2>>();
    let text = "a,b,y\n1,NA,0\n,4,1\n3,6,0\n5,?,1\n";
    let whole = || Csv::from_bytes(text).label("y");
    let data = drop(whole().missing(Missing::DropRow)).expect("a row is left");
    assert_eq!((data.inputs().as_slice(), data.labels()), (&[3.0, 6.0][..], &[0][..]));
    let data = drop(whole().missing(Missing::Fill(-1.5))).expect("filled");
    assert_eq!(data.inputs().as_slice(), [1.0, -1.5, -1.5, 4.0, 3.0, 6.0, 5.0, -1.5]);
    let data = drop(whole().missing(Missing::Mean)).expect("filled");
    assert_eq!(data.inputs().as_slice(), [1.0, 5.0, 3.0, 4.0, 3.0, 6.0, 5.0, 5.0]);
    assert!(drop(csv().missing(Missing::Mean)).is_err(), "a target cannot be filled");
}

#[test]
fn arrays_of_numpy_are_read() {
    let folder = Folder::new("npy");
    let inputs = Tensor::<shape!(3, 2, 2), f64>::from_fn(|i| i as f64 / 2.0);
    let (x, y) = (folder.0.join("x.npy"), folder.0.join("y.npy"));
    inputs.save_npy(&x).expect("a file");
    tensor![1_i64, 0, 2].save_npy(&y).expect("a file");
    let data = Dataset::<shape!(4), Labels<U3>>::from_npy(&x, &y).expect("two files");
    assert_eq!(data.inputs().sample(1), [2.0, 2.5, 3.0, 3.5]);
    assert_eq!(data.labels(), [1, 0, 2]);
    let data = Dataset::<shape!(2, 2), Values<shape!(), f64>, f64>::from_npy(&x, &y).expect("two files");
    assert_eq!(data.targets().as_slice(), [1.0, 0.0, 2.0]);

    let mut archive = Npz::new();
    archive.insert("x_train", &Tensor::<shape!(2, 3), u8>::from([[1, 2, 255], [4, 5, 6]]));
    archive.insert("y_train", &tensor![[true], [false]]);
    let path = folder.0.join("data.npz");
    archive.save(&path).expect("a file");
    let data = Dataset::<shape!(3), Labels<U2>>::from_npz(&path, "x_train", "y_train").expect("an archive");
    assert_eq!(data.inputs().as_slice(), [1.0, 2.0, 255.0, 4.0, 5.0, 6.0]);
    assert_eq!(data.labels(), [1, 0]);
}

/// A PNG file, as the specification has it: each line of pixels behind a byte that says that it is not filtered.
pub fn png(width: u32, height: u32, depth: u8, color: u8, palette: &[u8], lines: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8], data: &[u8]| {
        let mut crc = Crc::new();
        crc.update(name);
        crc.update(data);
        file.extend(u32::try_from(data.len()).expect("a small chunk").to_be_bytes());
        file.extend(name);
        file.extend(data);
        file.extend(crc.sum().to_be_bytes());
    };
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([depth, color, 0, 0, 0]);
    chunk(b"IHDR", &header);
    if !palette.is_empty() {
        chunk(b"PLTE", palette);
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    for line in lines.chunks(lines.len().div_ceil(height as usize)) {
        packed.write_all(&[0]).and_then(|()| packed.write_all(line)).expect("a vector takes all bytes");
    }
    chunk(b"IDAT", &packed.finish().expect("a vector takes all bytes"));
    chunk(b"IEND", &[]);
    file
}

#[test]
fn images_of_all_colours_are_converted() {
    let image = |bytes: &[u8]| image_from_png::<shape!(1, 2, 3), f64>(bytes).expect("an image").into_vec();
    let grey = |bytes: &[u8]| image_from_png::<shape!(1, 2, 1), f64>(bytes).expect("an image").into_vec();
    let alpha = |bytes: &[u8]| image_from_png::<shape!(1, 2, 4), f64>(bytes).expect("an image").into_vec();
    let part = |byte: u8| f64::from(byte) / 255.0;

    let rgb = png(2, 1, 8, 2, &[], &[255, 0, 51, 0, 102, 0]);
    assert_eq!(image(&rgb), [1.0, 0.0, 0.2, 0.0, 0.4, 0.0]);
    assert_close("luma", &grey(&rgb), &[0.299 + 0.114 * 0.2, 0.587 * 0.4], 1e-15);
    assert_eq!(alpha(&rgb), [1.0, 0.0, 0.2, 1.0, 0.0, 0.4, 0.0, 1.0]);

    let greys = png(2, 1, 8, 0, &[], &[7, 255]);
    assert_eq!(grey(&greys), [part(7), 1.0]);
    assert_eq!(image(&greys), [part(7), part(7), part(7), 1.0, 1.0, 1.0]);
    assert_eq!(grey(&png(2, 1, 1, 0, &[], &[0b0100_0000])), [0.0, 1.0], "bits");
    assert_eq!(grey(&png(2, 1, 16, 0, &[], &[255, 255, 0, 1])), [1.0, 1.0 / 65535.0], "two bytes");
    assert_eq!(image(&png(2, 1, 8, 3, &[255, 0, 0, 0, 0, 255], &[1, 0])), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0], "a palette");

    let rgba = png(2, 1, 8, 6, &[], &[255, 0, 0, 51, 0, 0, 255, 102]);
    assert_eq!(alpha(&rgba), [1.0, 0.0, 0.0, 0.2, 0.0, 0.0, 1.0, 0.4]);
    assert_eq!(image(&rgba), [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    let two = image_from_png::<shape!(1, 2, 2), f64>(&png(2, 1, 8, 4, &[], &[255, 51, 0, 255])).expect("an image");
    assert_eq!(two.as_slice(), [1.0, 0.2, 0.0, 1.0]);
}

#[test]
fn a_folder_of_images_is_a_class_each() {
    let folder = Folder::new("images");
    for (class, name, grey) in [("b", "2.png", 2), ("a", "1.PNG", 1), ("b", "10.png", 10), ("a", ".hidden.png", 0)] {
        std::fs::create_dir_all(folder.0.join(class)).expect("a folder");
        folder.file(&format!("{class}/{name}"), &png(2, 3, 8, 0, &[], &[grey; 6]));
    }
    folder.file("a/notes.txt", b"no image");
    folder.file("readme.txt", b"no folder");
    let (data, classes) = Dataset::<shape!(3, 2, 1), Labels<U2>>::from_png_folder(&folder.0).expect("images");
    assert_eq!(classes, ["a", "b"]);
    assert_eq!(data.labels(), [0, 1, 1]);
    assert_eq!(data.inputs().samples().map(|image| image[5] * 255.0).collect::<Vec<_>>(), [1.0, 10.0, 2.0]);
}
