//! Everything → tokens. What the expansion consists of, in the order in which it is written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::Model;
use crate::plan::Plan;

mod messages;
mod passes;
mod tables;
mod types;

/// The plans of both kinds of passes.
pub struct Passes {
    pub training: Plan,
    pub inference: Plan,
}

/// The whole expansion. It names only `::core` and `::katachi::__private`, which the inner block calls `katachi`.
pub fn emit(model: &Model, passes: &Passes) -> TokenStream {
    let name = &model.name;
    let conditions = model.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let structure = types::structure(model);
    let parameters = types::parameters(model);
    let inherent = types::inherent(model);
    let shapes = tables::shapes(model);
    let tables = tables::tables(model, passes);
    let infer = passes::infer(&passes.inference);
    let forward = passes::forward(&passes.training);
    let backward = passes::backward(&passes.training);
    let messages = messages::messages(model);
    quote! {
        #structure

        #(#conditions)*
        const _: () = {
            use ::katachi::__private as katachi;

            #parameters

            impl<T: katachi::Element> katachi::Model for #name<T> {
                #shapes
                #tables
                #infer
                #forward
                #backward
            }

            #inherent

            #messages
        };
    }
}

/// A number as a person writes it, without the suffix of its type.
fn number(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}
