//! Shapes as types, and the constant tables.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Passes, several};
use crate::dim::Dim;
use crate::layer::Layer;
use crate::model::{Ending, Model, Placed};
use crate::plan::{Buffer, Plan};
use crate::shape::Shape;
use crate::size;

/// The associated types of `Model`.
pub fn shapes(model: &Model) -> TokenStream {
    let inputs = several(model.inputs().iter().map(|shape| shape_type(&quote!(katachi), shape)));
    let outputs = several(model.outputs().into_iter().map(|shape| shape_type(&quote!(katachi), shape)));
    let ending = match model.ending() {
        Ending::Named(name) => {
            let name = Ident::new(name, proc_macro2::Span::call_site());
            quote!(katachi::ending::#name)
        }
        Ending::OfLayer(layer) => {
            let Layer::Nested(nested) = &model.layers[layer].layer else { unreachable!("it ends in another model") };
            let ty = nested.ty();
            quote!(<#ty as katachi::Model>::Ending)
        }
    };
    quote! {
        type Input = #inputs;
        type Output = #outputs;
        type Ending = #ending;
    }
}

/// The type of a shape, under the path `krate`.
pub fn shape_type(krate: &TokenStream, shape: &Shape) -> TokenStream {
    let sizes: Vec<_> = shape.sizes().iter().map(|size| size.ty(&quote!(#krate::typenum))).collect();
    size::shape(&quote!(#krate::shape), &sizes)
}

/// The constants of `Model`.
pub fn tables(model: &Model, passes: &Passes) -> TokenStream {
    let name = model.name.to_string();
    let layers = model.layers.iter().map(layer);
    let mut offset = Dim::from(0);
    let parameters = model.layers.iter().flat_map(|placed| parameters(placed, &mut offset)).collect::<Vec<_>>();
    let (inference, training) = (workspace(&passes.inference), workspace(&passes.training));
    let activations = passes.activations.as_ref().map(|plan| activations(model, plan));
    quote! {
        const NAME: &'static str = #name;
        const LAYERS: &'static [katachi::LayerInfo] = &[#(#layers),*];
        const PARAMETERS: &'static [katachi::ParameterInfo] = &[#(#parameters),*];
        const INFERENCE_WORKSPACE: katachi::WorkspaceSize = #inference;
        const TRAINING_WORKSPACE: katachi::WorkspaceSize = #training;
        #activations
    }
}

/// The constants about the pass that gives the values of all layers.
fn activations(model: &Model, plan: &Plan) -> TokenStream {
    let rows = model.activations().into_iter().map(|(layer, call, value)| {
        let (layer, call) = (crate::emit::number(layer), crate::emit::number(call));
        let sizes = model.program.call(value).shape.sizes().iter().map(Dim::value);
        quote!(katachi::ActivationInfo { layer: #layer, call: #call, shape: &[#(#sizes),*] })
    });
    let workspace = workspace(plan);
    quote! {
        const ACTIVATIONS: &'static [katachi::ActivationInfo] = &[#(#rows),*];
        const ACTIVATIONS_WORKSPACE: katachi::WorkspaceSize = #workspace;
    }
}

/// How many numbers the buffers of a plan hold.
fn workspace(plan: &Plan) -> TokenStream {
    let sum = |batched: bool| {
        let buffers = plan.buffers.iter().filter(|buffer| buffer.is_batched == batched);
        buffers.map(|buffer| &buffer.size).sum::<Dim>().value()
    };
    let nested = plan.buffers.iter().filter_map(|buffer: &Buffer| buffer.nested.as_ref()).map(|code| {
        let code: TokenStream = code.parse().expect("the code of a size is Rust");
        quote!(+ #code.fixed)
    });
    let (fixed, per_sample) = (sum(false), sum(true));
    quote!(katachi::WorkspaceSize { fixed: #fixed #(#nested)*, per_sample: #per_sample })
}

fn layer(placed: &Placed) -> TokenStream {
    let Placed { name, kind, written, .. } = placed;
    let output = placed.output.sizes().iter().map(Dim::value);
    let parameters = placed.parameter_count().value();
    let nested = if let Layer::Nested(nested) = &placed.layer {
        let ty = nested.ty();
        quote!(<#ty as katachi::Model>::LAYERS)
    } else {
        quote!(&[])
    };
    quote! {
        katachi::LayerInfo {
            name: #name,
            kind: #kind,
            declaration: #written,
            output: &[#(#output),*],
            parameters: #parameters,
            nested: #nested,
        }
    }
}

fn parameters(placed: &Placed, offset: &mut Dim) -> Vec<TokenStream> {
    let trainable = !placed.frozen;
    if let Layer::Nested(nested) = &placed.layer {
        let (name, ty, start, count) = (&placed.name, nested.ty(), offset.value(), placed.parameter_count());
        *offset = &*offset + &count;
        let count = count.value();
        return vec![quote! {
            katachi::ParameterInfo {
                name: #name,
                shape: &[#count],
                offset: #start,
                trainable: #trainable,
                initializer: katachi::Initializer::Zeros,
                regularizer: katachi::Regularizer::NONE,
                constraint: katachi::None,
                nested: <#ty as katachi::Model>::PARAMETERS,
            }
        }];
    }
    let row = |parameter: crate::layer::Parameter| {
        let name = match parameter.field {
            "" => placed.name.clone(),
            field => format!("{}.{field}", placed.name),
        };
        let sizes = parameter.shape.sizes().iter().map(Dim::value);
        let initializer = parameter.initializer.tokens(&quote!(katachi));
        let regularizer = parameter.regularizer.tokens(&quote!(katachi));
        let constraint = parameter.constraint.as_ref().map(|constraint| constraint.tokens(&quote!(katachi)));
        let constraint =
            constraint.map_or_else(|| quote!(katachi::None), |constraint| quote!(katachi::Some(#constraint)));
        let start = offset.value();
        *offset = &*offset + &parameter.shape.count();
        quote! {
            katachi::ParameterInfo {
                name: #name,
                shape: &[#(#sizes),*],
                offset: #start,
                trainable: #trainable,
                initializer: #initializer,
                regularizer: #regularizer,
                constraint: #constraint,
                nested: &[],
            }
        }
    };
    placed.parameters().into_iter().map(row).collect()
}

/// The name of a parameter's field as an identifier; a keyword was written `r#type`.
pub fn field(name: &str) -> Ident {
    syn::parse_str(name).unwrap_or_else(|_| Ident::new_raw(name, proc_macro2::Span::call_site()))
}

/// The field of the layer's struct.
pub fn member(field: &str) -> Option<Ident> {
    (!field.is_empty()).then(|| format_ident!("{field}"))
}
