//! Norms of parameters, and of gradients.

use std::fmt;

use katachi_core::element::Element;

use super::for_each_array;
use crate::model::Model;

/// The ℓ² norms of the arrays of a model or a gradient: √Σ*w*², computed as `f64`.
#[derive(Clone, Debug, PartialEq)]
pub struct Norms {
    /// That of each array, by its path, in the order of declaration.
    pub parameters: Vec<(String, f64)>,
    /// That of all parameters of each layer that has any.
    pub layers: Vec<(&'static str, f64)>,
    /// That of all parameters.
    pub total: f64,
}

pub fn norms<M: Model>(model: &M) -> Norms {
    let mut parameters = Vec::new();
    for_each_array::<M>(&mut |name, range, _, _| {
        parameters.push((name, squares(&model.as_slice()[range])));
    });
    let of_layer = |layer: &str| {
        let below = |name: &str| name.strip_prefix(layer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let mut own = parameters.iter().filter(|(name, _)| below(name)).map(|(_, squares)| *squares).peekable();
        own.peek().is_some().then(|| own.sum::<f64>())
    };
    let layers: Vec<(&'static str, f64)> =
        M::LAYERS.iter().filter_map(|layer| Some((layer.name, of_layer(layer.name)?.sqrt()))).collect();
    let total = parameters.iter().map(|(_, squares)| squares).sum::<f64>().sqrt();
    let parameters = parameters.into_iter().map(|(name, squares)| (name, squares.sqrt())).collect();
    Norms { parameters, layers, total }
}

fn squares<T: Element>(values: &[T]) -> f64 {
    values.iter().map(|value| value.to_f64() * value.to_f64()).sum()
}

/// A line for each array, and one for all.
impl fmt::Display for Norms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.parameters.iter().map(|(name, norm)| (name.as_str(), *norm));
        let width = rows.clone().map(|(name, _)| name.chars().count()).max().unwrap_or_default().max("total".len());
        for (name, norm) in rows {
            writeln!(f, "{name:<width$}  {norm:.6e}")?;
        }
        write!(f, "{:<width$}  {:.6e}", "total", self.total)
    }
}
