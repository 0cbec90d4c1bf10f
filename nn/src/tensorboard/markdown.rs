//! A model as a text.

use std::fmt::Write as _;

use crate::model::{Model, ParameterInfo};

/// A model as Markdown: a table of its layers, as they are declared, and one of its parameters.
///
/// `TensorBoard` shows it under "Text" once it is [written](super::EventWriter::text); it is as well a part of a
/// report.
///
/// ```
/// use katachi::prelude::*;
/// use katachi::tensorboard::model_to_markdown;
///
/// model! {
///     struct Classifier {
///         hidden: Dense(4 => 2, relu),
///         #[frozen]
///         logits: Dense(2 => 3),
///     }
/// }
///
/// assert_eq!(
///     model_to_markdown::<Classifier>(),
///     "\
/// **Classifier**: 19 parameters, of which training changes 10
///
/// | layer | declaration | output | parameters |
/// |---|---|---|---:|
/// | hidden | `Dense(4 => 2, relu)` | (None, 2) | 10 |
/// | logits | `Dense(2 => 3)` | (None, 3) | 9 |
///
/// | parameter | shape | values | trained |
/// |---|---|---:|---|
/// | `hidden.weight` | (4, 2) | 8 | yes |
/// | `hidden.bias` | (2) | 2 | yes |
/// | `logits.weight` | (2, 3) | 6 | no |
/// | `logits.bias` | (3) | 3 | no |
/// ",
/// );
/// ```
pub fn model_to_markdown<M: Model>() -> String {
    let mut rows = String::new();
    let (mut total, mut trainable) = (0, 0);
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, _, parameter| {
        let (shape, values) = (shape("", parameter.shape), parameter.len());
        total += values;
        trainable += if path.is_trainable() { values } else { 0 };
        let trained = if path.is_trainable() { "yes" } else { "no" };
        let _ = writeln!(rows, "| `{path}` | {shape} | {values} | {trained} |"); // A string takes all that is written.
    });

    let mut text = format!("**{}**: {total} parameters, of which training changes {trainable}\n\n", M::NAME);
    text += "| layer | declaration | output | parameters |\n|---|---|---|---:|\n";
    for layer in M::LAYERS {
        // A bar would end the cell, and a declaration may go over several lines.
        let declaration = layer.declaration.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        let (name, shape, parameters) = (layer.name, shape("None", layer.output), layer.parameters);
        let _ = writeln!(text, "| {name} | `{declaration}` | {shape} | {parameters} |");
    }
    if total > 0 {
        text += "\n| parameter | shape | values | trained |\n|---|---|---:|---|\n";
        text += &rows;
    }
    text
}

/// `(None, 28, 28)`
fn shape(first: &str, sizes: &[usize]) -> String {
    let sizes = sizes.iter().map(ToString::to_string);
    let first = Some(first.to_owned()).filter(|first| !first.is_empty());
    format!("({})", first.into_iter().chain(sizes).collect::<Vec<_>>().join(", "))
}
