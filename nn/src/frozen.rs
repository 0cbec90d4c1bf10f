//! [`Frozen`]: which parameters of a model a training leaves as they are.

use std::ops::Range;

use crate::constraint;
use crate::error::Error;
use crate::model::Model;
use crate::names::{list, suggestion};
use crate::optimizer::{Optimizer, ParameterArray};

/// The parameters of a model that a training leaves as they are, to the last bit: Keras' `trainable = False`.
///
/// Those that are declared `#[frozen]` always; others by their name, while a program runs. A name is that of a layer, or of
/// a parameter as [`ParameterPath`](crate::model::ParameterPath) displays it: `encoder`, `encoder.hidden`,
/// `encoder.hidden.weight`. [`Trainer::freeze`](crate::Trainer::freeze) uses this; in a loop of one's own it stands around
/// the optimizer's step:
///
/// ```
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp { hidden: Dense(2 => 4, tanh), output: Dense(4 => 1) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let data = Dataset::from_arrays([[0.0_f32, 1.0], [1.0, 1.0]], [[1.0], [0.0]])?;
/// let mut mlp = Mlp::init(22);
/// let before = mlp.to_boxed();
/// let mut adam = Adam::new(0.01);
/// let mut workspace = Workspace::new(2);
/// let mut frozen = Frozen::new().freeze("hidden")?;
///
/// workspace.forward(&mlp, &data, Pass::default())?;
/// workspace.loss(&mlp, &MeanSquaredError, data.targets());
/// let gradient = workspace.backward(&mlp, &data, Pass::default());
/// frozen.step(&mut adam, &mut mlp, gradient)?; // in place of `adam.step(&mut mlp, gradient)?`
///
/// assert_eq!(mlp.hidden, before.hidden);
/// assert_ne!(mlp.output, before.output);
/// # Ok(())
/// # }
/// ```
///
/// The gradient of what is frozen here is computed all the same, and the optimizer's moments go on as if the learning rate
/// were 0 there. What is never to be trained is better declared `#[frozen]`: then nothing is computed for it, and its
/// penalties are left out of the loss.
pub struct Frozen<M: Model> {
    /// All arrays of the model; trainable are those that are not frozen.
    arrays: Vec<ParameterArray>,
    /// The values of the frozen ones during a step.
    kept: Vec<M::Element>,
}

impl<M: Model> Frozen<M> {
    /// What is declared `#[frozen]` in `M`.
    pub fn new() -> Self {
        Self { arrays: ParameterArray::all::<M>(), kept: Vec::new() }.with_room()
    }

    /// These and those of that name.
    ///
    /// An error if the model has no parameters of that name.
    ///
    /// ```
    /// # use katachi::prelude::*;
    /// # model! {
    /// #     struct Mlp { hidden: Dense(2 => 4, tanh), output: Dense(4 => 1) }
    /// # }
    /// let error = Frozen::<Mlp>::new().freeze("hiden").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`freeze(\"hiden\")`: `Mlp` has no parameters of that name; did you mean `hidden`?",
    /// );
    /// ```
    pub fn freeze(self, name: &str) -> Result<Self, Error> {
        self.set("freeze", name, true)
    }

    /// These without those of that name.
    ///
    /// An error if the model has no parameters of that name, or if they are declared `#[frozen]`.
    pub fn unfreeze(self, name: &str) -> Result<Self, Error> {
        self.set("unfreeze", name, false)
    }

    /// How many numbers are frozen.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether none is frozen.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// All arrays of the model, as [`Optimizer::bind`] takes them; trainable are those that are not frozen.
    ///
    /// ```
    /// # use katachi::prelude::*;
    /// # model! {
    /// #     struct Mlp { hidden: Dense(2 => 4, tanh), output: Dense(4 => 1) }
    /// # }
    /// let frozen = Frozen::<Mlp>::new().freeze("hidden")?;
    /// let trained: Vec<&str> =
    ///     frozen.arrays().iter().filter(|array| array.is_trainable).map(|array| array.name.as_str()).collect();
    /// assert_eq!(trained, ["output.weight", "output.bias"]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn arrays(&self) -> &[ParameterArray] {
        &self.arrays
    }

    /// A step of the optimizer that leaves these parameters as they are; the optimizer is told what is
    /// ([`Optimizer::bind`]). Allocates nothing of its own.
    ///
    /// The errors are those of the optimizer.
    pub fn step<O: Optimizer<M::Element>>(
        &mut self,
        optimizer: &mut O,
        model: &mut M,
        gradient: &M,
    ) -> Result<(), Error> {
        optimizer.bind(&self.arrays)?;
        self.keep(model, |model| optimizer.step(model, gradient))
    }

    /// Changes the model by `change`, and leaves these parameters as they are.
    pub(crate) fn keep<R>(&mut self, model: &mut M, change: impl FnOnce(&mut M) -> R) -> R {
        self.walk(|kept, range| kept.copy_from_slice(&model.as_slice()[range]));
        let result = change(model);
        self.walk(|kept, range| model.as_mut_slice()[range].copy_from_slice(kept));
        result
    }

    /// Brings every parameter back to its constraint, as [`constraint::apply`](crate::constraint::apply), and leaves these
    /// as they are. Allocates nothing.
    pub fn constrain(&mut self, model: &mut M) {
        // Without a constraint there is nothing to put back, however much is frozen.
        if constraint::has_any::<M>() {
            self.keep(model, constraint::apply);
        }
    }

    /// Calls `each` with the room for each frozen array, and where it stands in the model.
    fn walk(&mut self, mut each: impl FnMut(&mut [M::Element], Range<usize>)) {
        let mut rest = self.kept.as_mut_slice();
        for array in self.arrays.iter().filter(|array| !array.is_trainable) {
            let (kept, others) = rest.split_at_mut(array.range.len());
            each(kept, array.range.clone());
            rest = others;
        }
    }

    fn set(mut self, call: &str, name: &str, is_frozen: bool) -> Result<Self, Error> {
        let error = |problem, help| Error::Freeze { call: format!("{call}(\"{name}\")"), problem, help };
        let declared = ParameterArray::all::<M>();
        let is_meant = |array: &ParameterArray| {
            array.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut meant = self.arrays.iter_mut().zip(&declared).filter(|(array, _)| is_meant(array)).peekable();
        if meant.peek().is_none() {
            let problem = format!("`{}` has no parameters of that name", M::NAME);
            return Err(error(problem, self.suggestion(name)));
        }
        let mut changeable = meant.filter(|(_, declared)| declared.is_trainable).peekable();
        if !is_frozen && changeable.peek().is_none() {
            let problem = "it is declared `#[frozen]`, so its gradient is not computed".to_owned();
            return Err(error(
                problem,
                format!("take the attribute away, and write `freeze(\"{name}\")` while it is to rest"),
            ));
        }
        changeable.for_each(|(array, _)| array.is_trainable = !is_frozen);
        Ok(self.with_room())
    }

    /// Makes the room for what is frozen.
    fn with_room(mut self) -> Self {
        let frozen = self.arrays.iter().filter(|array| !array.is_trainable);
        self.kept = vec![M::Element::default(); frozen.map(|array| array.range.len()).sum()];
        self
    }

    /// What may have been meant: a name within another model, a name that is near, or one of those of layers.
    fn suggestion(&self, name: &str) -> String {
        let mut names: Vec<&str> = Vec::new();
        for array in &self.arrays {
            let ends = array.name.match_indices('.').map(|(end, _)| end).chain([array.name.len()]);
            names.extend(ends.map(|end| &array.name[..end]));
        }
        names.sort_unstable();
        names.dedup();
        if let Some(meant) = suggestion(name, &names) {
            return meant;
        }
        match list(names.iter().filter(|known| !known.contains('.'))) {
            layers if layers.is_empty() => "it has none at all".to_owned(),
            layers => format!("those with parameters are {layers}"),
        }
    }
}

impl<M: Model> Default for Frozen<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Model> Clone for Frozen<M> {
    fn clone(&self) -> Self {
        Self { arrays: self.arrays.clone(), kept: self.kept.clone() }
    }
}

/// The names: `Frozen(["hidden.weight", "hidden.bias"])`.
impl<M: Model> std::fmt::Debug for Frozen<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> =
            self.arrays.iter().filter(|array| !array.is_trainable).map(|array| array.name.as_str()).collect();
        f.debug_tuple("Frozen").field(&names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::Sgd;
    use crate::parameters::Parameters;
    use crate::{Batch, Pass, Tensor, Workspace, model};

    model! {
        struct Encoder {
            #[frozen]
            fixed: Dense(2 => 2, l2 = 0.5),
            hidden: Dense(2 => 2, l2 = 0.1),
        }
    }

    model! {
        struct Whole {
            hidden_too: Dense(2 => 2),
            encoder: Encoder(2 => 2),
            #[frozen]
            scale: Dense(2 => 1, bias = false),
        }
    }

    fn names(frozen: &Frozen<Whole>) -> Vec<&str> {
        frozen.arrays.iter().filter(|array| !array.is_trainable).map(|array| array.name.as_str()).collect()
    }

    fn text(result: Result<Frozen<Whole>, Error>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_name_means_all_below_it() {
        let declared = ["encoder.fixed.weight", "encoder.fixed.bias", "scale.weight"];
        let frozen = Frozen::<Whole>::new();
        assert_eq!(names(&frozen), declared);
        assert_eq!(frozen.len(), 6 + 2);
        let frozen = frozen.freeze("encoder").unwrap();
        assert_eq!(names(&frozen)[2..4], ["encoder.hidden.weight", "encoder.hidden.bias"]);
        assert_eq!(frozen.len(), 12 + 2);
        let frozen = frozen.unfreeze("encoder.hidden.bias").unwrap();
        assert_eq!(names(&frozen)[2..4], ["encoder.hidden.weight", "scale.weight"]);
        // What is declared frozen stays so.
        let frozen = frozen.unfreeze("encoder").unwrap();
        assert_eq!(names(&frozen), declared);
        assert_eq!(format!("{:?}", frozen.clone()), format!("Frozen({declared:?})"));
        assert!(!frozen.is_empty());
    }

    #[test]
    fn what_is_declared_frozen_keeps_its_bits_too() {
        let mut whole = Whole::init(1);
        let before = whole.to_boxed();
        let mut gradient = Whole::zeros();
        gradient.as_mut_slice().fill(1.0);
        Frozen::new().step(&mut Sgd::new(0.5), &mut whole, &gradient).unwrap();
        assert_eq!(whole.encoder.fixed, before.encoder.fixed);
        assert_eq!(whole.scale, before.scale);
        assert_eq!(whole.hidden_too.bias, Tensor::from([-0.5, -0.5]));
        assert_eq!(whole.encoder.hidden.bias, Tensor::from([-0.5, -0.5]));
    }

    #[test]
    fn a_penalty_on_what_is_declared_frozen_is_left_out() {
        let mut whole = Whole::zeros();
        whole.encoder.fixed.weight[0] = 3.0;
        whole.encoder.hidden.weight[0] = 2.0;
        let x = Batch::from([[1.0, 1.0]]);
        let mut workspace = Workspace::new(1);
        workspace.forward(&whole, &x, Pass::default()).unwrap();
        assert_eq!(workspace.loss_with(&whole, |_, _| 0.0), 0.1 * 4.0);
        let gradient = workspace.backward(&whole, &x, Pass::default());
        let penalised: Vec<f32> = gradient.as_slice().iter().copied().filter(|derivative| *derivative != 0.0).collect();
        assert_eq!(penalised, [0.1 * 2.0 * 2.0]);
        assert_eq!(gradient.encoder.hidden.weight[0], penalised[0]);
    }

    #[test]
    fn names_that_freeze_nothing_are_errors() {
        let frozen = Frozen::<Whole>::new;
        let none = "`Whole` has no parameters of that name";
        assert_eq!(
            text(frozen().freeze("hidden")),
            format!("`freeze(\"hidden\")`: {none}; did you mean `encoder.hidden`?")
        );
        // The beginning of a name is none.
        assert_eq!(
            text(frozen().freeze("hidden_")),
            format!("`freeze(\"hidden_\")`: {none}; did you mean `hidden_too`?"),
        );
        assert_eq!(
            text(frozen().unfreeze("")),
            format!("`unfreeze(\"\")`: {none}; those with parameters are `encoder`, `hidden_too`, `scale`"),
        );
        assert_eq!(
            text(frozen().unfreeze("encoder.fixed")),
            "`unfreeze(\"encoder.fixed\")`: it is declared `#[frozen]`, so its gradient is not computed; \
             take the attribute away, and write `freeze(\"encoder.fixed\")` while it is to rest",
        );
    }
}
