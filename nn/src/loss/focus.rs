//! What the focal losses have in common: the focusing factor.

use katachi_core::element::Element;

/// mᵞ, the weight of a sample whose right class lacks the probability m, and its derivative γ mᵞ⁻¹; at m = 0, where that
/// is infinite for γ between 0 and 1, it is 0.
pub(super) fn focus<T: Element>(lack: T, gamma: T) -> (T, T) {
    let two = T::from_f64(2.0);
    if gamma == two {
        (lack * lack, two * lack) // the default, which needs no logarithm
    } else if gamma == T::ZERO {
        (T::ONE, T::ZERO)
    } else if lack == T::ZERO {
        (T::ZERO, if gamma == T::ONE { T::ONE } else { T::ZERO })
    } else {
        (lack.powf(gamma), gamma * lack.powf(gamma - T::ONE))
    }
}
