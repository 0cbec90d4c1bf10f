//! Everything → tokens. What the expansion consists of, in the order in which it is written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ast::Differentiable;
use crate::infer::Checked;
use crate::model::Model;
use crate::parse::Sources;
use crate::plan::Plan;

mod function;
mod generics;
mod loops;
mod messages;
mod ops;
mod passes;
mod tables;
mod types;

pub use function::{Plans, ask_for, loss_shapes};

/// The plans of all kinds of passes.
pub struct Passes {
    pub training: Plan,
    pub inference: Plan,
    /// Of a model with calls of layers.
    pub activations: Option<Plan>,
}

/// The whole expansion. It names only `::core` and `::katachi::__private`, which the inner block calls `katachi`.
pub fn emit(model: &Model, passes: &Passes) -> TokenStream {
    let name = &model.name;
    let conditions = model.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let generics = generics::generics(model);
    let generics::Generics { names, bounds, .. } = &generics;
    let structure = types::structure(model, &generics);
    let parameters = types::parameters(model, &generics);
    let inherent = types::inherent(model, &generics);
    let shapes = tables::shapes(model);
    let tables = tables::tables(model, passes);
    let checks = messages::checks(model);
    // Of a generic model they can be checked only where it is used.
    let (at_use, here) = if generics.are_there { (checks, Vec::new()) } else { (Vec::new(), checks) };
    let at_use = quote!(#(const { #at_use };)*);
    let here = here.iter().map(|check| quote!(const _: () = { type T = ::core::primitive::f32; #check };));
    let infer = passes::infer(&passes.inference, &at_use);
    let forward = passes::forward(&passes.training, &at_use);
    let backward = passes::backward(&passes.training, model);
    let activations = passes.activations.as_ref().map(passes::activations);
    let messages = messages::messages(model, &generics);
    let warnings = messages::warnings(&model.warnings);
    quote! {
        #structure

        #(#conditions)*
        const _: () = {
            use ::katachi::__private as katachi;

            #parameters

            #[allow(clippy::possible_missing_comma, reason = "`32 * n` is a product")]
            impl<#names T: katachi::Element> katachi::Model for #name<#names T> #bounds {
                #shapes
                #tables
                #infer
                #forward
                #backward
                #activations
            }

            #inherent

            #messages

            #(#here)*

            #warnings
        };
    }
}

/// The expansion of `#[differentiable]`.
pub fn emit_function(function: &Differentiable, checked: &Checked, plans: &Plans, sources: &Sources) -> TokenStream {
    function::function(function, &checked.program, plans, &messages::warnings(&checked.warnings), sources)
}

/// The only one of some types or values, or a tuple of several.
fn several(parts: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let parts: Vec<TokenStream> = parts.into_iter().collect();
    match parts.as_slice() {
        [single] => single.clone(),
        parts => quote!((#(#parts),*)),
    }
}

/// A number as a person writes it, without the suffix of its type.
pub fn number(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}
