//! Nothing is cut at the edge of a page, and no text lies on another.

use super::super::content::Content;
use super::super::scene::{Anchor, Mark, Text, width_of};
use super::gallery::history_of;
use super::*;

/// The left, top, right and bottom of a text; letters without what hangs below the line.
fn bounds(text: &Text) -> [f64; 4] {
    let width = width_of(&text.words, text.size);
    let from = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let (x, y) = text.at;
    let half = text.size * 0.35;
    if text.upwards {
        [x - half, y - from - width, x + half, y - from]
    } else {
        [x + from, y - half, x + from + width, y + half]
    }
}

#[track_caller]
fn assert_tidy<C: Content>(picture: &Picture<C>) {
    let scene = picture.scene().unwrap();
    let texts: Vec<(&str, [f64; 4])> = scene
        .marks
        .iter()
        .filter_map(|mark| if let Mark::Text(text) = mark { Some((text.words.as_str(), bounds(text))) } else { None })
        .collect();
    assert!(!texts.is_empty());
    let (width, height) = (f64::from(scene.width), f64::from(scene.height));
    for (index, (text, [left, top, right, bottom])) in texts.iter().enumerate() {
        let is_inside = *left >= 0.0 && *top >= 0.0 && *right <= width && *bottom <= height;
        assert!(is_inside, "`{text}` at {left} {top} {right} {bottom} is cut by a page of {width} × {height}");
        for (other, [left_2, top_2, right_2, bottom_2]) in &texts[..index] {
            let apart = right <= left_2 || right_2 <= left || bottom <= top_2 || bottom_2 <= top;
            assert!(apart, "`{text}` lies on `{other}`");
        }
    }
    for mark in &scene.marks {
        if let Mark::Line { points, .. } = mark {
            let inside = |point: &(f64, f64)| (0.0..=width).contains(&point.0) && (0.0..=height).contains(&point.1);
            assert!(points.iter().all(inside), "a line leaves the page: {points:?}");
        }
    }
}

#[test]
fn pictures_are_tidy_whatever_they_show() {
    let long = "a very long name of a thing that nobody would write so";
    let names: Vec<String> = (0..60).map(|class| format!("{class} {}", &long[..class as usize % 50])).collect();
    for classes in [1, 2, 3, 10, 13, 30, 60] {
        let counts: Vec<u64> = (0..classes * classes).map(|at| (at * at % 1013) as u64).collect();
        let confusion = confusion_matrix(&names[..classes], &counts);
        assert_tidy(&confusion);
        assert_tidy(&confusion.title(long));
        assert_tidy(&class_counts(&names[..classes], &counts[..classes]).title("Counts"));
    }
    for epochs in [1, 2, 3, 17, 100] {
        for scale in [1e-9, 1.0, 12_345.0, 1e12] {
            let falling: Vec<f64> = (0..epochs).map(|epoch| scale / f64::from(epoch + 1)).collect();
            let history = history_of(&[("loss", &falling), ("val_loss", &falling), ("mean_absolute_error", &falling)]);
            assert_tidy(&history_picture(&history));
            assert_tidy(&history_picture(&history).logarithmic().title(long).size(320, 240));
            assert_tidy(&runs(&[(long, &history), ("b", &history), ("c", &history)]));
        }
    }
    let values: Vec<f64> = (0..50).map(|at| f64::from(at) * 1e5 - 7e5).collect();
    assert_tidy(&predictions(&values, &values));
    assert_tidy(&fit(&values, &values).line(long, &values));
    assert_tidy(&learning_rate(1_000_000, |step| 1e-4 / (step + 1) as f64).logarithmic());
    let classes: Vec<u32> = (0..12).collect();
    let grid = images(&[0.5; 12 * 9], [3, 3, 1]).labels(&classes).predictions(&[3; 12]).names(&names);
    assert_tidy(&grid);
    assert_tidy(&grid.title("Images"));
}

#[test]
fn the_smallest_pages_are_drawn_too() {
    let history = history_of(&[("loss", &[2.0, 1.0]), ("val_loss", &[2.5, 1.5]), ("accuracy", &[0.5, 0.7])]);
    let names: Vec<String> = (0..200).map(|class| format!("class {class}")).collect();
    assert!(history_picture(&history).title("Small").size(120, 120).to_png().is_ok());
    assert!(confusion_matrix(&names, &vec![1; 40_000]).size(120, 120).to_svg().is_ok());
    assert!(class_counts(&names, &vec![1; 200]).size(120, 120).to_svg().is_ok());
    assert!(images(&vec![0.5; 28 * 28 * 100], [28, 28, 1]).size(120, 120).to_png().is_ok());
}
