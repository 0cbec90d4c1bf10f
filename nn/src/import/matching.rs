//! Which array of a file goes to which of a model.

use std::collections::HashMap;

use super::arrays::{Ours, Part, Theirs};
use crate::error::Error;
use crate::model::Model;
use crate::names::{list, nearest};

/// An array of the file, one of the model, and how they found each other.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub theirs: usize,
    pub ours: usize,
    pub is_transposed: bool,
    pub how: &'static str,
}

/// The pairs, in the order of the model.
pub fn pairs<M: Model>(
    place: &str,
    theirs: &[Theirs],
    ours: &[Ours],
    maps: &[(String, String)],
) -> Result<Vec<Pair>, Error> {
    let mut matching = Matching { place, model: M::NAME, theirs, ours, pairs: Vec::new() };
    for (from, to) in maps {
        matching.map(from, to)?;
    }
    matching.by_name()?;
    if matching.theirs_left().iter().all(|index| position(&theirs[*index]).is_some()) {
        matching.by_position()?;
    } else {
        matching.by_shape()?;
    }
    let mut pairs = matching.pairs;
    pairs.sort_by_key(|pair| pair.ours);
    Ok(pairs)
}

struct Matching<'a> {
    place: &'a str,
    model: &'a str,
    theirs: &'a [Theirs],
    ours: &'a [Ours],
    pairs: Vec<Pair>,
}

impl Matching<'_> {
    /// What the user says.
    fn map(&mut self, from: &str, to: &str) -> Result<(), Error> {
        let call = format!("`map(\"{from}\", \"{to}\")`");
        let (mut theirs, mut ours) = (self.theirs_left(), self.ours_left());
        let (all_theirs, all_ours) = (theirs.clone(), ours.clone());
        theirs.retain(|index| is_below(&self.theirs[*index], from));
        ours.retain(|index| below(&self.ours[*index].name, to).is_some());
        if theirs.is_empty() {
            let known = all_theirs.iter().flat_map(|index| prefixes(&self.theirs[*index]));
            return Err(self.unknown(
                &format!("{call}: there is no `{from}` in it that is left"),
                from,
                known.collect(),
            ));
        }
        if ours.is_empty() {
            let known = all_ours.iter().map(|index| &self.ours[*index]);
            let known = known.flat_map(|ours| [ours.layer.clone(), ours.name.clone()]).collect();
            return Err(self.unknown(
                &format!("{call}: there is no `{to}` in `{}` that is left", self.model),
                to,
                known,
            ));
        }
        if let ([theirs], [ours]) = (&*theirs, &*ours) {
            return self.pair(*theirs, *ours, "by map");
        }
        let before = self.pairs.len();
        for &index in &ours {
            let ours = &self.ours[index];
            // The layer below the name, if there is one.
            let layer = below(&ours.layer, to);
            let is_meant = |theirs: &Theirs| {
                let layers = [theirs.layer.as_str(), theirs.group.as_str()];
                let same = |name: &&str| below(name, from).map(|rest| rest.replace('/', ".")).as_deref() == layer;
                ours.is_part(&theirs.part) && layer.is_some() && layers.iter().any(same)
            };
            if let Some(&found) = theirs.iter().find(|index| is_meant(&self.theirs[**index])) {
                self.pair(found, index, "by map")?;
            }
        }
        if self.pairs.len() == before {
            let theirs: Vec<&str> = theirs.iter().map(|index| self.theirs[*index].name.as_str()).collect();
            let ours: Vec<&str> = ours.iter().map(|index| self.ours[*index].name.as_str()).collect();
            let problem = format!("{call}: it is not certain which array of the one is which of the other");
            let (theirs, ours) = (list(theirs.iter()), list(ours.iter()));
            let help = format!("map array by array: there are {theirs} in the file, and {ours} in the model");
            return Err(Error::data(self.place, problem, help));
        }
        Ok(())
    }

    /// The same layer and the same parameter.
    fn by_name(&mut self) -> Result<(), Error> {
        for index in self.ours_left() {
            let ours = &self.ours[index];
            let is_same = |theirs: &Theirs| theirs.layer == ours.layer && ours.is_part(&theirs.part);
            if let Some(found) = self.theirs_left().into_iter().find(|index| is_same(&self.theirs[*index])) {
                self.pair(found, index, "by name")?;
            }
        }
        Ok(())
    }

    /// Arrays that have numbers for names, to what is left of the model, in order.
    fn by_position(&mut self) -> Result<(), Error> {
        let (mut theirs, ours) = (self.theirs_left(), self.ours_left());
        theirs.sort_by_key(|index| position(&self.theirs[*index]));
        for (theirs, ours) in theirs.into_iter().zip(ours) {
            self.pair(theirs, ours, "by order")?;
        }
        Ok(())
    }

    /// Layers of the same shapes, where it is certain which is which.
    fn by_shape(&mut self) -> Result<(), Error> {
        let ours = groups(self.ours_left(), |index| &self.ours[index].layer);
        let mut theirs = groups(self.theirs_left(), |index| &self.theirs[index].group);
        theirs.sort_by_cached_key(|(name, _)| natural(name));
        let fitting = |ours: &[usize]| -> Vec<usize> {
            (0..theirs.len()).filter(|group| self.fit(&theirs[*group].1, ours).is_some()).collect()
        };
        let candidates: Vec<Vec<usize>> = ours.iter().map(|(_, ours)| fitting(ours)).collect();
        let mut chosen = Vec::new();
        for (index, fitting) in candidates.iter().enumerate() {
            // The layers of the model for which the same ones of the file are candidates, and which of them this is.
            let alike: Vec<usize> = (0..ours.len()).filter(|other| candidates[*other] == *fitting).collect();
            let rank = alike.iter().position(|other| *other == index).unwrap_or_default();
            let mut stems = fitting.iter().map(|group| stem(theirs[*group].0));
            let first = stems.next();
            let is_certain = fitting.len() == alike.len() && stems.all(|stem| Some(stem) == first);
            if is_certain && let Some(pairs) = self.fit(&theirs[fitting[rank]].1, &ours[index].1) {
                chosen.extend(pairs);
            }
        }
        for (theirs, ours) in chosen {
            self.pair(theirs, ours, "by shape")?;
        }
        Ok(())
    }

    /// The pairs of two layers, if each parameter of the one is one of the other.
    fn fit(&self, theirs: &[usize], ours: &[usize]) -> Option<Vec<(usize, usize)>> {
        let partner = |index: usize| {
            let ours = &self.ours[index];
            let found = theirs.iter().find(|theirs| ours.is_part(&self.theirs[**theirs].part))?;
            ours.fits(&self.theirs[*found].shape).map(|_| (*found, index))
        };
        if theirs.len() == ours.len() { ours.iter().map(|index| partner(*index)).collect() } else { None }
    }

    /// Enters a pair; an error if their shapes do not agree.
    fn pair(&mut self, theirs: usize, ours: usize, how: &'static str) -> Result<(), Error> {
        let (array, parameter) = (&self.theirs[theirs], &self.ours[ours]);
        if parameter.is_uncertain() {
            let problem =
                format!("the shape of `{}`, {:?}, does not tell whether it is transposed", array.name, array.shape);
            let help = format!(
                "say `.transposed(\"{}\", true)` if it is the weight of a dense layer of PyTorch, else `false`",
                parameter.name
            );
            return Err(Error::data(self.place, problem, help));
        }
        let Some(is_transposed) = parameter.fits(&array.shape) else {
            let problem = format!(
                "`{}` has the shape {:?}, and for `{}` of `{}`, which it is {how}, it would have {}",
                array.name,
                array.shape,
                parameter.name,
                self.model,
                parameter.wanted()
            );
            let is_otherwise = array.shape == parameter.shape || array.shape.iter().rev().eq(parameter.shape);
            let help = if is_otherwise && array.shape.len() == 2 {
                "say with `layout`, or `transposed`, how the file keeps it"
            } else {
                "say with `map` what belongs together, or pass the file of a model of the same sizes"
            };
            return Err(Error::data(self.place, problem, help));
        };
        self.pairs.push(Pair { theirs, ours, is_transposed, how });
        Ok(())
    }

    fn theirs_left(&self) -> Vec<usize> {
        (0..self.theirs.len()).filter(|index| self.pairs.iter().all(|pair| pair.theirs != *index)).collect()
    }

    fn ours_left(&self) -> Vec<usize> {
        (0..self.ours.len()).filter(|index| self.pairs.iter().all(|pair| pair.ours != *index)).collect()
    }

    fn unknown(&self, problem: &str, name: &str, mut known: Vec<String>) -> Error {
        known.retain(|name| !name.is_empty());
        known.sort();
        known.dedup();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let help = match nearest(name, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the names are {}", list(known.iter())),
        };
        Error::data(self.place, problem, help)
    }
}

/// Whether an array of the file lies below a name, in the file's notation or in that of this crate.
fn is_below(array: &Theirs, name: &str) -> bool {
    [&array.name, &array.path()].iter().any(|path| below(path, name).is_some())
}

/// What an array, its layer, and the layers that it lies in are called.
fn prefixes(array: &Theirs) -> Vec<String> {
    let path = array.path();
    let ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]);
    ends.map(|end| path[..end].to_owned()).chain([array.name.clone()]).collect()
}

/// What stands below a name in a path: nothing, or what follows a dot or a slash.
fn below<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(name)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(['.', '/']) }
}

/// The number of an array that `np.savez` has given a name: `arr_3`.
fn position(array: &Theirs) -> Option<usize> {
    match &array.part {
        Part::Named(part) if array.layer.is_empty() => part.strip_prefix("arr_")?.parse().ok(),
        _ => None,
    }
}

/// Groups indices by a key, in the order in which keys come.
fn groups<'k>(indices: Vec<usize>, key: impl Fn(usize) -> &'k str) -> Vec<(&'k str, Vec<usize>)> {
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    // A file may have as many layers as arrays, and any number of those.
    let mut places: HashMap<&str, usize> = HashMap::new();
    for index in indices {
        let place = *places.entry(key(index)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, group)) => group.push(index),
            None => groups.push((key(index), vec![index])),
        }
    }
    groups
}

/// A name without its numbers, which Keras leaves out of the first: `layers/dense` for that and for `layers/dense_1`.
fn stem(name: &str) -> String {
    pieces(name).map(|(text, _)| text.trim_end_matches('_')).collect::<Vec<_>>().concat()
}

/// The order of names with numbers: `net.2` before `net.10`, and `dense` before `dense_1`.
fn natural(name: &str) -> (String, Vec<u64>) {
    (stem(name), pieces(name).map(|(_, number)| number).collect())
}

/// Each text with the number behind it; 0 where there is none.
fn pieces(name: &str) -> impl Iterator<Item = (&str, u64)> {
    let mut rest = name;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let digits = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let (text, behind) = rest.split_at(digits);
        let end = behind.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(behind.len());
        rest = &behind[end..];
        Some((text, behind[..end].parse().unwrap_or(0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_by_their_numbers() {
        let mut names = ["layers/dense_10", "layers/dense", "net.10.x", "net.2.x", "layers/dense_2"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["layers/dense", "layers/dense_2", "layers/dense_10", "net.2.x", "net.10.x"]);
        assert_eq!(stem("layers/dense"), stem("layers/dense_1"));
        assert_ne!(stem("encoder.0"), stem("decoder.0"));
    }

    #[test]
    fn groups_come_in_the_order_of_their_keys() {
        let keys = ["b", "a", "b", "", "a"];
        let expected = [("b", vec![0, 2]), ("a", vec![1, 4]), ("", vec![3])];
        assert_eq!(groups((0..5).collect(), |index| keys[index]), expected);
        // Looked up, not looked for: this would take minutes.
        let names: Vec<String> = (0..200_000).map(|layer| format!("layer_{layer}")).collect();
        assert_eq!(groups((0..names.len()).collect(), |index| &names[index]).len(), names.len());
    }

    #[test]
    fn a_name_means_all_below_it() {
        assert_eq!(below("fc1.weight", "fc1"), Some("weight"));
        assert_eq!(below("fc1", "fc1"), Some(""));
        assert_eq!(below("fc10.weight", "fc1"), None);
    }
}
