//! What a picture consists of before it becomes a file: marks at places in pixels.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// Red, green, blue.
pub type Colour = [u8; 3];

/// From the left and from the top, in pixels.
pub type Point = (f64, f64);

pub(super) const INK: Colour = [38, 38, 38];
pub(super) const GREY: Colour = [110, 110, 110];
pub(super) const GRID: Colour = [224, 224, 224];

/// The size of letters in pixels: of ticks and legends.
pub(super) const SMALL: f64 = 11.0;
/// Of the titles of panels, and of labels of axes.
pub(super) const MEDIUM: f64 = 12.0;
/// Of the title of a picture.
pub(super) const LARGE: f64 = 16.0;

/// The font that draws text in PNG, and the families that a viewer looks for in SVG. Verdana is as wide.
pub(super) const FONT: &str = "DejaVu Sans, Verdana, sans-serif";

/// The height of a font of one pixel per em as its file has it: ascent and descent.
pub(super) const FONT_HEIGHT: f64 = 2384.0 / 2048.0;

/// Half the height of an x in ems.
pub(super) const HALF_X_HEIGHT: f64 = 1120.0 / 2048.0 / 2.0;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The cell of that number, counted by rows, of a grid with gaps between its cells.
    pub fn cell(&self, number: usize, columns: usize, rows: usize, gap: f64) -> Self {
        let width = (self.width() + gap) / columns as f64;
        let height = (self.height() + gap) / rows as f64;
        let left = self.left + (number % columns) as f64 * width;
        let top = self.top + (number / columns) as f64 * height;
        Self { left, top, right: left + width - gap, bottom: top + height - gap }
    }
}

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A text; its place is half-way up its small letters.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub words: String,
    pub at: Point,
    pub size: f64,
    pub anchor: Anchor,
    /// Whether it is read from below.
    pub upwards: bool,
    pub colour: Colour,
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Line { points: Vec<Point>, colour: Colour, width: f64, dashed: bool },
    Rectangle { area: Area, colour: Colour },
    Disc { centre: Point, radius: f64, colour: Colour, alpha: f64 },
    Text(Text),
    Image { area: Area, columns: usize, pixels: Vec<Colour> },
}

/// A white page with marks on it, the last on top; in SVG the images are on top of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub width: u32,
    pub height: u32,
    pub marks: Vec<Mark>,
}

impl Scene {
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, marks: Vec::new() }
    }

    pub fn line(&mut self, points: Vec<Point>, colour: Colour, width: f64) {
        self.marks.push(Mark::Line { points, colour, width, dashed: false });
    }

    pub fn dashes(&mut self, points: Vec<Point>, colour: Colour, width: f64) {
        self.marks.push(Mark::Line { points, colour, width, dashed: true });
    }

    pub fn rectangle(&mut self, area: Area, colour: Colour) {
        self.marks.push(Mark::Rectangle { area, colour });
    }

    /// The four sides of a rectangle.
    pub fn frame(&mut self, area: Area, colour: Colour, width: f64) {
        let Area { left, top, right, bottom } = area;
        let corners = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.line(corners, colour, width);
    }

    pub fn disc(&mut self, centre: Point, radius: f64, colour: Colour, alpha: f64) {
        self.marks.push(Mark::Disc { centre, radius, colour, alpha });
    }

    pub fn text(&mut self, text: impl Into<String>, at: Point, size: f64, anchor: Anchor, colour: Colour) {
        self.marks.push(Mark::Text(Text { words: text.into(), at, size, anchor, upwards: false, colour }));
    }

    pub fn text_upwards(&mut self, text: impl Into<String>, at: Point, size: f64, anchor: Anchor, colour: Colour) {
        self.marks.push(Mark::Text(Text { words: text.into(), at, size, anchor, upwards: true, colour }));
    }
}

/// The font at that many pixels an em, as `plotters` measures and draws it: it takes the height of the font for its size.
pub(super) fn font(size: f64) -> FontDesc<'static> {
    static REGISTERED: OnceLock<()> = OnceLock::new();
    REGISTERED.get_or_init(|| {
        let bytes = include_bytes!("DejaVuSans-subset.ttf");
        assert!(register_font(FONT, FontStyle::Normal, bytes).is_ok(), "the embedded font can be read");
    });
    FontDesc::new(FontFamily::Name(FONT), size, FontStyle::Normal)
}

/// The width of a text in pixels.
pub(super) fn width_of(text: &str, size: f64) -> f64 {
    // `plotters` counts whole pixels, so letters of a thousand of them are measured.
    let wide = font(1000.0 * FONT_HEIGHT).layout_box(text);
    let ((left, _), (right, _)) = wide.expect("the embedded font is registered");
    f64::from(right - left) / 1000.0 * size
}

/// The text, or its beginning and `…` if it is wider than that.
pub(super) fn fit(text: &str, size: f64, width: f64) -> String {
    if width_of(text, size) <= width {
        return text.to_owned();
    }
    let mut letters: Vec<char> = text.chars().collect();
    loop {
        letters.pop();
        let shorter = letters.iter().collect::<String>().trim_end().to_owned() + "…";
        if letters.is_empty() || width_of(&shorter, size) <= width {
            return shorter;
        }
    }
}
