//! The compiler behind `model!`.

mod size;

/// The type behind `katachi::shape!`, which passes its own crate as the first token.
#[doc(hidden)]
#[proc_macro]
pub fn shape(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    size::expand_shape(input.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}
