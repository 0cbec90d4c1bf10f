//! A scene as SVG and as PNG.

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontTransform, RGBColor, ShapeStyle, TextStyle};

use super::scene::{Anchor, Area, Colour, FONT_HEIGHT, HALF_X_HEIGHT, Mark, Point, Scene, Text, font};

/// `plotters` draws at whole places. In SVG ten of them are a pixel.
const SVG_SCALE: f64 = 10.0;

/// What `plotters` takes an em for, compared with the size that it is given, when it writes SVG.
const SVG_EM: f64 = 1.24;

const WHITE: Colour = [255; 3];

/// The text of an SVG file; the same on every machine.
pub(super) fn svg(scene: &Scene) -> String {
    let mut text = String::new();
    let scaled = |pixels: u32| pixels * SVG_SCALE as u32;
    let size = (scaled(scene.width), scaled(scene.height));
    let mut backend = SVGBackend::with_string(&mut text, size);
    let page = Area { left: 0.0, top: 0.0, right: f64::from(scene.width), bottom: f64::from(scene.height) };
    let mut pencil = Pencil { backend: &mut backend, scale: SVG_SCALE };
    pencil.rectangle(page, WHITE);
    for mark in &scene.marks {
        match mark {
            Mark::Line { points, colour, width, dashed } => {
                let parts = if *dashed { dashes(points) } else { vec![points.clone()] };
                for part in parts {
                    let path: Vec<_> = part.into_iter().map(|point| pencil.place(point)).collect();
                    drawn(pencil.backend.draw_path(path, &pencil.style(*colour, 1.0, *width)));
                }
            }
            Mark::Text(text) => {
                let at = pencil.place(text.at);
                pencil.text(text, em(text.size * SVG_SCALE), VPos::Center, at);
            }
            Mark::Rectangle { area, colour } => pencil.rectangle(*area, *colour),
            Mark::Disc { centre, radius, colour, alpha } => pencil.disc(*centre, *radius, *colour, *alpha),
            Mark::Image { .. } => {}
        }
    }
    drawn(backend.present());
    drop(backend);

    let head = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    let text = text.replacen(&head, &format!("width=\"{}\" height=\"{}\"", scene.width, scene.height), 1);
    let images: String = scene.marks.iter().filter_map(image_element).collect();
    text.replacen("</svg>", &format!("{images}</svg>"), 1)
}

/// The size that gives letters of exactly so many units when it is divided by `SVG_EM`, so that no `110.00000000000001`
/// is written.
fn em(units: f64) -> f64 {
    let size = units * SVG_EM;
    let near = [size, size.next_down(), size.next_up()];
    near.into_iter().find(|size| (size / SVG_EM).to_bits() == units.to_bits()).unwrap_or(size)
}

/// An image within SVG: a PNG within a link. `plotters` would need another crate for it.
fn image_element(mark: &Mark) -> Option<String> {
    let Mark::Image { area, columns, pixels } = mark else { return None };
    let rows = pixels.len() / columns;
    let bytes: Vec<u8> = pixels.iter().flatten().copied().collect();
    let png = encode(&bytes, u32::try_from(*columns).ok()?, u32::try_from(rows).ok()?);
    let [x, y, width, height] =
        [area.left, area.top, area.width(), area.height()].map(|side| (side * SVG_SCALE).round());
    Some(format!(
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
         image-rendering=\"pixelated\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>\n",
        base64(&png)
    ))
}

/// The bytes of a PNG file; the same on every machine.
///
/// Everything is drawn larger, and each pixel is the mean of what falls into it, which smooths lines and letters.
pub(super) fn png(scene: &Scene) -> Vec<u8> {
    let scale: u32 = if scene.width * scene.height <= 4_000_000 { 4 } else { 2 };
    let (width, height) = (scene.width * scale, scene.height * scale);
    let mut large = vec![255; width as usize * height as usize * 3];
    let mut backend = BitMapBackend::with_buffer(&mut large, (width, height));
    let mut pencil = Pencil { backend: &mut backend, scale: f64::from(scale) };
    for mark in &scene.marks {
        match mark {
            Mark::Line { points, colour, width, dashed } => {
                let parts = if *dashed { dashes(points) } else { vec![points.clone()] };
                for part in parts {
                    pencil.stroke(&part, *colour, *width);
                }
            }
            Mark::Text(text) => pencil.letters(text),
            Mark::Rectangle { area, colour } => pencil.rectangle(*area, *colour),
            Mark::Disc { centre, radius, colour, alpha } => pencil.disc(*centre, *radius, *colour, *alpha),
            Mark::Image { area, columns, pixels } => {
                let rows = pixels.len() / columns;
                for (number, colour) in pixels.iter().enumerate() {
                    pencil.rectangle(area.cell(number, *columns, rows, 0.0), *colour);
                }
            }
        }
    }
    drawn(backend.present());
    drop(backend);
    encode(&smaller(&large, scene.width as usize, scale as usize), scene.width, scene.height)
}

/// Writes marks with a backend whose unit is a part of a pixel.
struct Pencil<'a, B> {
    backend: &'a mut B,
    scale: f64,
}

impl<B: DrawingBackend> Pencil<'_, B> {
    fn place(&self, (x, y): Point) -> (i32, i32) {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }

    fn style(&self, colour: Colour, alpha: f64, width: f64) -> ShapeStyle {
        let [red, green, blue] = colour;
        let stroke_width = (width * self.scale).round().max(1.0) as u32;
        ShapeStyle { color: RGBColor(red, green, blue).mix(alpha), filled: true, stroke_width }
    }

    fn rectangle(&mut self, area: Area, colour: Colour) {
        let (from, to) = (self.place((area.left, area.top)), self.place((area.right, area.bottom)));
        drawn(self.backend.draw_rect(from, to, &self.style(colour, 1.0, 1.0), true));
    }

    fn disc(&mut self, centre: Point, radius: f64, colour: Colour, alpha: f64) {
        let radius = (radius * self.scale).round() as u32;
        drawn(self.backend.draw_circle(self.place(centre), radius, &self.style(colour, alpha, 1.0), true));
    }

    /// A line with round corners: `plotters` would make one polygon of it, which has holes where it meets itself.
    fn stroke(&mut self, points: &[Point], colour: Colour, width: f64) {
        let style = self.style(colour, 1.0, width);
        let half = width / 2.0;
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let length = (x1 - x0).hypot(y1 - y0);
            if length == 0.0 {
                continue;
            }
            let (nx, ny) = ((y0 - y1) / length * half, (x1 - x0) / length * half);
            let corners = [(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)];
            let corners = corners.map(|corner| self.place(corner));
            drawn(self.backend.fill_polygon(corners, &style));
        }
        let radius = (half * self.scale).floor() as u32;
        if radius > 1 {
            for corner in points.iter().skip(1).take(points.len().saturating_sub(2)) {
                drawn(self.backend.draw_circle(self.place(*corner), radius, &style, true));
            }
        }
    }

    /// Text with its baseline where it is in SVG: `plotters` draws it half a size below the top of its box.
    fn letters(&mut self, text: &Text) {
        let size = text.size * FONT_HEIGHT;
        let rise = text.size * HALF_X_HEIGHT - size / 2.0;
        let (x, y) = text.at;
        let at = self.place(if text.upwards { (x + rise, y) } else { (x, y + rise) });
        self.text(text, size * self.scale, VPos::Top, at);
    }

    fn text(&mut self, text: &Text, size: f64, vertical: VPos, at: (i32, i32)) {
        let horizontal = match text.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let turn = if text.upwards { FontTransform::Rotate270 } else { FontTransform::None };
        let [red, green, blue] = text.colour;
        let colour = RGBColor(red, green, blue);
        let style = TextStyle::from(font(size).transform(turn)).color(&colour);
        drawn(self.backend.draw_text(&text.words, &style.pos(Pos::new(horizontal, vertical)), at));
    }
}

/// Neither backend can fail: both write into memory.
fn drawn<E: std::fmt::Debug>(result: Result<(), E>) {
    result.expect("memory takes what is drawn");
}

/// The dashes of a line: 5 pixels, and 3 between them.
fn dashes(points: &[Point]) -> Vec<Vec<Point>> {
    const LENGTHS: [f64; 2] = [5.0, 3.0];
    let mut parts = Vec::new();
    let mut part = vec![points[0]];
    let (mut phase, mut left) = (0, LENGTHS[0]);
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = (x1 - x0).hypot(y1 - y0);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let point = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length);
            part.push(point);
            if phase == 0 {
                parts.push(std::mem::take(&mut part));
            }
            phase = 1 - phase;
            left = LENGTHS[phase];
            part = vec![point];
        }
        left -= length - done;
        part.push((x1, y1));
    }
    if phase == 0 && part.len() > 1 {
        parts.push(part);
    }
    parts
}

/// Each pixel the mean of `scale` × `scale`.
fn smaller(large: &[u8], width: usize, scale: usize) -> Vec<u8> {
    let row = width * scale * 3;
    let count = u32::try_from(scale * scale).expect("a small scale");
    let mut small = Vec::with_capacity(large.len() / (scale * scale));
    let mut sums = vec![0_u32; width * 3];
    for rows in large.chunks_exact(row * scale) {
        sums.fill(0);
        for line in rows.chunks_exact(row) {
            for (sum, pixels) in sums.chunks_exact_mut(3).zip(line.chunks_exact(3 * scale)) {
                for pixel in pixels.chunks_exact(3) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
                }
            }
        }
        small.extend(sums.iter().map(|sum| ((sum + count / 2) / count) as u8));
    }
    small
}

/// Rows of red, green and blue as a PNG file.
fn encode(pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("memory takes what is written");
    writer.write_image_data(pixels).expect("three bytes for each pixel");
    writer.finish().expect("memory takes what is written");
    bytes
}

/// RFC 4648, section 4.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let letter = LETTERS[bits >> (18 - 6 * at) & 63];
            text.push(if at > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}
