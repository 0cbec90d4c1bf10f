//! Colours that the colour-blind tell apart.

use super::scene::Colour;

/// Right in a picture, wrong in a picture.
pub(super) const BLUE: Colour = [0, 114, 178];
pub(super) const VERMILION: Colour = [213, 94, 0];

/// Okabe and Ito, "Color Universal Design" (2008), without yellow, which is too light for a line on white.
const DISTINCT: [Colour; 7] =
    [BLUE, VERMILION, [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233], [0, 0, 0]];

/// Points of the map "viridis" of matplotlib (van der Walt and Smith, 2015), from dark to light.
const VIRIDIS: [Colour; 6] =
    [[68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [190, 216, 40]];

/// White to dark blue: the map "Blues" of colorbrewer2.org, thinned.
const BLUES: [Colour; 5] = [[255, 255, 255], [198, 219, 239], [107, 174, 214], [33, 113, 181], [8, 48, 107]];

/// The colour of one of so many lines: unlike ones if there are few, else a step of a ramp.
pub(super) fn line(index: usize, count: usize) -> Colour {
    if count <= DISTINCT.len() { DISTINCT[index] } else { ramp(&VIRIDIS, index as f64 / (count - 1) as f64) }
}

/// The colour of a share from 0 (white) to 1 (dark).
pub(super) fn share(share: f64) -> Colour {
    ramp(&BLUES, share)
}

/// Whether white text is read better than black on this colour: its luminance by Rec. 709 is below a half.
pub(super) fn is_dark([red, green, blue]: Colour) -> bool {
    0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue) < 127.5
}

fn ramp(colours: &[Colour], at: f64) -> Colour {
    let place = at.clamp(0.0, 1.0) * (colours.len() - 1) as f64;
    let below = (place as usize).min(colours.len() - 2);
    let part = place - below as f64;
    let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * part).round() as u8;
    [0, 1, 2].map(|channel| mix(colours[below][channel], colours[below + 1][channel]))
}
