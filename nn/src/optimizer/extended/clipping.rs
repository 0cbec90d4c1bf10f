//! Clipping: how large a gradient may be.

use katachi_core::element::Element;
use katachi_core::kernels::optimizer as kernels;

use super::arrays::Array;
use crate::error::Error;
use crate::optimizer::check;

/// The limits, of which only one may be given, as in Keras.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clipping {
    /// Of each derivative.
    pub value: Option<f64>,
    /// Of the gradient of each array.
    pub norm: Option<f64>,
    /// Of the whole gradient.
    pub global_norm: Option<f64>,
}

impl Clipping {
    pub fn is_any(&self) -> bool {
        self.value.is_some() || self.norm.is_some() || self.global_norm.is_some()
    }

    pub fn validate(&self) -> Result<(), Error> {
        let all = [("clip_value", self.value), ("clip_norm", self.norm), ("global_clip_norm", self.global_norm)];
        let mut given = all.into_iter().filter_map(|(option, limit)| Some((option, limit?)));
        let Some((option, limit)) = given.next() else { return Ok(()) };
        check::above_0(option, limit)?;
        let must = "the only one of `clip_value`, `clip_norm` and `global_clip_norm`";
        given.next().map_or(Ok(()), |(option, limit)| check::that(false, option, limit, must))
    }

    /// Clips in place.
    pub fn clip<T: Element>(&self, gradient: &mut [T], arrays: &[Array]) {
        if let Some(limit) = self.value {
            kernels::clip(T::from_f64(limit), gradient);
        }
        if let Some(limit) = self.norm {
            for array in arrays {
                let gradient = &mut gradient[array.range.clone()];
                let norm = kernels::squares(gradient).sqrt();
                if norm > limit {
                    kernels::scale(T::from_f64(limit / norm), gradient);
                }
            }
        }
        if let Some(limit) = self.global_norm {
            let trained = arrays.iter().filter(|array| array.is_trainable);
            let norm = trained.map(|array| kernels::squares(&gradient[array.range.clone()])).sum::<f64>().sqrt();
            if norm > limit {
                // As in Keras a norm that is infinite makes all NaN, so that it is noticed.
                let factor = if norm.is_finite() { limit / norm } else { f64::NAN };
                kernels::scale(T::from_f64(factor), gradient);
            }
        }
    }
}
