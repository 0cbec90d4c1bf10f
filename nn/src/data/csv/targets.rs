//! What the columns of targets hold: labels or values.

use std::collections::HashMap;

use katachi_core::element::Element;
use katachi_core::shape::Shape;
use katachi_core::typenum::Unsigned;

use super::number::{Field, is_missing, parse};
use crate::names::nearest;
use crate::targets::{Labels, Targets, Values};

/// Targets that a table can hold: [`Labels`], or [`Values`] of the type of the inputs.
#[diagnostic::on_unimplemented(
    message = "a table holds labels, or values of the type of its inputs",
    note = "read `Labels<U7>`, or `Values<shape!(1)>` with `read`, or `Values<shape!(1), f64>` with `read_as` and f64"
)]
pub trait CsvTargets<T: Element>: Targets + sealed::Sealed {
    /// How many classes there are, if the targets are labels.
    #[doc(hidden)]
    const CLASSES: Option<usize>;

    /// The target of a field.
    #[doc(hidden)]
    fn item(classes: &mut Classes, field: &[u8]) -> Result<Self::Item, Wrong>;

    /// Puts right what only all rows tell; an error if they do not fit.
    #[doc(hidden)]
    fn finish(classes: &mut Classes, items: &mut [Self::Item]) -> Result<(), Wrong>;
}

mod sealed {
    pub trait Sealed {}
    impl<Classes> Sealed for super::Labels<Classes> {}
    impl<S, T> Sealed for super::Values<S, T> {}
}

/// What is wrong with a field.
#[doc(hidden)]
#[derive(Debug)]
pub enum Wrong {
    Missing,
    /// The problem and the help.
    Text(String, String),
}

impl Wrong {
    fn text(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Text(problem.into(), help.into())
    }
}

impl<C: Unsigned + 'static, T: Element> CsvTargets<T> for Labels<C> {
    const CLASSES: Option<usize> = Some(C::USIZE);

    fn item(classes: &mut Classes, field: &[u8]) -> Result<u32, Wrong> {
        classes.label(field, C::USIZE)
    }

    fn finish(classes: &mut Classes, labels: &mut [u32]) -> Result<(), Wrong> {
        classes.sort(labels, C::USIZE)
    }
}

impl<S: Shape, T: Element> CsvTargets<T> for Values<S, T> {
    const CLASSES: Option<usize> = None;

    fn item(_: &mut Classes, field: &[u8]) -> Result<T, Wrong> {
        number(field)
    }

    fn finish(_: &mut Classes, _: &mut [T]) -> Result<(), Wrong> {
        Ok(())
    }
}

/// The number of a field, or what is wrong with it.
pub fn number<T: Element>(field: &[u8]) -> Result<T, Wrong> {
    match parse(field) {
        Field::Number(number) => Ok(number),
        Field::Missing => Err(Wrong::Missing),
        Field::Infinite => {
            Err(Wrong::text(format!("`{}` is no finite number of {}", shown(field), T::NAME), "write a smaller one"))
        }
        Field::Text => {
            let help = "mend it; a column of words is left out with `ignore`, or is the one to pass to `label`";
            Err(Wrong::text(format!("`{}` is no number", shown(field)), help))
        }
    }
}

/// A field in a message: not more of it than tells what it is.
pub fn shown(field: &[u8]) -> String {
    const MOST: usize = 40;
    let text = String::from_utf8_lossy(field).into_owned();
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST).chain(['…']).collect() }
}

/// What the labels are.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Classes {
    /// Numbers from this one on.
    From(u32),
    /// Words, each with its label, which others may be added to.
    Words { words: Vec<String>, labels: HashMap<Vec<u8>, u32>, are_given: bool },
}

impl Default for Classes {
    fn default() -> Self {
        Self::From(0)
    }
}

impl Classes {
    /// These words.
    pub(super) fn words(words: Vec<String>) -> Self {
        let labels = words.iter().zip(0..).map(|(word, label)| (word.as_bytes().to_vec(), label)).collect();
        Self::Words { words, labels, are_given: true }
    }

    /// The words that are found.
    pub(super) fn found() -> Self {
        Self::Words { words: Vec::new(), labels: HashMap::new(), are_given: false }
    }

    /// The word of each class.
    pub(super) fn into_words(self, classes: Option<usize>) -> Vec<String> {
        match self {
            Self::From(first) => {
                (0..classes.unwrap_or(0)).map(|class| (u64::from(first) + class as u64).to_string()).collect()
            }
            Self::Words { words, .. } => words,
        }
    }

    /// Whether given words are as many as the type has classes.
    pub(super) fn check(&self, classes: Option<usize>) -> Result<(), Wrong> {
        match (self, classes) {
            (Self::Words { words, are_given: true, .. }, Some(classes)) if words.len() != classes => {
                let problem = format!("{} words are given for the {classes} classes of the dataset", words.len());
                Err(Wrong::text(problem, format!("pass {classes} words, or write `Labels<U{}>`", words.len())))
            }
            (Self::Words { words, labels, are_given: true }, _) if labels.len() != words.len() => {
                Err(Wrong::text("a word is given for two classes", "give each class a word of its own"))
            }
            _ => Ok(()),
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number in the range of labels")]
    fn label(&mut self, field: &[u8], classes: usize) -> Result<u32, Wrong> {
        if is_missing(field) && !self.is_word(field) {
            return Err(Wrong::Missing);
        }
        match self {
            Self::From(first) => {
                let Field::Number(number) = parse::<f64>(field) else {
                    let help = "pass the words to `classes`, or call `classes_sorted`";
                    return Err(Wrong::text(format!("`{}` is no number of a class", shown(field)), help));
                };
                let label = number - f64::from(*first);
                if label >= 0.0 && label < classes as f64 && label.fract() == 0.0 {
                    return Ok(label as u32);
                }
                let last = u64::from(*first) + (classes as u64).saturating_sub(1);
                let problem =
                    format!("`{}` is no label: those of {classes} classes are {first} to {last}", shown(field));
                Err(Wrong::text(problem, "mend it, or say with `classes_from` where they begin"))
            }
            Self::Words { words, labels, are_given } => {
                let word = field.trim_ascii();
                if let Some(&label) = labels.get(word) {
                    return Ok(label);
                }
                let text = String::from_utf8_lossy(word).into_owned();
                if *are_given {
                    let known: Vec<&str> = words.iter().map(String::as_str).collect();
                    let help = match nearest(&text, &known) {
                        Some(known) => format!("is `{known}` meant?"),
                        None => format!("the classes are {}", crate::names::list(known.iter())),
                    };
                    return Err(Wrong::text(format!("`{}` is none of the classes", shown(field)), help));
                }
                if words.len() == classes {
                    let problem = format!("`{}` is a word more than there are classes, {classes}", shown(field));
                    let help = "mend it, or read a dataset of more classes";
                    return Err(Wrong::text(problem, help));
                }
                let label = words.len() as u32; // Less than the number of classes.
                labels.insert(word.to_vec(), label);
                words.push(text);
                Ok(label)
            }
        }
    }

    fn is_word(&self, field: &[u8]) -> bool {
        matches!(self, Self::Words { labels, are_given: true, .. } if labels.contains_key(field.trim_ascii()))
    }

    /// Sorts the words that were found, and the labels with them.
    fn sort(&mut self, labels: &mut [u32], classes: usize) -> Result<(), Wrong> {
        let Self::Words { words, are_given: false, .. } = self else { return Ok(()) };
        if words.len() != classes {
            let found = crate::names::list(words.iter().map(String::as_str).collect::<Vec<_>>().iter());
            let problem = format!("{} classes are found, {found}, and the dataset has {classes}", words.len());
            let help = format!("write `Labels<U{}>`, or pass all words to `classes`", words.len());
            return Err(Wrong::text(problem, help));
        }
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by(|&a, &b| words[a].cmp(&words[b]));
        let mut sorted = vec![0; words.len()];
        order.iter().zip(0..).for_each(|(&found, label)| sorted[found] = label);
        for label in labels {
            *label = sorted[*label as usize];
        }
        words.sort();
        Ok(())
    }
}
