//! The nearest known name to a misspelt one.

/// The known name that differs least from `name`, if it is near enough to be what was meant.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (distance(name, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(name.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `` did you mean `encoder.hidden`? ``: a path that ends in the name, or the nearest one.
pub fn suggestion(name: &str, known: &[&str]) -> Option<String> {
    let within = known.iter().copied().find(|known| known.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')));
    within.or_else(|| nearest(name, known)).map(|known| format!("did you mean `{known}`?"))
}

/// `` `a`, `b`, `c` ``
pub fn list<'a>(names: impl Iterator<Item = &'a &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// How wide a column of a table is whose longest cell has so many characters.
///
/// Names may come from a file. One without end is not aligned: it would make every other line as long, and `format!`
/// panics at a width of more than 65,535.
pub fn column_width(longest: usize) -> usize {
    const WIDEST: usize = 200;
    longest.min(WIDEST)
}

/// Insertions, deletions and replacements (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = corner + usize::from(letter != *other);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_levenshtein() {
        for (a, b, expected) in [("", "abc", 3), ("kitten", "sitting", 3), ("hidden", "hidden", 0), ("ab", "ba", 2)] {
            assert_eq!((distance(a, b), distance(b, a)), (expected, expected), "{a} {b}");
        }
    }

    #[test]
    fn what_is_far_is_not_meant() {
        let known = ["hidden1", "hidden2", "logits"];
        assert_eq!(nearest("hiden2", &known), Some("hidden2"));
        assert_eq!(nearest("logit", &known), Some("logits"));
        assert_eq!(nearest("encoder", &known), None);
    }
}
