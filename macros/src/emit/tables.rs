//! Shapes as types, and the constant tables.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Passes, number};
use crate::decimal::Decimal;
use crate::model::{Model, Placed};
use crate::shape::Shape;
use crate::size;

/// The associated types of `Model`.
pub fn shapes(model: &Model) -> TokenStream {
    let (input, output) = (shape(&model.input), shape(model.output()));
    let ending = format_ident!("{}", model.ending());
    quote! {
        type Input = #input;
        type Output = #output;
        type Ending = katachi::ending::#ending;
    }
}

fn shape(shape: &Shape) -> TokenStream {
    let sizes: Vec<_> = shape.sizes().iter().map(|&size| size::typenum(&quote!(katachi::typenum), size)).collect();
    size::shape(&quote!(katachi::shape), &sizes)
}

/// The constants of `Model`.
pub fn tables(model: &Model, passes: &Passes) -> TokenStream {
    let name = model.name.to_string();
    let layers = model.layers.iter().map(layer);
    let mut offset = 0;
    let parameters = model.layers.iter().flat_map(|placed| parameters(placed, &mut offset)).collect::<Vec<_>>();
    let (inference, training) = (number(passes.inference.size()), number(passes.training.size()));
    quote! {
        const NAME: &'static str = #name;
        const LAYERS: &'static [katachi::LayerInfo] = &[#(#layers),*];
        const PARAMETERS: &'static [katachi::ParameterInfo] = &[#(#parameters),*];
        const INFERENCE_WORKSPACE: usize = #inference;
        const TRAINING_WORKSPACE: usize = #training;
    }
}

fn layer(placed: &Placed) -> TokenStream {
    let Placed { name, kind, written, .. } = placed;
    let output = placed.output.sizes().iter().copied().map(number);
    let parameters = number(placed.parameter_count());
    quote! {
        katachi::LayerInfo {
            name: #name,
            kind: #kind,
            declaration: #written,
            output: &[#(#output),*],
            parameters: #parameters,
        }
    }
}

fn parameters(placed: &Placed, offset: &mut usize) -> Vec<TokenStream> {
    let factor = |factor: &Option<Decimal>| factor.as_ref().map_or_else(|| quote!(0.0), Decimal::to_float);
    let row = |parameter: crate::layer::Parameter| {
        let name = format!("{}.{}", placed.name, parameter.field);
        let sizes = parameter.shape.sizes().iter().copied().map(number);
        let initializer = parameter.initializer.tokens(&quote!(katachi));
        let (l1, l2) = (factor(&parameter.l1), factor(&parameter.l2));
        let start = number(*offset);
        *offset += parameter.shape.count();
        quote! {
            katachi::ParameterInfo {
                name: #name,
                shape: &[#(#sizes),*],
                offset: #start,
                trainable: true,
                initializer: #initializer,
                l1: #l1,
                l2: #l2,
            }
        }
    };
    placed.parameters().into_iter().map(row).collect()
}
