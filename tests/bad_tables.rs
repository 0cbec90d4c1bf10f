//! Tables, arrays and images that are broken or do not fit: each error names the place and what to do.
//! `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite bad_tables` writes the texts anew.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use expect_test::{Expect, expect};
use katachi::data::{Csv, MinMax, Missing, Scaler, Standardize, image_from_png};
use katachi::prelude::*;
use katachi::tensor::npy::Npz;

use crate::bad_files::{Folder, gzip};
use crate::bad_input::check;
use crate::data::png;

/// Checks a table that is read as samples of shape [2] with 3 classes.
fn labels(text: &str, csv: impl FnOnce(Csv) -> Csv, expected: &Expect) {
    check(csv(Csv::from_bytes(text).label("kind")).read::<shape!(2), Labels<U3>>(), expected);
}

#[test]
fn tables_with_wrong_values() {
    labels(
        "a,b,kind\n1,2,0\n3,steep,1\n",
        |csv| csv,
        &expect![[r#"
            csv, row 2, column `b`: `steep` is no number;
            mend it;
            a column of words is left out with `ignore`, or is the one to pass to `label`"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n\n\"3\n\",inf,1\n",
        |csv| csv,
        &expect![[r#"
            csv, row 2, column `b`: `inf` is no finite number of f32;
            write a smaller one"#]],
    );
    labels(
        "a,b,kind\n1,1e39,0\n",
        |csv| csv,
        &expect![[r#"
            csv, row 1, column `b`: `1e39` is no finite number of f32;
            write a smaller one"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n3,NaN,1\n",
        |csv| csv,
        &expect![[r#"
            csv, row 2, column `b`: there is no value;
            write one, or say with `missing` what becomes of such a row"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n,3,1\n",
        |csv| csv,
        &expect![[r#"
            csv, row 2, column `a`: there is no value;
            write one, or say with `missing` what becomes of such a row"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n3,4,\n",
        |csv| csv.missing(Missing::Mean),
        &expect![[r#"
            csv, row 2, column `kind`: there is no value, and a target cannot be filled in;
            write one, or leave such rows out with `Missing::DropRow`"#]],
    );
    labels(
        "a,b,kind\n1,,0\n3,NA,1\n",
        |csv| csv.missing(Missing::Mean),
        &expect![[r#"
        csv, column `b`: there is no value, so it has no mean;
        leave the column out with `ignore`"#]],
    );
    labels(
        "a,b,kind\n1,,0\n3,4,\n",
        |csv| csv.missing(Missing::DropRow),
        &expect![[r#"
            csv: a value is missing in every row;
            all 2 rows were left out;
            choose another `missing`"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n",
        |csv| csv.missing(Missing::Fill(f64::NAN)),
        &expect!["`missing` is NaN, but it must be a finite number, as in `Missing::Fill(0.0)`"],
    );
    let long = format!("a,b,kind\n1,{},0\n", "word ".repeat(1000));
    labels(
        &long,
        |csv| csv,
        &expect![[r#"
            csv, row 1, column `b`: `word word word word word word word word …` is no number;
            mend it;
            a column of words is left out with `ignore`, or is the one to pass to `label`"#]],
    );
}

#[test]
fn tables_with_wrong_labels() {
    labels(
        "a,b,kind\n1,2,3\n",
        |csv| csv,
        &expect![[r#"
            csv, row 1, column `kind`: `3` is no label: those of 3 classes are 0 to 2;
            mend it, or say with `classes_from` where they begin"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n",
        |csv| csv.classes_from(1),
        &expect![[r#"
            csv, row 1, column `kind`: `0` is no label: those of 3 classes are 1 to 3;
            mend it, or say with `classes_from` where they begin"#]],
    );
    labels(
        "a,b,kind\n1,2,0.5\n",
        |csv| csv,
        &expect![[r#"
            csv, row 1, column `kind`: `0.5` is no label: those of 3 classes are 0 to 2;
            mend it, or say with `classes_from` where they begin"#]],
    );
    labels(
        "a,b,kind\n1,2,birch\n",
        |csv| csv,
        &expect![[r#"
            csv, row 1, column `kind`: `birch` is no number of a class;
            pass the words to `classes`, or call `classes_sorted`"#]],
    );
    let words = ["birch", "oak", "pine"];
    labels(
        "a,b,kind\n1,2,birsh\n",
        |csv| csv.classes(words),
        &expect![[r#"
            csv, row 1, column `kind`: `birsh` is none of the classes;
            is `birch` meant?"#]],
    );
    labels(
        "a,b,kind\n1,2,willow\n",
        |csv| csv.classes(words),
        &expect![[r#"
            csv, row 1, column `kind`: `willow` is none of the classes;
            the classes are `birch`, `oak`, `pine`"#]],
    );
    labels(
        "a,b,kind\n1,2,oak\n",
        |csv| csv.classes(["oak", "pine"]),
        &expect![[r#"
        csv: 2 words are given for the 3 classes of the dataset;
        pass 3 words, or write `Labels<U2>`"#]],
    );
    labels(
        "a,b,kind\n1,2,oak\n",
        |csv| csv.classes(["oak", "pine", "oak"]),
        &expect![[r#"
        csv: a word is given for two classes;
        give each class a word of its own"#]],
    );
    labels(
        "a,b,kind\n1,2,oak\n1,2,elm\n",
        Csv::classes_sorted,
        &expect![[r#"
        csv: 2 classes are found, `oak`, `elm`, and the dataset has 3;
        write `Labels<U2>`, or pass all words to `classes`"#]],
    );
    labels(
        "a,b,kind\n1,2,oak\n1,2,elm\n1,2,ash\n1,2,fir\n",
        Csv::classes_sorted,
        &expect![[r#"
            csv, row 4, column `kind`: `fir` is a word more than there are classes, 3;
            mend it, or read a dataset of more classes"#]],
    );
}

#[test]
fn tables_with_wrong_columns() {
    labels(
        "a,b,Kind\n1,2,0\n",
        |csv| csv,
        &expect![[r#"
        csv: there is no column `kind`;
        is `Kind` meant?"#]],
    );
    labels(
        "a;b;kind\n1;2;0\n",
        |csv| csv,
        &expect![[r#"
        csv: there is no column `kind`;
        the only column is `a;b;kind`;
        if that is several, write `delimiter(b';')`"#]],
    );
    labels(
        "x,y,z\n1,2,0\n",
        |csv| csv,
        &expect![[r#"
        csv: there is no column `kind`;
        the columns are `x`, `y`, `z`"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n",
        |csv| csv.features(["a", "c"]),
        &expect![[r#"
        csv: there is no column `c`;
        the columns are `a`, `b`, `kind`"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n",
        |csv| csv.ignore("a").features(["a", "b"]),
        &expect![[r#"
        csv: the column `a` is named twice;
        name it as a target, as a feature, or to be ignored"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n",
        |csv| csv.ignore("a"),
        &expect![[r#"
        csv: 1 of the 3 columns are features, but samples of shape [2] have 2 values;
        write a shape of 1 values, or say with `features` or `ignore` which columns count"#]],
    );
    labels(
        "kind\n0\n",
        |csv| csv,
        &expect![[r#"
        csv: 0 of the 1 columns are features, but samples of shape [2] have 2 values;
        name columns that are features, or leave `features` out"#]],
    );
    labels(
        "a,b,kind,kind\n1,2,0,0\n",
        |csv| csv,
        &expect![[r#"
        csv: two columns are called `kind`;
        give them different names in the first line"#]],
    );
    check(
        Csv::from_bytes("a,b,kind\n1,2,0\n").read::<shape!(2), Labels<U3>>(),
        &expect![[r#"
            csv: no column is named for the targets;
            name one with `label`, or each with `target`;
            there are `a`, `b`, `kind`"#]],
    );
    check(
        Csv::from_bytes("a,b,price\n1,2,0\n").target("price").read::<shape!(2), Values<shape!(2)>>(),
        &expect![[r#"
            csv: one column is named for the targets, but a sample has 2;
            name one with `label`, or each with `target`;
            there are `a`, `b`, `price`"#]],
    );
}

#[test]
fn tables_that_are_no_tables() {
    labels(
        "",
        |csv| csv,
        &expect![[r#"
        csv: the file is empty;
        pass a table with the names of its columns"#]],
    );
    labels(
        "\n\n",
        |csv| csv,
        &expect![[r#"
        csv: the file is empty;
        pass a table with the names of its columns"#]],
    );
    labels(
        "a,b,kind\n",
        |csv| csv,
        &expect![[r#"
        csv: there is no row below the first line;
        pass a table with at least one row"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n1,2\n",
        |csv| csv,
        &expect![[r#"
            csv, row 2: this row has 2 values, and the first line has 3;
            mend it;
            a value that holds a comma is written in quotes"#]],
    );
    labels(
        "a,b,kind\n1,2,0\n1,2,3,4\n",
        |csv| csv,
        &expect![[r#"
            csv, row 2: this row has 4 values, and the first line has 3;
            mend it;
            a value that holds a comma is written in quotes"#]],
    );
    labels(
        "a,b,kind\n1,\"2,0\n1,2,0\n",
        |csv| csv,
        &expect![[r#"
            csv, row 1: this row has 2 values, and the first line has 3;
            mend it;
            a value that holds a comma is written in quotes"#]],
    );

    let folder = Folder::new("bad-tables");
    let read = |path| Csv::open(path).label("kind").read::<shape!(2), Labels<U3>>();
    folder.check(
        read(folder.0.join("missing.csv")),
        &expect![[r#"
        FOLDER/missing.csv: there is no such file;
        check the path"#]],
    );
    folder.check(
        read(folder.0.clone()),
        &expect![[r#"
        FOLDER: this is a folder;
        pass the path of a file in it"#]],
    );
    folder.check(
        read(folder.file("wrong.csv", b"a,b,kind\n1,x,0\n")),
        &expect![[r#"
            FOLDER/wrong.csv, row 1, column `b`: `x` is no number;
            mend it;
            a column of words is left out with `ignore`, or is the one to pass to `label`"#]],
    );
    let rows = (0..3000).map(|i| format!("{i},{},{}", i * 7919 % 1009, i % 3)).collect::<Vec<_>>().join("\n");
    let packed = gzip(format!("a,b,kind\n{rows}\n").as_bytes());
    assert_eq!(read(folder.file("whole.csv.gz", &packed)).expect("a table").len(), 3000);
    folder.check(
        read(folder.file("truncated.csv.gz", &packed[..packed.len() - 12])),
        &expect![[r#"
        FOLDER/truncated.csv.gz: the gzip stream breaks off, 3000 lines read;
        the file is not complete: download or copy it again"#]],
    );
    let mut damaged = packed.clone();
    let checksum = damaged.len() - 8;
    damaged[checksum] ^= 1;
    folder.check(read(folder.file("damaged.csv.gz", &damaged)), &expect![[r#"
        FOLDER/damaged.csv.gz: the gzip stream is damaged, 3001 lines read (corrupt gzip stream does not have a matching checksum);
        download or copy the file again"#]]);
}

/// Whatever the bytes are, there is a dataset or an error.
#[test]
fn changed_tables_are_read_or_refused() {
    let table = b"a,b,kind\n1,2.5,0\n\"3\",NA,1\n-4,1e3,2\n".to_vec();
    for at in 0..table.len() {
        for byte in [0, b',', b'"', b'\n', b'-', b'.', b'9', 0xff] {
            let mut changed = table.clone();
            changed[at] = byte;
            let csv = Csv::from_bytes(&changed).label("kind").missing(Missing::Mean);
            drop(csv.read::<shape!(2), Labels<U3>>());
            drop(csv.classes_sorted().read::<shape!(2), Labels<U3>>());
            drop(Csv::from_bytes(&changed[..at]).target("kind").read::<shape!(2), Values<shape!(1)>>());
        }
    }
}

#[test]
fn arrays_of_numpy_that_do_not_fit() {
    type Data = Dataset<shape!(2), Labels<U3>>;
    let folder = Folder::new("bad-npy");
    let file = |name: &str, bytes: &[u8]| folder.file(name, bytes);
    let good = tensor![[1.0, 2.0], [3.0, 4.0]].to_npy();
    let (x, y) = (file("x.npy", &good), file("y.npy", &tensor![0_i64, 2].to_npy()));
    assert!(Data::from_npy(&x, &y).is_ok());

    folder.check(
        Data::from_npy(folder.0.join("none.npy"), &y),
        &expect![[r#"
        `FOLDER/none.npy`: No such file or directory (os error 2);
        is the path right?"#]],
    );
    folder.check(
        Data::from_npy(file("empty.npy", b""), &y),
        &expect![[r#"
        `FOLDER/empty.npy`: this is no .npy file;
        write one with `np.save`"#]],
    );
    folder.check(
        Data::from_npy(file("short.npy", &good[..good.len() - 1]), &y),
        &expect![[r#"
        `FOLDER/short.npy`: 31 bytes of values follow, which are not those of [2, 2];
        save the array again"#]],
    );
    folder.check(
        Data::from_npy(file("header.npy", &good[..100]), &y),
        &expect![[r#"
        `FOLDER/header.npy`: the file ends inside its header;
        save the array again"#]],
    );
    let text = String::from_utf8_lossy(&good[10..128]).replace("(2, 2)", "(99999999999, 99999999999)");
    let mut huge = b"\x93NUMPY\x01\x00".to_vec();
    huge.extend(u16::try_from(text.len()).expect("a short header").to_le_bytes());
    huge.extend(text.bytes());
    folder.check(
        Data::from_npy(file("huge.npy", &huge), &y),
        &expect![[r#"
        `FOLDER/huge.npy`: 0 bytes of values follow, which are not those of [99999999999, 99999999999];
        save the array again"#]],
    );
    folder.check(
        Data::from_npy(&y, &x),
        &expect![[r#"
        `FOLDER/y.npy`: 2 samples of shape [] do not fit shape [2];
        write a shape of 1 values for the dataset"#]],
    );
    folder.check(
        Data::from_npy(file("wide.npy", &tensor![[1.0, 2.0, 3.0]].to_npy()), &y),
        &expect![[r#"
        `FOLDER/wide.npy`: 1 samples of shape [3] do not fit shape [2];
        write a shape of 3 values for the dataset"#]],
    );
    folder.check(
        Data::from_npy(&x, file("float.npy", &tensor![0.0, 1.0].to_npy())),
        &expect![[r#"
        `FOLDER/float.npy`: labels are whole numbers, and these are of type '<f8';
        save `labels.astype('<i8')`"#]],
    );
    folder.check(
        Data::from_npy(&x, file("negative.npy", &tensor![0_i64, -1].to_npy())),
        &expect![[r#"
        `FOLDER/negative.npy`: the label of sample 1 is -1;
        labels are numbers from 0 to 2"#]],
    );
    folder.check(
        Data::from_npy(&x, file("three.npy", &tensor![0_i64, 3].to_npy())),
        &expect![[r#"
        `FOLDER/three.npy`: the label of sample 1 is 3, but the labels of 3 classes are 0 to 2;
        subtract 1 from every label if they begin at 1, or write `Labels<U4>`"#]],
    );
    folder.check(
        Data::from_npy(&x, file("one.npy", &tensor![0_i64].to_npy())),
        &expect![[r#"
        `FOLDER/one.npy`: there are inputs of 2 samples, but labels of 1;
        pass as many of the one as of the other"#]],
    );
    folder.check(
        Data::from_npy(file("nan.npy", &tensor![[1.0, 2.0], [f64::NAN, 4.0]].to_npy()), &y),
        &expect![[r#"
            `FOLDER/nan.npy`: a value of sample 1 is NaN;
            mend or drop it: `x[np.isfinite(x).all(axis=1)]`"#]],
    );
    folder.check(
        Data::from_npy(file("number.npy", &Tensor::<shape!(), f64>::zeros().to_npy()), &y),
        &expect![[r#"
        `FOLDER/number.npy`: the array is a single number;
        save one whose first axis counts the samples"#]],
    );
}

#[test]
fn archives_of_numpy_that_do_not_fit() {
    type Data = Dataset<shape!(2), Labels<U3>>;
    let folder = Folder::new("bad-npz");
    let mut archive = Npz::new();
    archive.insert("x", &tensor![[1.0, 2.0], [3.0, 4.0]]);
    let bytes = archive.to_bytes().expect("a small archive");
    let path = folder.file("data.npz", &bytes);
    folder.check(
        Data::from_npz(&path, "x", "y"),
        &expect![[r#"
        `FOLDER/data.npz`: there is no array `y`;
        the names are x"#]],
    );
    folder.check(
        Data::from_npz(folder.file("cut.npz", &bytes[..bytes.len() - 9]), "x", "y"),
        &expect![[r#"
        `FOLDER/cut.npz`: this is no whole .npz file;
        write it again with `np.savez`"#]],
    );
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] = 0xff;
        drop(Npz::from_bytes(&changed).and_then(|archive| archive.rows("x")));
    }
}

#[test]
fn images_that_do_not_fit() {
    type Data = Dataset<shape!(2, 2, 1), Labels<U2>>;
    let folder = Folder::new("bad-images");
    folder.check(
        Data::from_png_folder(folder.0.join("none")),
        &expect![[r#"
            FOLDER/none: there is no such folder;
            check the path"#]],
    );
    folder.check(
        Data::from_png_folder(&folder.0),
        &expect![[r#"
        FOLDER: there are 0 folders of classes, and the dataset has 2;
        pass the folder that holds one folder of images for each class"#]],
    );
    let good = png(2, 2, 8, 0, &[], &[1, 2, 3, 4]);
    for class in ["cats", "dogs"] {
        std::fs::create_dir_all(folder.0.join(class)).expect("a folder");
    }
    folder.file("cats/1.png", &good);
    folder.check(
        Data::from_png_folder(&folder.0),
        &expect![[r#"
        FOLDER/dogs: there is no PNG image in this folder;
        put images there, or take the folder away"#]],
    );
    folder.file("dogs/1.png", &good);
    assert!(Data::from_png_folder(&folder.0).is_ok());
    folder.check(
        Dataset::<shape!(2, 2, 1), Labels<U3>>::from_png_folder(&folder.0),
        &expect![[r#"
        FOLDER: there are 2 folders of classes, and the dataset has 3;
        write `Labels<U2>`, or look which folders there are"#]],
    );
    folder.check(
        Dataset::<shape!(4), Labels<U2>>::from_png_folder(&folder.0),
        &expect![[r#"
        FOLDER/cats/1.png: an image does not fit samples of shape [4];
        write the shape as [height, width, channels], with 1, 2, 3 or 4 channels"#]],
    );
    for (bytes, expected) in [
        (
            png(3, 2, 8, 0, &[], &[0; 6]),
            expect![[r#"
            FOLDER/dogs/2.png: the image is 2×3, and samples are 2×2 (height×width);
            scale the images to one size, or write another shape"#]],
        ),
        (
            b"\xff\xd8\xff\xe0 no png".to_vec(),
            expect![[r#"
            FOLDER/dogs/2.png: this is no PNG image;
            convert it to PNG, or take it out of the folder"#]],
        ),
        (
            good[..good.len() / 2].to_vec(),
            expect![[r#"
            FOLDER/dogs/2.png: the image is broken (unexpected end of file);
            copy or download it again"#]],
        ),
        (
            png(2, 2, 8, 3, &[7; 13], &[0; 4]),
            expect![[r#"
            FOLDER/dogs/2.png: the image is broken (its palette is no list of colours);
            copy or download it again"#]],
        ),
        (
            png(2, 2, 8, 3, &[7; 771], &[0; 4]),
            expect![[r#"
            FOLDER/dogs/2.png: the image is broken (Chunk length wrong);
            copy or download it again"#]],
        ),
        (
            vec![],
            expect![[r#"
            FOLDER/dogs/2.png: this is no PNG image;
            convert it to PNG, or take it out of the folder"#]],
        ),
    ] {
        folder.file("dogs/2.png", &bytes);
        folder.check(Data::from_png_folder(&folder.0), &expected);
    }
    // A header that announces four billion billion pixels is refused before memory is asked for.
    let huge = png(0x7fff_ffff, 0x7fff_ffff, 8, 6, &[], &[0; 16]);
    check(
        image_from_png::<shape!(2, 2, 1), f32>(&huge),
        &expect![[r#"
            image: the image is broken (limits are exceeded);
            copy or download it again"#]],
    );
    for at in 0..good.len() {
        for byte in [0, 1, 0x7f, 0xff] {
            let mut changed = good.clone();
            changed[at] = byte;
            drop(image_from_png::<shape!(2, 2, 1), f32>(&changed));
        }
    }
}

#[test]
fn scalers_of_nothing() {
    let data = Dataset::from_arrays([[1.0, 2.0], [3.0, f64::INFINITY]], [[0.0], [0.0]]).expect("2 samples");
    check(
        Standardize::fit(&data),
        &expect![[r#"
        `standardize`: feature 1 of sample 1 is inf;
        leave such samples out with `filter`, or give them another value with `map_inputs`"#]],
    );
    let fitted = Dataset::from_arrays([[1.0, 2.0]], [[0.0]]).and_then(|data| MinMax::fit(&data)).expect("a sample");
    let wide = Dataset::from_arrays([[1.0, 2.0, 3.0]], [[0.0]]).expect("a sample");
    check(
        fitted.apply(&wide),
        &expect![[r#"
        `min_max`: it was fitted on samples of 2 features, and these have 3;
        fit another on samples of this shape"#]],
    );
    check(
        fitted.apply_in_place(&mut [1.0_f32; 3]),
        &expect![[r#"
        `min_max`: it was fitted on samples of 2 features, and these have 3;
        fit another on samples of this shape"#]],
    );
    check(
        fitted.apply_in_place::<f32>(&mut []),
        &expect![[r#"
        `min_max`: it was fitted on samples of 2 features, and these have 0;
        fit another on samples of this shape"#]],
    );

    let arrays = |center: &[f64], scale: &[f64]| vec![("center", center.to_vec()), ("scale", scale.to_vec())];
    check(
        Scaler::from_arrays("minmax", arrays(&[0.0], &[1.0])),
        &expect![[r#"
        scaler: there is no kind `minmax`;
        is `min_max` meant?"#]],
    );
    check(
        Scaler::from_arrays("whiten", arrays(&[0.0], &[1.0])),
        &expect![[r#"
        scaler: there is no kind `whiten`;
        the kinds are `standardize`, `min_max`, `robust`"#]],
    );
    check(
        Scaler::from_arrays("robust", arrays(&[0.0, 1.0], &[1.0])),
        &expect![[r#"
        scaler: `center` has 2 numbers, and `scale` 1;
        pass one of each for every feature"#]],
    );
    check(
        Scaler::from_arrays("robust", arrays(&[], &[])),
        &expect![[r#"
        scaler: `center` has 0 numbers, and `scale` 0;
        pass one of each for every feature"#]],
    );
    check(
        Scaler::from_arrays("robust", arrays(&[0.0, 1.0], &[1.0, 0.0])),
        &expect![[r#"
        scaler: feature 1 has center 1 and scale 0;
        pass finite numbers, and scales above 0"#]],
    );
    check(
        Scaler::from_arrays("robust", [("center", vec![0.0])]),
        &expect![[r#"
        scaler: an array is missing;
        pass `center` and `scale`, as `arrays` gives them"#]],
    );
    check(
        Scaler::from_arrays("robust", [("mean", vec![0.0])]),
        &expect![[r#"
        scaler: `mean` is none of its arrays;
        they are `center` and `scale`"#]],
    );
}

#[test]
fn samples_that_come_with_other_sizes() {
    check(
        Dataset::<shape!(2), Labels<U3>>::from_samples([(vec![1.0, 2.0], 0), (vec![1.0], 1)]),
        &expect![[r#"
        dataset: sample 1 has 1 values, but shape [2] has 2;
        pass 2 for each sample"#]],
    );
    check(
        Dataset::<shape!(2), Values<shape!(1)>>::from_samples([([1.0, 2.0], vec![1.0, 2.0])]),
        &expect![[r#"
        dataset: sample 0 has 2 target values, but shape [1] has 1;
        pass 1 for each sample"#]],
    );
    check(
        Dataset::<shape!(2), Labels<U3>>::from_samples(Vec::<([f32; 2], u32)>::new()),
        &expect![[r#"
        dataset: there is no sample;
        pass the inputs and targets of at least one"#]],
    );
}
