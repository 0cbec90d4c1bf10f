//! How often values are in ranges of equal width, as `tf.summary.histogram` counts them
//! (`tensorboard/plugins/histogram/summary_v2.py`).

use katachi_core::element::Element;

/// `DEFAULT_BUCKET_COUNT`.
pub const RANGES: usize = 30;

/// The left edge, the right edge and the count of each range of the finite values, and how many values are not finite.
pub fn ranges<T: Element>(values: &[T]) -> ([[f64; 3]; RANGES], usize) {
    let finite = || values.iter().map(|value| value.to_f64()).filter(|value| value.is_finite());
    let (count, least, greatest) = finite()
        .fold((0_usize, f64::INFINITY, f64::NEG_INFINITY), |(count, least, greatest), value| {
            (count + 1, least.min(value), greatest.max(value))
        });
    let left_out = values.len() - count;
    let mut ranges = [[0.0; 3]; RANGES];
    if count == 0 {
        return (ranges, left_out);
    }
    if least >= greatest {
        ranges = [[least, least, 0.0]; RANGES];
        ranges[RANGES - 1][2] = count as f64;
        return (ranges, left_out);
    }

    // The difference of numbers beyond half of the greatest f64 is infinite; that of their halves is not.
    let scale = if (greatest - least).is_finite() { 1.0 } else { 0.5 };
    let start = least * scale;
    let width = (greatest * scale - start) / RANGES as f64;
    let edge = |index: usize| if index == RANGES { greatest } else { (start + width * index as f64) / scale };
    for (index, range) in ranges.iter_mut().enumerate() {
        *range = [edge(index), edge(index + 1), 0.0];
    }
    for value in finite() {
        let place = (value * scale - start) / width;
        // A width of less than any f64 is 0, and what is divided by it infinite or NaN: the last range or the first.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place is no less than 0")]
        let index = (place.floor() as usize).min(RANGES - 1);
        ranges[index][2] += 1.0;
    }
    (ranges, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(ranges: &[[f64; 3]; RANGES]) -> Vec<(usize, f64)> {
        ranges.iter().enumerate().filter(|(_, range)| range[2] > 0.0).map(|(index, range)| (index, range[2])).collect()
    }

    /// What holds of every histogram: ranges side by side from the least value to the greatest, each value in one.
    #[track_caller]
    fn assert_covers(values: &[f64]) -> [[f64; 3]; RANGES] {
        let (ranges, left_out) = ranges(values);
        let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        assert_eq!(left_out, values.len() - finite.len());
        assert_eq!(ranges.iter().map(|range| range[2]).sum::<f64>(), finite.len() as f64);
        assert_eq!(ranges[0][0], finite.iter().copied().fold(f64::INFINITY, f64::min));
        assert_eq!(ranges[RANGES - 1][1], finite.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        assert!(ranges.as_flattened().iter().all(|number| number.is_finite()), "{ranges:?}");
        assert!(ranges.windows(2).all(|pair| pair[0][1] == pair[1][0] && pair[0][0] <= pair[0][1]), "{ranges:?}");
        ranges
    }

    #[test]
    fn a_range_has_its_left_edge_and_the_last_both() {
        let values: Vec<f64> = (0..=30).map(f64::from).collect();
        let ranges = assert_covers(&values);
        let expected: Vec<_> = (0..30).map(|index| (index, if index == 29 { 2.0 } else { 1.0 })).collect();
        assert_eq!(counts(&ranges), expected);
        assert_eq!(ranges[7], [7.0, 8.0, 1.0]);
    }

    #[test]
    fn equal_values_are_in_the_last_range_whose_edges_they_are() {
        assert_eq!(
            ranges(&[2.5_f32; 4]),
            ([[2.5, 2.5, 0.0]; 29].into_iter().chain([[2.5, 2.5, 4.0]]).collect::<Vec<_>>().try_into().unwrap(), 0)
        );
        assert_eq!(counts(&ranges(&[-0.0, 0.0]).0), [(29, 2.0)]);
    }

    #[test]
    fn without_a_value_all_is_zero() {
        assert_eq!(ranges::<f32>(&[]), ([[0.0; 3]; RANGES], 0));
        assert_eq!(ranges(&[f64::NAN, f64::INFINITY]), ([[0.0; 3]; RANGES], 2));
    }

    #[test]
    fn values_that_are_not_finite_are_left_out_and_counted() {
        let ranges = assert_covers(&[0.0, f64::NAN, 15.0, f64::INFINITY, 30.0, f64::NEG_INFINITY]);
        assert_eq!(counts(&ranges), [(0, 1.0), (15, 1.0), (29, 1.0)]);
    }

    #[test]
    fn the_widest_and_the_narrowest_ranges_hold() {
        let wide = assert_covers(&[f64::MIN, 1e307, 1e300, f64::MAX]);
        assert_eq!(counts(&wide), [(0, 1.0), (15, 2.0), (29, 1.0)]);
        let least = f64::from_bits(1);
        assert_eq!(counts(&assert_covers(&[0.0, least, 3.0 * least])), [(0, 1.0), (29, 2.0)]);
        assert_covers(&[1.0, 1.0 + f64::EPSILON]);
    }
}
