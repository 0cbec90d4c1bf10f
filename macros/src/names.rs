//! The nearest known name to a misspelt one.

/// The known name that differs least from `name`, if it is near enough to be what was meant, or one that begins so.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let simple = |name: &str| name.to_lowercase().replace('_', "");
    let written = simple(name);
    let known: Vec<&str> = known.into_iter().collect();
    let begins_so =
        known.iter().copied().find(|candidate| written.len() > 3 && simple(candidate).starts_with(&written));
    known
        .into_iter()
        .map(|candidate| (distance(&written, &simple(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(written.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
        .or(begins_so)
}

/// `` did you mean `Dense`? `` where a name is near, else the list of all.
pub fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", list(known)),
    }
}

/// `` `a`, `b`, `c` ``
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let edit = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    edit.min(rows[i - 2][j - 2] + 1)
                } else {
                    edit
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant_and_nothing_else() {
        let layers = ["Dense", "Dropout", "Flatten", "LeakyRelu"];
        assert_eq!(nearest("Dnese", layers), Some("Dense"));
        assert_eq!(nearest("dense", layers), Some("Dense"));
        assert_eq!(nearest("leaky_relu", layers), Some("LeakyRelu"));
        assert_eq!(nearest("Leaky", layers), Some("LeakyRelu"));
        assert_eq!(nearest("Conv2d", layers), None);
    }
}
