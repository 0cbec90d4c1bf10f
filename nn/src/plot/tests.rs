//! The whole of `plot`: what is drawn, where, and what is refused.

mod gallery;
mod layout;
mod refused;

use expect_test::expect_file;

use super::axis::{Axis, short};
use super::draw::base64;
use super::palette;
use super::*;
use gallery::history_of;

fn curves() -> Picture<Curves> {
    let history = history_of(&[
        ("loss", &[2.0, 1.0, 0.5, 0.25]),
        ("val_loss", &[2.5, 1.5, f64::NAN, 0.75]),
        ("accuracy", &[0.2, 0.6, 0.8, 0.9]),
        ("val_accuracy", &[0.25, 0.5, 0.75, 1.0]),
    ]);
    history_picture(&history)
}

fn history_picture(of: &crate::History) -> Picture<Curves> {
    history(of)
}

/// The elements of that name, each with its attributes and its text.
fn elements<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("<{name} ");
    svg.split(&start).skip(1).map(|rest| rest.split('<').next().unwrap()).collect()
}

fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    element
        .split(&format!(" {name}=\""))
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {element}"))
        .split('"')
        .next()
        .unwrap()
}

/// What stands in the place of a text with this content: x and y in pixels.
fn place_of_text(svg: &str, content: &str) -> Vec<(f64, f64)> {
    let texts = elements(svg, "text");
    let number = |element: &str, name: &str| {
        format!(" {element}")
            .split(&format!(" {name}=\""))
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .parse::<f64>()
            .unwrap()
            / 10.0
    };
    let is_it = |element: &&&str| element.split('>').nth(1).unwrap().trim() == content;
    texts.iter().filter(is_it).map(|element| (number(element, "x"), number(element, "y"))).collect()
}

fn points(element: &str) -> Vec<(f64, f64)> {
    let pair = |pair: &str| {
        let (x, y) = pair.split_once(',').unwrap();
        (x.parse::<f64>().unwrap() / 10.0, y.parse::<f64>().unwrap() / 10.0)
    };
    attribute(element, "points").split_whitespace().map(pair).collect()
}

fn lines_of<'a>(svg: &'a str, colour: &str) -> Vec<&'a str> {
    elements(svg, "polyline").into_iter().filter(|line| attribute(line, "stroke") == colour).collect()
}

/// Rows of red, green and blue, and how many columns there are.
fn decoded(bytes: &[u8]) -> (Vec<[u8; 3]>, usize) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    (pixels.chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(), info.width as usize)
}

#[test]
fn the_bytes_of_svg_are_always_the_same() {
    expect_file!["tests/history.svg"].assert_eq(&curves().title("A <training> & more").logarithmic().to_svg().unwrap());
    let confusion = confusion_matrix(&["cat", "dog", "a name that is long"], &[9, 1, 0, 2, 8, 0, 0, 0, 0]);
    expect_file!["tests/confusion.svg"].assert_eq(&confusion.to_svg().unwrap());
    let pixels = [0.0, 0.5, 1.0, 0.25, 1.0, 1.0, 0.0, 0.0];
    let grid = images(&pixels, [2, 2, 1]).labels(&[0, 1]).predictions(&[0, 0]).names(&["bar", "dot"]);
    expect_file!["tests/images.svg"].assert_eq(&grid.to_svg().unwrap());
}

#[test]
fn a_value_stands_where_its_tick_stands() {
    // With a tick at each epoch, and ticks at 0.5, 1.0, …, 2.5.
    let loss = history_of(&[("loss", &[2.0, 1.0, 0.5, 1.75])]);
    let svg = history(&loss).size(400, 300).to_svg().unwrap();
    let lines = lines_of(&svg, "#0072B2");
    assert_eq!(lines.len(), 1);
    let drawn = points(lines[0]);
    assert_eq!(drawn.len(), 4);
    for (at, epoch) in drawn.iter().zip(["1", "2", "3", "4"]) {
        assert!((at.0 - place_of_text(&svg, epoch)[0].0).abs() <= 0.1, "{epoch}: {at:?}");
    }
    let height = |text: &str| place_of_text(&svg, text)[0].1;
    for (at, loss) in drawn.iter().zip(["2.0", "1.0", "0.5"]) {
        assert!((at.1 - height(loss)).abs() <= 0.1, "{loss}: {at:?}");
    }
    let between = height("1.0") + (height("2.0") - height("1.0")) * 0.75;
    assert!((drawn[3].1 - between).abs() <= 0.1);

    // On a logarithmic axis equal factors are equal distances.
    let powers = history_of(&[("loss", &[100.0, 10.0, 1.0, 0.1])]);
    let svg = history(&powers).logarithmic().to_svg().unwrap();
    let drawn = points(lines_of(&svg, "#0072B2")[0]);
    let steps: Vec<f64> = drawn.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    assert!(steps.iter().all(|step| *step > 20.0 && (step - steps[0]).abs() <= 0.2), "{steps:?}");
    assert!((drawn[1].1 - place_of_text(&svg, "10")[0].1).abs() <= 0.1);
}

#[test]
fn a_line_is_broken_where_a_value_is_left_out_and_the_picture_says_so() {
    let history = history_of(&[("loss", &[4.0, 3.0, f64::NAN, 2.0, 1.0, f64::INFINITY, 0.5])]);
    let svg = history_picture(&history).to_svg().unwrap();
    let lengths: Vec<usize> = lines_of(&svg, "#0072B2").iter().map(|line| points(line).len()).collect();
    assert_eq!(lengths, [2, 2]);
    assert_eq!(elements(&svg, "circle").len(), 1);
    assert!(svg.contains("2 values that are not finite are left out"));

    let history = history_of(&[("loss", &[4.0, 0.0, 1.0]), ("accuracy", &[0.0, 0.5, 1.0])]);
    assert!(!history_picture(&history).to_svg().unwrap().contains("left out"));
    let svg = history_picture(&history).logarithmic().to_svg().unwrap();
    assert!(svg.contains("1 value that is not positive is left out"));
    let nothing = history_of(&[("loss", &[f64::NAN, f64::NAN])]);
    assert!(history_picture(&nothing).logarithmic().to_svg().unwrap().contains("2 values"));
}

#[test]
fn runs_have_a_colour_each_and_a_name_in_the_legend() {
    let history = history_of(&[("loss", &[1.0, 0.5]), ("val_loss", &[1.5, 0.75])]);
    let names: Vec<String> = (0..9).map(|run| format!("run {run}")).collect();
    for count in [1, 7, 9] {
        let all: Vec<(&str, &crate::History)> = names[..count].iter().map(|name| (name.as_str(), &history)).collect();
        let svg = runs(&all).to_svg().unwrap();
        let colours: std::collections::BTreeSet<[u8; 3]> = (0..count).map(|run| palette::line(run, count)).collect();
        assert_eq!(colours.len(), count);
        for ([red, green, blue], name) in colours.iter().zip(&names) {
            assert!(!lines_of(&svg, &format!("#{red:02X}{green:02X}{blue:02X}")).is_empty());
            assert_eq!(place_of_text(&svg, name).len(), 1);
        }
        assert_eq!(place_of_text(&svg, "validation").len(), 1);
    }
}

#[test]
fn a_schedule_is_drawn_from_the_first_step_to_the_last() {
    let asked = std::cell::RefCell::new(Vec::new());
    let rate = |step: u64| {
        asked.borrow_mut().push(step);
        1.0 / (step + 1) as f64
    };
    learning_rate(5000, rate).to_svg().unwrap();
    let asked = asked.into_inner();
    assert_eq!((asked.len(), asked[0], asked[1999]), (2000, 0, 4999));
    assert!(asked.windows(2).all(|pair| pair[0] < pair[1]));
    let svg = learning_rate(3, |step| step as f64).to_svg().unwrap();
    assert_eq!(points(lines_of(&svg, "#0072B2")[0]).len(), 3);
    assert!(learning_rate(u64::MAX, |step| step as f64).to_svg().is_ok());
}

#[test]
fn a_png_has_the_colours_that_the_svg_tells_of() {
    let picture = confusion_matrix(&["cat", "dog"], &[4, 0, 1, 3]).size(320, 240);
    let (pixels, width) = decoded(&picture.to_png().unwrap());
    assert_eq!((width, pixels.len() / width), (320, 240));
    let svg = picture.to_svg().unwrap();
    assert!(svg.starts_with("<svg width=\"320\" height=\"240\" viewBox=\"0 0 3200 2400\""));
    // The first rectangle is the page; then come the cells, row by row.
    let cells = elements(&svg, "rect");
    let expected = [[8, 48, 107], [255, 255, 255], [198, 219, 239], [33, 113, 181]];
    for (cell, expected) in cells[1..5].iter().zip(expected) {
        let cell = format!(" {cell}");
        let number = |name| attribute(&cell, name).parse::<usize>().unwrap() / 10;
        // A corner, away from the number and the grid.
        let at = (number("y") + 5) * width + number("x") + 5;
        assert_eq!(pixels[at], expected);
        assert_eq!(attribute(&cell, "fill"), format!("#{:02X}{:02X}{:02X}", expected[0], expected[1], expected[2]));
    }
}

#[test]
fn the_letters_of_a_png_stand_where_the_svg_has_them() {
    let picture = class_counts(&["HHHH", "i"], &[2, 1]).size(300, 120);
    let (pixels, width) = decoded(&picture.to_png().unwrap());
    let (right, middle) = place_of_text(&picture.to_svg().unwrap(), "HHHH")[0];
    let dark: Vec<(f64, f64)> = pixels
        .iter()
        .enumerate()
        .filter(|(at, pixel)| {
            ((at % width) as f64) < right + 1.0 && pixel[0] < 120 && ((at / width) as f64) < middle + 12.0
        })
        .map(|(at, _)| ((at % width) as f64, (at / width) as f64))
        .collect();
    let [left, last] = [f64::min, f64::max].map(|choose| dark.iter().map(|at| at.0).reduce(choose).unwrap());
    let [top, bottom] = [f64::min, f64::max].map(|choose| dark.iter().map(|at| at.1).reduce(choose).unwrap());
    // An H takes 0.752 em, its outline in the font is 0.556 em wide and 0.729 em high; half an x is 0.273 em.
    let size = 11.0;
    assert!((last + 1.0 - left - (3.0 * 0.752 + 0.556) * size).abs() < 1.5, "{left} to {last}");
    assert!((bottom - (middle + 0.273 * size)).abs() < 1.5, "{bottom} for {middle}");
    assert!((top - (middle + 0.273 * size - 0.729 * size)).abs() < 1.5, "{top} for {middle}");
}

#[test]
fn images_are_drawn_pixel_by_pixel() {
    let colours = [1.0_f32, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
    let picture = images(&colours, [2, 2, 3]);
    let (pixels, width) = decoded(&picture.to_png().unwrap());
    // 42 times as large, in the middle of a page of 84 + 28 pixels, which is widened to 120.
    let left = (120 - 84) / 2;
    let at = |column: usize, row: usize| pixels[(14 + row * 42 + 21) * width + left + column * 42 + 21];
    assert_eq!([at(0, 0), at(1, 0), at(0, 1), at(1, 1)], [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255; 3]]);

    // Other values are spread over black to white.
    let svg = images(&[-4.0, 0.0, f64::NAN, 4.0], [2, 2, 1]).to_svg().unwrap();
    assert!(svg.contains("1 value is not finite, drawn black"));
    let grey = images(&[-4.0, 0.0, 2.0, 4.0], [2, 2, 1]).to_png().unwrap();
    let (pixels, width) = decoded(&grey);
    let at = |column: usize, row: usize| pixels[(14 + row * 42 + 21) * width + left + column * 42 + 21][0];
    assert_eq!([at(0, 0), at(1, 0), at(0, 1), at(1, 1)], [0, 128, 191, 255]);
}

#[test]
fn wrong_predictions_are_framed_and_say_what_is_right() {
    let picture = images(&[0.5_f64; 12], [2, 2, 1]).labels(&[0, 1, 2]).predictions(&[0, 2, 2]);
    let svg = picture.to_svg().unwrap();
    assert_eq!(lines_of(&svg, "#D55E00").len(), 1);
    assert_eq!((place_of_text(&svg, "2").len(), place_of_text(&svg, "≠ 1").len()), (2, 1));
    assert!(svg.contains("1 of 3 wrong"));
    assert_eq!(svg.matches("<image ").count(), 3);
}

#[test]
fn a_histogram_counts_every_value_once() {
    let of = |values: &[f64]| weights::Histogram::of(String::new(), &values.iter().copied());
    let histogram = of(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 5.0, f64::NAN]);
    assert_eq!((histogram.counts.as_slice(), histogram.left_out), (&[1, 1, 1, 1, 4][..], 1));
    assert_eq!(of(&[7.0; 3]).counts, [0, 0, 3, 0, 0]);
    assert_eq!(of(&[]).counts.iter().sum::<u64>(), 0);
    assert_eq!(of(&[-1e300, 1e300, 0.0]).counts, [1, 0, 1, 0, 1]);
}

#[test]
fn predictions_lie_on_the_diagonal_if_they_are_right() {
    let svg = predictions(&[0.0_f32, 1.0, 2.0, f32::NAN], &[0.0, 1.0, 2.0, 1.0]).to_svg().unwrap();
    let circles = elements(&svg, "circle");
    let at = |circle: &&str| ["cx", "cy"].map(|name| attribute(&format!(" {circle}"), name).parse::<f64>().unwrap());
    let [first, middle, last] = [0, 1, 2].map(|number| at(&circles[number]));
    assert_eq!(circles.len(), 3);
    assert!((middle[0] - f64::midpoint(first[0], last[0])).abs() <= 1.0 && first[0] < last[0]);
    assert!((middle[1] - f64::midpoint(first[1], last[1])).abs() <= 1.0 && first[1] > last[1]);
    assert!(svg.contains("mean absolute error 0\n") && svg.contains("1 value that is not finite"));
}

#[test]
fn ticks_are_round_and_their_texts_short() {
    let texts = |low: f64, high: f64, most: usize, logarithmic: bool, whole: bool| -> String {
        let ticks = Axis { low, high, logarithmic, whole }.ticks(most);
        assert!(ticks.iter().all(|tick| (low..=high).contains(&tick.0)), "{ticks:?}");
        ticks.into_iter().map(|tick| tick.1).collect::<Vec<_>>().join(" ")
    };
    let cases = [
        (texts(0.0, 1.0, 6, false, false), "0 0.2 0.4 0.6 0.8 1.0"),
        (texts(-0.25, 0.25, 5, false, false), "−0.2 −0.1 0 0.1 0.2"),
        (texts(0.5, 3.5, 10, false, true), "1 2 3"),
        (texts(0.0, 104.0, 6, false, true), "0 20 40 60 80 100"),
        (texts(0.0, 2.3e-7, 5, false, false), "0 5e-8 1.0e-7 1.5e-7 2.0e-7"),
        (texts(0.0, 6.2e7, 4, false, false), "0 2e7 4e7 6e7"),
        (texts(0.05, 2.0, 9, true, false), "0.05 0.1 0.2 0.5 1 2"),
        (texts(1e-6, 1e6, 4, true, false), "1e-6 0.01 100 1e6"),
        (texts(0.31, 0.42, 5, true, false), "0.32 0.34 0.36 0.38 0.40 0.42"),
    ];
    for (texts, expected) in &cases[..8] {
        assert_eq!(texts, expected);
    }
    assert!(cases[8].0.starts_with("0.3"), "{}", cases[8].0);
    let shorts = [0.0, 1.0, 1.684_2, 123_456.7, -0.000_012].map(short);
    assert_eq!(shorts, ["0", "1", "1.68", "123457", "−1.20e-5"]);
}

#[test]
fn base64_is_that_of_rfc_4648() {
    let cases =
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
    for (bytes, expected) in cases {
        assert_eq!(base64(bytes.as_bytes()), expected);
    }
}
