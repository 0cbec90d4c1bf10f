//! [`Inspect`]: a look inside a model: its layers and parameters by name, what each layer gives, and the norms of a
//! gradient.

use std::ops::Range;

use katachi_core::batch::Samples;
use katachi_core::compare::{Compare, Verdict};
use katachi_core::shape::Shape;

use crate::accepts::AcceptsSamples;
use crate::error::Error;
use crate::model::{LayerInfo, Model, ParameterInfo};
use crate::names::{list, suggestion};
use crate::workspace::as_inputs;

mod norms;
mod trace;
mod view;

pub use norms::Norms;
pub use trace::{Trace, Traced};
pub use view::{LayerView, ParameterView, Place};

/// A look inside, for every [`Model`].
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp { hidden: Dense(2 => 3, relu), Dropout(0.2), logits: Dense(3 => 2) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let mlp = Mlp::init(22);
/// for layer in mlp.layers() {
///     println!("{} is a {} of {} parameters", layer.name(), layer.kind(), layer.len());
/// }
/// assert_eq!(mlp.layer("hidden")?.output(), [3]);
/// assert_eq!(mlp.parameter("hidden.weight")?.values(), mlp.hidden.weight.as_slice());
///
/// let x = Batch::from([[1.0, -1.0], [0.5, 2.0]]);
/// let trace = mlp.trace(&x);
/// assert_eq!(trace.layer("hidden")?.values().len(), 2 * 3);
/// assert_eq!(trace.layer("logits")?.values(), mlp.predict(&x).as_slice());
/// # Ok(())
/// # }
/// ```
pub trait Inspect: Model {
    /// The layers, in the order of declaration.
    fn layers(&self) -> impl Iterator<Item = LayerView<'_, Self::Element>> {
        Self::LAYERS.iter().map(|info| view::layer(self, info, info.name))
    }

    /// The arrays of parameters, in the order of declaration, those of models within this one too.
    fn parameters(&self) -> Vec<ParameterView<'_, Self::Element>> {
        view::parameters(self, "")
    }

    /// The layer of this name or number: `"hidden"`, `"encoder.hidden"` within another model, or `0`.
    ///
    /// An error if there is none.
    ///
    /// ```
    /// # use katachi::prelude::*;
    /// # model! {
    /// #     struct Mlp { hidden: Dense(2 => 3, relu), logits: Dense(3 => 2) }
    /// # }
    /// let mlp = Mlp::init(22);
    /// assert_eq!(mlp.layer(1).unwrap().declaration(), "Dense(3 => 2)");
    /// let error = mlp.layer("hiden").unwrap_err();
    /// assert_eq!(error.to_string(), "`layer(\"hiden\")`: `Mlp` has no layer of that name; did you mean `hidden`?");
    /// ```
    fn layer<'p>(&self, place: impl Into<Place<'p>>) -> Result<LayerView<'_, Self::Element>, Error> {
        match place.into() {
            Place::Index(index) => {
                let layer = Self::LAYERS.get(index).map(|info| view::layer(self, info, info.name));
                layer.ok_or_else(|| past_the_end::<Self>("layer", index, Self::LAYERS.len()))
            }
            Place::Name(name) => {
                let info = find(Self::LAYERS, name);
                info.map(|info| view::layer(self, info, name)).ok_or_else(|| {
                    let mut known = Vec::new();
                    names(Self::LAYERS, "", &mut known);
                    unknown::<Self>("layer", name, &known)
                })
            }
        }
    }

    /// The parameter of this name or number: `"hidden.weight"`, `"encoder.hidden.weight"` within another model, or `0`.
    ///
    /// An error if there is none.
    fn parameter<'p>(&self, place: impl Into<Place<'p>>) -> Result<ParameterView<'_, Self::Element>, Error> {
        let index = index_of::<Self>("parameter", place.into())?;
        let mut parameters = self.parameters();
        Ok(parameters.swap_remove(index))
    }

    /// The values of the parameter of this name or number, row-major, for writing.
    ///
    /// An error if there is none.
    ///
    /// ```
    /// # use katachi::prelude::*;
    /// # model! {
    /// #     struct Mlp { hidden: Dense(2 => 3, relu), logits: Dense(3 => 2) }
    /// # }
    /// let mut mlp = Mlp::init(22);
    /// mlp.parameter_mut("logits.bias").unwrap().fill(0.5);
    /// assert_eq!(mlp.logits.bias, Tensor::from([0.5, 0.5]));
    /// ```
    fn parameter_mut<'p>(&mut self, place: impl Into<Place<'p>>) -> Result<&mut [Self::Element], Error> {
        let index = index_of::<Self>("parameter_mut", place.into())?;
        let (_, range) = view::ranges::<Self>().swap_remove(index);
        Ok(&mut self.as_mut_slice()[range])
    }

    /// What each call of a layer gives for these samples, as in use: nothing is dropped out. In a model with a function a
    /// layer is there once for each call. The values of a layer that is another model are what that gives; for a look into
    /// it there is its own `trace`.
    ///
    /// Where nothing asks for it, none of it is compiled into a program. All values are held at once, those of all layers
    /// for all samples.
    fn trace<B>(&self, samples: &B) -> Trace<Self::Element>
    where
        B: Samples<Element = Self::Element, Shape: Shape<List: Compare<<Self::Input as Shape>::List>>> + ?Sized,
        Self: AcceptsSamples<Verdict<B::Shape, Self::Input>>,
    {
        trace::trace(self, as_inputs::<Self>(samples.view().as_slice()))
    }

    /// The ℓ² norm of each array, of each layer and of all. A gradient is a model too, so these are also the norms of a
    /// gradient:
    ///
    /// ```
    /// use katachi::prelude::*;
    ///
    /// model! {
    ///     struct Line { line: Dense(1 => 1) }
    /// }
    ///
    /// # fn main() -> Result<(), Error> {
    /// let line = Line::zeros();
    /// let data = Dataset::from_arrays([[4.0_f32 / 3.0]], [[-1.5]])?;
    /// let mut workspace = Workspace::new(1);
    /// workspace.forward(&*line, &data, Pass::default())?;
    /// workspace.loss(&*line, &MeanSquaredError, data.targets());
    /// let norms = workspace.backward(&*line, &data, Pass::default()).norms();
    /// assert_eq!(norms.parameters, [("line.weight".to_owned(), 4.0), ("line.bias".to_owned(), 3.0)]);
    /// assert_eq!(norms.layers, [("line", 5.0)]);
    /// assert_eq!(norms.total, 5.0);
    /// # Ok(())
    /// # }
    /// ```
    fn norms(&self) -> Norms {
        norms::norms(self)
    }
}

impl<M: Model> Inspect for M {}

/// The layer of a path.
fn find(layers: &'static [LayerInfo], path: &str) -> Option<&'static LayerInfo> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let layer = layers.iter().find(|layer| layer.name == first)?;
    rest.map_or(Some(layer), |rest| find(layer.nested, rest))
}

/// The paths of all layers.
fn names(layers: &[LayerInfo], before: &str, known: &mut Vec<String>) {
    for layer in layers {
        let name = format!("{before}{}", layer.name);
        names(layer.nested, &format!("{name}."), known);
        known.push(name);
    }
}

/// The number of a parameter.
fn index_of<M: Model>(call: &str, place: Place<'_>) -> Result<usize, Error> {
    let ranges: Vec<(String, Range<usize>)> = view::ranges::<M>();
    match place {
        Place::Index(index) if index < ranges.len() => Ok(index),
        Place::Index(index) => Err(past_the_end::<M>(call, index, ranges.len())),
        Place::Name(name) => ranges.iter().position(|(known, _)| known == name).ok_or_else(|| {
            let known: Vec<String> = ranges.into_iter().map(|(known, _)| known).collect();
            unknown::<M>(call, name, &known)
        }),
    }
}

fn unknown<M: Model>(call: &str, name: &str, known: &[String]) -> Error {
    let what = call.trim_end_matches("_mut");
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let help = suggestion(name, &known).unwrap_or_else(|| match list(known.iter()) {
        names if names.is_empty() => "it has none at all".to_owned(),
        names => format!("known are {names}"),
    });
    Error::data(format!("`{call}(\"{name}\")`"), format!("`{}` has no {what} of that name", M::NAME), help)
}

fn past_the_end<M: Model>(call: &str, index: usize, count: usize) -> Error {
    let what = call.trim_end_matches("_mut");
    let plural = if count == 1 { "" } else { "s" };
    let help = match count {
        0 => "it has none at all".to_owned(),
        count => format!("they are counted from 0 to {}", count - 1),
    };
    Error::data(format!("`{call}({index})`"), format!("`{}` has {count} {what}{plural}", M::NAME), help)
}

/// Calls `each` with the path of every array, its place in the model, and its row.
fn for_each_array<M: Model>(each: &mut dyn FnMut(String, Range<usize>, bool, &'static ParameterInfo)) {
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, info| {
        each(path.to_string(), offset..offset + info.len(), path.is_trainable(), info);
    });
}

#[cfg(test)]
mod tests;
