//! A panel: a plane with two axes, their grid, ticks and labels, a title above it, and a legend outside of it.

use super::axis::Axis;
use super::scene::{Anchor, Area, Colour, GREY, GRID, INK, MEDIUM, Point, SMALL, Scene, fit, width_of};

/// What is written around a plane.
pub(super) struct Panel<'a> {
    pub title: &'a str,
    pub x: Axis,
    pub y: Axis,
    pub x_label: &'a str,
    pub y_label: &'a str,
}

/// The plane of a panel that was drawn.
pub(super) struct Plane {
    pub area: Area,
    x: Axis,
    y: Axis,
}

impl Plane {
    /// Where two values stand; none if one of them cannot be shown.
    pub fn place(&self, x: f64, y: f64) -> Option<Point> {
        if !Axis::shows(x, self.x.logarithmic) || !Axis::shows(y, self.y.logarithmic) {
            return None;
        }
        let Area { left, bottom, .. } = self.area;
        Some((left + self.x.fraction(x) * self.area.width(), bottom - self.y.fraction(y) * self.area.height()))
    }

    /// A line through the points that can be shown, broken where one is left out; a point between two such is a disc.
    pub fn curve(&self, scene: &mut Scene, points: &[(f64, f64)], look: Look) {
        let places: Vec<_> = points.iter().map(|(x, y)| self.place(*x, *y)).collect();
        for part in places.split(Option::is_none) {
            let part: Vec<Point> = part.iter().flatten().copied().collect();
            match part.as_slice() {
                [] => {}
                [alone] => scene.disc(*alone, 3.0, look.colour, 1.0),
                _ if look.dashed => scene.dashes(part, look.colour, 1.6),
                _ => scene.line(part, look.colour, 1.6),
            }
        }
    }
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub colour: Colour,
    pub dashed: bool,
}

impl Panel<'_> {
    /// Draws all but the data, into this area.
    pub fn draw(self, scene: &mut Scene, area: Area) -> Plane {
        let title: f64 = if self.title.is_empty() { 0.0 } else { 20.0 };
        let label = |text: &str| if text.is_empty() { 0.0 } else { 18.0 };
        let top = area.top + title.max(SMALL / 2.0);
        let bottom = area.bottom - 20.0 - label(self.x_label);

        let y_ticks = self.y.ticks((((bottom - top) / 34.0) as usize).clamp(2, 9));
        let widest = y_ticks.iter().map(|tick| width_of(&tick.1, SMALL)).fold(0.0, f64::max);
        let left = area.left + label(self.y_label) + widest.ceil() + 8.0;
        let plane = Area { left, top, right: area.right - 10.0, bottom };
        let x_ticks = self.x_ticks(plane.width());

        scene.rectangle(plane, [255; 3]);
        let plane = Plane { area: plane, x: self.x, y: self.y };
        plane.grid(scene, &x_ticks, &y_ticks);
        if !self.title.is_empty() {
            let title = fit(self.title, MEDIUM, area.right - left);
            scene.text(title, (left, area.top + 7.0), MEDIUM, Anchor::Start, INK);
        }
        let Area { left, right, top, bottom } = plane.area;
        let text = fit(self.x_label, MEDIUM, area.width());
        if !text.is_empty() {
            scene.text(text, (f64::midpoint(left, right), bottom + 28.0), MEDIUM, Anchor::Middle, INK);
        }
        let text = fit(self.y_label, MEDIUM, area.height());
        if !text.is_empty() {
            scene.text_upwards(text, (area.left + 7.0, f64::midpoint(top, bottom)), MEDIUM, Anchor::Middle, INK);
        }
        plane
    }

    /// As many ticks as have room beside each other.
    fn x_ticks(&self, width: f64) -> Vec<(f64, String)> {
        let mut most = 10;
        loop {
            let ticks = self.x.ticks(most);
            let needed: f64 = ticks.iter().map(|tick| width_of(&tick.1, SMALL) + 14.0).sum();
            if needed <= width || most == 1 {
                return ticks;
            }
            most -= 1;
        }
    }
}

impl Plane {
    fn grid(&self, scene: &mut Scene, x_ticks: &[(f64, String)], y_ticks: &[(f64, String)]) {
        let Area { left, top, right, bottom } = self.area;
        for (value, text) in x_ticks {
            let x = left + self.x.fraction(*value) * self.area.width();
            scene.line(vec![(x, top), (x, bottom)], GRID, 0.7);
            scene.text(text, (x, bottom + 11.0), SMALL, Anchor::Middle, GREY);
        }
        for (value, text) in y_ticks {
            let y = bottom - self.y.fraction(*value) * self.area.height();
            scene.line(vec![(left, y), (right, y)], GRID, 0.7);
            scene.text(text, (left - 6.0, y), SMALL, Anchor::End, GREY);
        }
        scene.line(vec![(left, top), (left, bottom), (right, bottom)], GREY, 1.0);
    }
}

/// What a legend has beside a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Key {
    Line(Look),
    Disc(Colour),
}

const KEY: f64 = 26.0;
const ROW: f64 = 18.0;

/// Draws a legend at the top of an area, in as many rows as it needs, and gives what is left of the area.
pub(super) fn legend(scene: &mut Scene, area: Area, entries: &[(String, Key)]) -> Area {
    let (mut x, mut y) = (area.left, area.top + 7.0);
    for (name, key) in entries {
        let name = fit(name, SMALL, area.width() - KEY);
        let width = KEY + width_of(&name, SMALL);
        if x > area.left && x + width > area.right {
            (x, y) = (area.left, y + ROW);
        }
        let ends = vec![(x, y), (x + KEY - 6.0, y)];
        match key {
            Key::Line(Look { colour, dashed: true }) => scene.dashes(ends, *colour, 1.6),
            Key::Line(Look { colour, .. }) => scene.line(ends, *colour, 1.6),
            Key::Disc(colour) => scene.disc((x + KEY / 2.0 - 3.0, y), 3.0, *colour, 1.0),
        }
        scene.text(name, (x + KEY, y), SMALL, Anchor::Start, INK);
        x += width + 16.0;
    }
    if entries.is_empty() { area } else { Area { top: y + 15.0, ..area } }
}
