//! The struct of parameters and what belongs to it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::layer::Layer;
use crate::model::{Model, Placed};
use crate::shape::thousands;
use crate::size;

/// `pub struct Mlp<T = f32> { pub hidden1: Dense<U784, U700, T>, … }`
pub fn structure(model: &Model) -> TokenStream {
    let Model { attributes, visibility, name, .. } = model;
    let table = documentation(model);
    let fields = model.layers.iter().filter_map(field);
    // An array without elements still has the alignment of `T`, which the slice of all parameters needs.
    let marker = (model.parameter_count() == 0).then(|| quote!(element: [T; 0],));
    quote! {
        #(#attributes)*
        #(#[doc = #table])*
        #[repr(C)]
        #visibility struct #name<T: ::katachi::__private::Element = ::core::primitive::f32> {
            #(#fields,)*
            #marker
        }
    }
}

fn field(placed: &Placed) -> Option<TokenStream> {
    let Layer::Dense(dense) = &placed.layer else { return None };
    let name = placed.field.as_ref().expect("a layer with parameters has a name");
    let attributes = &placed.attributes;
    let paragraph = (!attributes.is_empty()).then(|| quote!(#[doc = ""]));
    let doc = format!(" `{}`: {} parameters.", placed.written, thousands(placed.parameter_count()));
    let typenum = quote!(::katachi::__private::typenum);
    let input = size::typenum(&typenum, placed.input.last());
    let output = size::typenum(&typenum, dense.output);
    let layer = if dense.bias { quote!(Dense) } else { quote!(DenseWithoutBias) };
    Some(quote! {
        #(#attributes)*
        #paragraph
        #[doc = #doc]
        pub #name: ::katachi::__private::#layer<#input, #output, T>
    })
}

/// The table of layers that the user's documentation shows.
fn documentation(model: &Model) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        format!(" Takes samples of shape `{}` and gives `{}`.", model.input, model.output()),
        String::new(),
        " | layer | declared as | output | parameters |".to_owned(),
        " |---|---|---|---:|".to_owned(),
    ];
    lines.extend(model.layers.iter().map(|placed| {
        let parameters = thousands(placed.parameter_count());
        format!(" | `{}` | `{}` | `{}` | {parameters} |", placed.name, placed.written, placed.output)
    }));
    lines.push(format!(" | | | **total** | **{}** |", thousands(model.parameter_count())));
    lines
}

/// `unsafe impl Parameters for Mlp`, with the check that it rests on.
pub fn parameters(model: &Model) -> TokenStream {
    let name = &model.name;
    let count = super::number(model.parameter_count());
    quote! {
        // SAFETY: the struct is `repr(C)` and its fields consist of values of type `T` only, as many as counted below.
        unsafe impl<T: katachi::Element> katachi::Parameters for #name<T> {
            type Element = T;
        }
        const _: () = ::core::assert!(<#name as katachi::Parameters>::LEN == #count);
        const _: () = ::core::assert!(<#name<::core::primitive::f64> as katachi::Parameters>::LEN == #count);
    }
}

/// What `Mlp` alone means: the model of `f32`, also in expressions such as `Mlp::init(22)`.
pub fn inherent(model: &Model) -> TokenStream {
    let name = &model.name;
    let init = format!(" A new `{name}` of `f32`, its parameters drawn from `seed`.");
    quote! {
        impl #name {
            /// The layers, in the order of declaration.
            pub const LAYERS: &'static [katachi::LayerInfo] = <Self as katachi::Model>::LAYERS;
            /// The parameters, in the order of declaration.
            pub const PARAMETERS: &'static [katachi::ParameterInfo] = <Self as katachi::Model>::PARAMETERS;
            /// The size of the parameters in bytes.
            pub const PARAMETER_BYTES: usize = ::core::mem::size_of::<Self>();
            /// The memory that a prediction needs besides the parameters and the samples, in bytes.
            pub const INFERENCE_BYTES: katachi::Memory = katachi::Memory::inference::<Self>();
            /// The memory that a training step needs besides the parameters, the samples and the optimizer, in bytes.
            pub const TRAINING_BYTES: katachi::Memory = katachi::Memory::training::<Self>();
        }

        katachi::if_alloc! {
            impl #name {
                #[doc = #init]
                #[allow(clippy::unnecessary_box_returns, reason = "a large model would overflow the stack")]
                pub fn init(seed: u64) -> katachi::Box<Self> {
                    <Self as katachi::Model>::init(seed)
                }
            }
        }
    }
}
