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
    check(&history(&empty), &expect![]);
    check(&runs(&[]), &expect![]);
    check(&runs(&[("adam", &one), ("sgd", &empty)]), &expect![]);
    check(&learning_rate(0, |_| 0.1), &expect![]);
    check(&confusion_matrix::<&str>(&[], &[]), &expect![]);
    check(&confusion_matrix(&["cat", "dog"], &[1, 2, 3, 4, 5, 6, 7, 8, 9]), &expect![]);
    check(&class_counts(&["cat"], &[1, 2]), &expect![]);
    check(&class_counts::<&str>(&[], &[]), &expect![]);
    check(&predictions(&[1.0, 2.0], &[1.0]), &expect![]);
    check(&predictions::<f32>(&[], &[]), &expect![]);
    check(&fit(&[1.0, 2.0], &[1.0]), &expect![]);
    check(&fit::<f64>(&[], &[]), &expect![]);
    check(&fit(&[1.0, 2.0], &[1.0, 2.0]).line("model", &[1.0, 2.0, 3.0]), &expect![]);
    check(&images(&[0.5; 8], [2, 2, 2]), &expect![]);
    check(&images(&[0.5; 9], [2, 2, 1]), &expect![]);
    check(&images(&[0.5; 9], [usize::MAX, 2, 1]), &expect![]);
    check(&images(&[0.5; 1001], [1, 1, 1]), &expect![]);
    check(&images(&[0.5; 8], [2, 2, 1]).labels(&[1]), &expect![]);
    check(&images(&[0.5; 8], [2, 2, 1]).predictions(&[0, 2]).names(&["cat", "dog"]), &expect![]);
    check(&images(&[0.5; 8], [2, 2, 1]).columns(0), &expect![]);
    check(&history(&one).size(100, 5000), &expect![]);
}

#[test]
fn files_that_cannot_be_written() {
    let folder = folder("refused");
    let picture = history(&history_of(&[("loss", &[1.0, 0.5])]));
    let refused = |name: &str| {
        let error = picture.write(folder.join(name)).unwrap_err().to_string();
        error.replace(&folder.display().to_string(), "FOLDER")
    };
    expect![].assert_eq(&refused("curves.jpg"));
    expect![].assert_eq(&refused("curves"));
    expect![].assert_eq(&refused("nowhere/curves.svg"));
    fs::create_dir(folder.join("taken.svg")).unwrap();
    assert!(refused("taken.svg").starts_with("cannot write `FOLDER/taken.svg`: "));
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["taken.svg"]);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_earlier_file_is_kept_if_writing_fails_and_replaced_if_not() {
    let folder = folder("kept");
    let path = folder.join("curves.PNG");
    fs::write(&path, "earlier").unwrap();
    assert!(history(&crate::History::default()).write(&path).is_err());
    // A folder stands where the new file is first written.
    let part = folder.join(format!("curves.PNG.{}.part", std::process::id()));
    fs::create_dir(&part).unwrap();
    let history = history_of(&[("loss", &[1.0, 0.5])]);
    assert!(history.plot(&path).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "earlier");
    fs::remove_dir(&part).unwrap();
    history.plot(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), history_picture(&history).to_png().unwrap());
    fs::remove_dir_all(&folder).unwrap();
}
