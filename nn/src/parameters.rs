//! [`Parameters`]: a struct of arrays that is also one flat slice.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

use katachi_core::element::Element;

/// Plain data: a struct that consists of nothing but numbers of one type.
///
/// A model is its parameters, and so are a gradient and an optimizer's moments. Read by field it is
/// `mlp.hidden1.weight`, and as a whole it is one slice, which is what optimizers, checkpoints and reductions walk.
///
/// [`parameters!`](crate::parameters!) declares such a struct for a hand-written model; [`model!`](crate::model!) writes
/// its own.
///
/// # Safety
/// The struct consists of values of type `Element` only, without padding, and is valid for every value of them:
/// a `#[repr(C)]` struct whose fields are [`Tensor`](crate::Tensor)s of `Element` or structs of such. (A `Box` of one is
/// `Parameters` too, but no field of such a struct may be a `Box`.)
pub unsafe trait Parameters: Sized + Send + Sync + 'static {
    /// `f32` or `f64`.
    type Element: Element;

    /// How many numbers there are.
    const LEN: usize = size_of::<Self>() / size_of::<Self::Element>();

    /// All numbers, in the order of declaration.
    fn as_slice(&self) -> &[Self::Element] {
        // SAFETY: the struct is `LEN` contiguous values of type `Element` (the contract of this trait).
        unsafe { core::slice::from_raw_parts((&raw const *self).cast(), Self::LEN) }
    }

    /// All numbers, in the order of declaration, for writing.
    fn as_mut_slice(&mut self) -> &mut [Self::Element] {
        // SAFETY: as in `as_slice`; the borrow is exclusive, and every value of an element is valid.
        unsafe { core::slice::from_raw_parts_mut((&raw mut *self).cast(), Self::LEN) }
    }

    /// These numbers, seen as the struct: nothing is copied. None unless there are exactly [`LEN`](Self::LEN) of them, at
    /// an address where the struct can lie; a box is none.
    fn from_slice(values: &[Self::Element]) -> Option<&Self> {
        let pointer = values.as_ptr().cast::<Self>();
        if values.len() != Self::LEN || size_of_val(values) != size_of::<Self>() || !pointer.is_aligned() {
            return None;
        }
        // SAFETY: the struct is `LEN` contiguous values of type `Element` and valid for every value of them (the contract
        // of this trait); as many are borrowed, for as long, at an aligned address.
        Some(unsafe { &*pointer })
    }

    /// All zero, on the heap; never built on the stack, which a large model would overflow.
    #[cfg(feature = "alloc")]
    fn zeros() -> Box<Self> {
        if Self::LEN == 0 {
            // SAFETY: a value without size has no bytes; a dangling, aligned pointer is what `Box` holds for it.
            return unsafe { Box::from_raw(core::ptr::NonNull::dangling().as_ptr()) };
        }
        let layout = core::alloc::Layout::new::<Self>();
        // SAFETY: the layout has a size, the memory is zeroed, and zero is a value of every element.
        unsafe {
            let memory = alloc::alloc::alloc_zeroed(layout).cast::<Self>();
            if memory.is_null() {
                alloc::alloc::handle_alloc_error(layout);
            }
            Box::from_raw(memory)
        }
    }

    /// A copy on the heap.
    #[cfg(feature = "alloc")]
    fn to_boxed(&self) -> Box<Self> {
        let mut copy = Self::zeros();
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}

/// A box of parameters is those parameters, so that a boxed model can be passed where a model is asked for.
// SAFETY: every method that rests on the contract is replaced by one that looks into the box.
#[cfg(feature = "alloc")]
unsafe impl<P: Parameters> Parameters for Box<P> {
    type Element = P::Element;

    const LEN: usize = P::LEN;

    fn as_slice(&self) -> &[P::Element] {
        (**self).as_slice()
    }

    fn as_mut_slice(&mut self) -> &mut [P::Element] {
        (**self).as_mut_slice()
    }

    fn from_slice(_values: &[P::Element]) -> Option<&Self> {
        None
    }

    fn zeros() -> Box<Self> {
        Box::new(P::zeros())
    }
}

/// Declares a struct of [`Tensor`](crate::Tensor)s that is [`Parameters`], for a hand-written [`Model`](crate::Model).
///
/// Each field is written with its shape; the element type is the struct's parameter, `f32` unless said.
///
/// ```
/// use katachi::{Parameters, parameters};
///
/// parameters! {
///     /// y = x · factor + shift
///     pub struct Scale {
///         pub factor: [32],
///         pub shift: [32],
///     }
/// }
///
/// let mut scale = Scale::<f32>::zeros();
/// scale.factor[3] = 2.0;
/// assert_eq!(scale.as_slice().len(), 64);
/// assert_eq!(scale.as_slice()[3], 2.0);
/// ```
#[macro_export]
macro_rules! parameters {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_attribute:meta])* $field_visibility:vis $field:ident: [$($size:tt),* $(,)?]),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[repr(C)]
        $visibility struct $name<T: $crate::Element = f32> {
            $($(#[$field_attribute])* $field_visibility $field: $crate::Tensor<$crate::shape!($($size),*), T>),*
        }

        // Attributes of the user's could pad the struct.
        const _: () = {
            const LEN: usize = 0 $(+ <$crate::shape!($($size),*) as $crate::Shape>::SIZE)*;
            ::core::assert!(::core::mem::size_of::<$name<f32>>() == LEN * 4, "an attribute of the struct pads it: remove it");
            ::core::assert!(::core::mem::size_of::<$name<f64>>() == LEN * 8, "an attribute of the struct pads it: remove it");
        };

        // SAFETY: the struct is `repr(C)` and each field is a tensor of `T`, so all have T's alignment and none is padded,
        // as was just checked.
        unsafe impl<T: $crate::Element> $crate::Parameters for $name<T> {
            type Element = T;
        }
    };
}
