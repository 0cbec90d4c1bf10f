//! The struct of parameters and what belongs to it.

use proc_macro2::TokenStream;
use quote::quote;

use super::generics::Generics;
use super::tables::shape_type;
use crate::dim::Dim;
use crate::layer::Layer;
use crate::model::{Model, Placed};
use crate::shape::{Shape, thousands};

/// `pub struct Mlp<T = f32> { pub hidden1: Dense<U784, U700, T>, … }`
pub fn structure(model: &Model, generics: &Generics) -> TokenStream {
    let Model { attributes, visibility, name, .. } = model;
    let Generics { names, bounds, .. } = generics;
    let table = documentation(model);
    let fields = model.layers.iter().filter_map(field);
    // An array without elements still has the alignment of `T`, which the slice of all parameters needs.
    let marker = (model.parameter_count().is(0) || generics.are_there).then(|| {
        let dimensions = &model.dimensions;
        let unused = generics.are_there.then(|| quote!(dimensions: ::core::marker::PhantomData<(#(#dimensions,)*)>,));
        quote!(#unused element: [T; 0],)
    });
    quote! {
        #(#attributes)*
        #(#[doc = #table])*
        #[repr(C)]
        #visibility struct #name<#names T: ::katachi::__private::Element = ::core::primitive::f32> #bounds {
            #(#fields,)*
            #marker
        }
    }
}

fn field(placed: &Placed) -> Option<TokenStream> {
    let krate = quote!(::katachi::__private);
    let size = |dim: &Dim| dim.ty(&quote!(#krate::typenum));
    let ty = match &placed.layer {
        Layer::Dense(dense) => {
            let (input, output) = (size(&placed.input.last()), size(&dense.output));
            let layer = if dense.bias { quote!(Dense) } else { quote!(DenseWithoutBias) };
            quote!(#krate::#layer<#input, #output, T>)
        }
        Layer::Param(parameter) => {
            let shape = shape_type(&krate, &parameter.shape);
            quote!(#krate::Tensor<#shape, T>)
        }
        Layer::Embedding(table) => {
            let (rows, width) = (size(&table.shape.sizes()[0]), size(&table.shape.last()));
            quote!(#krate::Embedding<#rows, #width, T>)
        }
        Layer::Nested(nested) => nested.ty(),
        _ => return None,
    };
    let name = placed.field.as_ref().expect("a layer with parameters has a name");
    let attributes = &placed.attributes;
    let paragraph = (!attributes.is_empty()).then(|| quote!(#[doc = ""]));
    let count = match &placed.layer {
        Layer::Nested(_) => "the parameters of another model".to_owned(),
        _ => format!("{} parameters", thousands(&placed.parameter_count())),
    };
    let frozen = if placed.frozen { ", which training leaves alone" } else { "" };
    let doc = format!(" `{}`: {count}{frozen}.", placed.written);
    Some(quote! {
        #(#attributes)*
        #paragraph
        #[doc = #doc]
        pub #name: #ty
    })
}

/// Shapes as the documentation shows them: `[54]`, or `([54], [3])`.
pub fn shapes(shapes: &[&Shape]) -> String {
    match shapes {
        [shape] => shape.to_string(),
        shapes => format!("({})", shapes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// The table of layers that the user's documentation shows.
fn documentation(model: &Model) -> Vec<String> {
    let inputs = shapes(&model.inputs().iter().collect::<Vec<_>>());
    let outputs = shapes(&model.outputs());
    let mut lines = vec![
        String::new(),
        format!(" Takes samples of shape `{inputs}` and gives `{outputs}`."),
        String::new(),
        " | layer | declared as | output | parameters |".to_owned(),
        " |---|---|---|---:|".to_owned(),
    ];
    lines.extend(model.layers.iter().map(|placed| {
        let parameters = thousands(&placed.parameter_count());
        format!(" | `{}` | `{}` | `{}` | {parameters} |", placed.name, placed.written, placed.output)
    }));
    lines.push(format!(" | | | **total** | **{}** |", thousands(&model.parameter_count())));
    lines
}

/// `unsafe impl Parameters for Mlp`, with the check that it rests on.
pub fn parameters(model: &Model, generics: &Generics) -> TokenStream {
    let name = &model.name;
    let Generics { names, bounds, are_there, .. } = generics;
    let count = model.parameter_count().value();
    // The type of a generic model is known only where it is used, and its constant is checked there.
    let checked = are_there.then(|| {
        quote! {
            const LEN: usize = {
                ::core::assert!(::core::mem::size_of::<Self>() == (#count) * ::core::mem::size_of::<T>());
                #count
            };
        }
    });
    let has_nested = model.layers.iter().any(|placed| matches!(placed.layer, Layer::Nested(_)));
    let checks = (!are_there).then(|| {
        let count_of = |element: TokenStream| {
            if has_nested { quote!({ type T = #element; #count }) } else { count.clone() }
        };
        let (single, double) = (count_of(quote!(::core::primitive::f32)), count_of(quote!(::core::primitive::f64)));
        quote! {
            const _: () = ::core::assert!(<#name as katachi::Parameters>::LEN == #single);
            const _: () = ::core::assert!(<#name<::core::primitive::f64> as katachi::Parameters>::LEN == #double);
        }
    });
    quote! {
        // SAFETY: the struct is `repr(C)` and its fields consist of values of type `T` only, as many as counted below.
        unsafe impl<#names T: katachi::Element> katachi::Parameters for #name<#names T> #bounds {
            type Element = T;
            #checked
        }
        #checks
    }
}

/// What `Mlp` alone means: the model of `f32`, also in expressions such as `Mlp::init(22)`.
pub fn inherent(model: &Model, generics: &Generics) -> TokenStream {
    let name = &model.name;
    let Generics { bounds, of_f32, .. } = generics;
    let init = format!(" A new `{name}` of `f32`, its parameters drawn from `seed`.");
    let load = format!(" A `{name}` of `f32` from a file that `save` wrote.");
    quote! {
        impl #of_f32 #name #of_f32 #bounds {
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
            impl #of_f32 #name #of_f32 #bounds {
                #[doc = #init]
                #[allow(clippy::unnecessary_box_returns, reason = "a large model would overflow the stack")]
                pub fn init(seed: u64) -> katachi::Box<Self> {
                    <Self as katachi::Model>::init(seed)
                }
            }
        }

        katachi::if_std! {
            #[allow(clippy::missing_errors_doc, clippy::unnecessary_box_returns, reason = "the trait `Save` says both")]
            impl #of_f32 #name #of_f32 #bounds {
                #[doc = #load]
                pub fn load(path: impl ::core::convert::AsRef<katachi::Path>) -> ::core::result::Result<katachi::Box<Self>, katachi::Error> {
                    <Self as katachi::Save>::load(path)
                }

                /// The same from the bytes of such a file.
                pub fn load_bytes(bytes: &[::core::primitive::u8]) -> ::core::result::Result<katachi::Box<Self>, katachi::Error> {
                    <Self as katachi::Save>::load_bytes(bytes)
                }

                /// The same from a file of `f32` or `f64`, its numbers rounded to `f32`.
                pub fn load_cast(path: impl ::core::convert::AsRef<katachi::Path>) -> ::core::result::Result<katachi::Box<Self>, katachi::Error> {
                    <Self as katachi::Save>::load_cast(path)
                }

                /// The bytes of such a file, used where they lie: nothing is copied.
                pub fn view(bytes: &[::core::primitive::u8]) -> ::core::result::Result<&Self, katachi::Error> {
                    <Self as katachi::Save>::view(bytes)
                }
            }
        }
    }
}
