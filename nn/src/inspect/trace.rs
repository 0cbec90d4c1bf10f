//! What each layer gives.

use katachi_core::batch::BatchView;
use katachi_core::element::Element;
use katachi_core::shape::Shape;

use crate::error::Error;
use crate::model::{ActivationInfo, LayerInfo, Model};
use crate::names::{list, suggestion};

/// What every layer of a model gives for the samples of a batch, call by call.
#[derive(Clone, Debug)]
pub struct Trace<T> {
    model: &'static str,
    samples: usize,
    calls: Vec<Traced<T>>,
}

/// What one call of a layer gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced<T> {
    layer: &'static LayerInfo,
    call: &'static ActivationInfo,
    values: Vec<T>,
}

impl<T> Trace<T> {
    /// The calls, in the order in which they are computed.
    pub fn iter(&self) -> std::slice::Iter<'_, Traced<T>> {
        self.calls.iter()
    }

    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there is none: that of a model written by hand that tells nothing of its layers.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// How many samples there were.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// The first call of the layer of this name.
    ///
    /// An error if no layer of that name is called.
    pub fn layer(&self, name: &str) -> Result<&Traced<T>, Error> {
        self.iter().find(|traced| traced.name() == name).ok_or_else(|| {
            let mut known: Vec<&str> = self.iter().map(Traced::name).collect();
            known.dedup();
            let help = suggestion(name, &known).unwrap_or_else(|| match list(known.iter()) {
                names if names.is_empty() => "it tells nothing of its layers".to_owned(),
                names => format!("known are {names}"),
            });
            let problem = format!("`{}` calls no layer of that name", self.model);
            Error::data(format!("`trace(…).layer(\"{name}\")`"), problem, help)
        })
    }
}

impl<'a, T> IntoIterator for &'a Trace<T> {
    type Item = &'a Traced<T>;
    type IntoIter = std::slice::Iter<'a, Traced<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> Traced<T> {
    /// The name of the layer.
    pub fn name(&self) -> &'static str {
        self.layer.name
    }

    /// Its kind: `Dense`.
    pub fn kind(&self) -> &'static str {
        self.layer.kind
    }

    /// How often the layer was called before: 0 but for a layer that a function calls several times.
    pub fn call(&self) -> usize {
        self.call.call
    }

    /// The shape of what it gives for one sample.
    pub fn shape(&self) -> &'static [usize] {
        self.call.shape
    }

    /// What it gives, sample after sample, each row-major.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// What it gives for one sample.
    ///
    /// # Panics
    /// If there are not that many samples.
    pub fn sample(&self, index: usize) -> &[T] {
        &self.values[index * self.call.size()..][..self.call.size()]
    }
}

/// How many samples are computed at a time: few enough that their values stay within 64 MiB or so.
fn chunk<M: Model>(row: usize) -> usize {
    const MOST_VALUES: usize = 1 << 24;
    (MOST_VALUES / (row + M::ACTIVATIONS_WORKSPACE.per_sample).max(1)).clamp(1, 256)
}

pub fn trace<M: Model>(model: &M, inputs: BatchView<'_, M::Input, M::Element>) -> Trace<M::Element> {
    let row: usize = M::ACTIVATIONS.iter().map(ActivationInfo::size).sum();
    let mut calls: Vec<Traced<M::Element>> = M::ACTIVATIONS
        .iter()
        .map(|call| {
            let values = Vec::with_capacity(inputs.len() * call.size());
            Traced { layer: &M::LAYERS[call.layer], call, values }
        })
        .collect();
    let size = chunk::<M>(row).min(inputs.len());
    // One entry into the pool, so that large products are split.
    rayon::scope(|_| {
        let mut workspace = vec![M::Element::ZERO; M::ACTIVATIONS_WORKSPACE.for_batch(size)];
        let mut rows = vec![M::Element::ZERO; size * row];
        for chunk in inputs.as_slice().chunks((size * M::Input::SIZE).max(1)) {
            let Ok(x) = BatchView::<M::Input, _>::new(chunk) else { unreachable!("whole samples were cut off") };
            let rows = &mut rows[..x.len() * row];
            model.activations(x, rows, &mut workspace[..M::ACTIVATIONS_WORKSPACE.for_batch(x.len())]);
            for values in rows.chunks_exact(row.max(1)) {
                let mut rest = values;
                for traced in &mut calls {
                    let (own, others) = rest.split_at(traced.call.size());
                    traced.values.extend_from_slice(own);
                    rest = others;
                }
            }
        }
    });
    Trace { model: M::NAME, samples: inputs.len(), calls }
}
