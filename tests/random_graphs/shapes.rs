//! Shapes as lists of sizes.

pub fn size(dims: &[usize]) -> usize {
    dims.iter().product()
}

/// `NumPy`'s rule: aligned at the right, sizes are equal or one of them is 1.
pub fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let size = |dims: &[usize], axis: usize| (axis + dims.len()).checked_sub(rank).map_or(1, |axis| dims[axis]);
    (0..rank)
        .map(|axis| match (size(a, axis), size(b, axis)) {
            (1, n) | (n, 1) => Some(n),
            (m, n) => (m == n).then_some(n),
        })
        .collect()
}

/// The shape of `NumPy`'s matmul.
pub fn product(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let (a_stack, rows, a_depth) = match a {
        [] => return None,
        [depth] => (&[][..], None, depth),
        [stack @ .., rows, depth] => (stack, Some(*rows), depth),
    };
    let (b_stack, b_depth, columns) = match b {
        [] => return None,
        [depth] => (&[][..], depth, None),
        [stack @ .., depth, columns] => (stack, depth, Some(*columns)),
    };
    let mut dims = broadcast(a_stack, b_stack).filter(|_| a_depth == b_depth)?;
    dims.extend(rows.into_iter().chain(columns));
    Some(dims)
}

pub fn list(numbers: impl IntoIterator<Item = usize>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(", "))
}
