//! What cannot be drawn or written: each error names the place and the mend.

use std::fs;
use std::path::PathBuf;

use expect_test::{Expect, expect};

use super::super::content::Content;
use super::gallery::history_of;
use super::*;

/// A folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("katachi-plot-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn check<C: Content>(picture: &Picture<C>, expected: &Expect) {
    let error = picture.to_svg().unwrap_err().to_string();
    assert_eq!(error, picture.to_png().unwrap_err().to_string());
    expected.assert_eq(&error);
}

#[test]
fn data_that_do_not_fit_together() {
    let (empty, one) = (crate::History::default(), history_of(&[("loss", &[1.0])]));
    check(
        &history(&empty),
        &expect!["plot::history: the history has no epoch; train with `fit` first, for at least one epoch"],
    );
    check(&runs(&[]), &expect!["plot::runs: there is no run; pass at least one run, each of at least one epoch"]);
    check(
        &runs(&[("adam", &one), ("sgd", &empty)]),
        &expect!["plot::runs: the history of `sgd` has no epoch; pass at least one run, each of at least one epoch"],
    );
    check(&learning_rate(0, |_| 0.1), &expect!["plot::learning_rate: there are 0 steps to draw; pass at least 1 step"]);
    check(
        &confusion_matrix::<&str>(&[], &[]),
        &expect!["plot::confusion_matrix: there is no class; name at least one class"],
    );
    check(
        &confusion_matrix(&["cat", "dog"], &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
        &expect![
            "plot::confusion_matrix: 9 counts for 2 names, which make a matrix of 2 × 2; pass a name for each class, and all counts, row by row"
        ],
    );
    check(
        &class_counts(&["cat"], &[1, 2]),
        &expect!["plot::class_counts: 1 name for 2 counts; pass a name and a count for each class"],
    );
    check(
        &class_counts::<&str>(&[], &[]),
        &expect!["plot::class_counts: there is no class; pass a name and a count for each class"],
    );
    check(
        &predictions(&[1.0, 2.0], &[1.0]),
        &expect!["plot::predictions: 1 prediction for 2 true values; pass a prediction for each true value"],
    );
    check(
        &predictions::<f32>(&[], &[]),
        &expect!["plot::predictions: there is no value; pass a prediction for each true value"],
    );
    check(&fit(&[1.0, 2.0], &[1.0]), &expect!["plot::fit: 1 value of y for 2 of x; pass a y for each x"]);
    check(&fit::<f64>(&[], &[]), &expect!["plot::fit: there is no point; pass at least one point"]);
    check(
        &fit(&[1.0, 2.0], &[1.0, 2.0]).line("model", &[1.0, 2.0, 3.0]),
        &expect![
            "plot::fit: the line `model` has 3 values for 2 points; pass the value of the line at each x of the points"
        ],
    );
    check(
        &images(&[0.5; 8], [2, 2, 2]),
        &expect!["plot::images: images of 2 channels; pass 1 channel (grey) or 3 (red, green, blue), the last size"],
    );
    check(
        &images(&[0.5; 9], [2, 2, 1]),
        &expect![
            "plot::images: 9 values are no whole number of images of 2 × 2 × 1; pass all values of at least one image, and its shape"
        ],
    );
    check(
        &images(&[0.5; 9], [usize::MAX, 2, 1]),
        &expect![
            "plot::images: 9 values are no whole number of images of 18446744073709551615 × 2 × 1; pass all values of at least one image, and its shape"
        ],
    );
    check(
        &images(&[0.5; 1001], [1, 1, 1]),
        &expect!["plot::images: 1001 images are too many to be seen; pass at most 1000, such as the first hundred"],
    );
    check(
        &images(&[0.5; 8], [2, 2, 1]).labels(&[1]),
        &expect!["plot::images: 1 label for 2 images; pass one for each image"],
    );
    check(
        &images(&[0.5; 8], [2, 2, 1]).predictions(&[0, 2]).names(&["cat", "dog"]),
        &expect![
            "plot::images: predictions have the class 2, but there are 2 names; pass a name for each class, counted from 0"
        ],
    );
    check(&images(&[0.5; 8], [2, 2, 1]).columns(0), &expect!["`columns` is 0, but it must be at least 1"]);
    check(
        &history(&one).size(100, 5000),
        &expect!["`size` is 100 × 5000, but it must be a width and a height from 120 to 4096 pixels"],
    );
}

#[test]
fn files_that_cannot_be_written() {
    let folder = folder("refused");
    let picture = history(&history_of(&[("loss", &[1.0, 0.5])]));
    let refused = |name: &str| {
        let error = picture.write(folder.join(name)).unwrap_err().to_string();
        error.replace(&folder.display().to_string(), "FOLDER")
    };
    expect!["FOLDER/curves.jpg: no picture is written as `.jpg`; end its name in `.svg` or `.png`"]
        .assert_eq(&refused("curves.jpg"));
    expect![
        "FOLDER/curves: the file has no ending, which tells the format of the picture; end its name in `.svg` or `.png`"
    ]
    .assert_eq(&refused("curves"));
    expect!["FOLDER/nowhere/curves.svg: there is no folder `FOLDER/nowhere`; make it, or check the path"]
        .assert_eq(&refused("nowhere/curves.svg"));
    fs::create_dir(folder.join("taken.svg")).unwrap();
    expect!["FOLDER/taken.svg: this is a folder; pass the path of a file to write"].assert_eq(&refused("taken.svg"));
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["taken.svg"]);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_earlier_file_is_kept_if_there_is_no_picture_and_replaced_if_there_is() {
    let folder = folder("kept");
    let path = folder.join("curves.PNG");
    fs::write(&path, "earlier").unwrap();
    assert!(history(&crate::History::default()).write(&path).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "earlier");
    let history = history_of(&[("loss", &[1.0, 0.5])]);
    history.plot(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), history_picture(&history).to_png().unwrap());
    fs::remove_dir_all(&folder).unwrap();
}
