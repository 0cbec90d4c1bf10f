//! What the compiler of Rust prints for this very model: sentences when data do not fit it, and warnings.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::generics::Generics;
use super::types::shapes;
use crate::layer::Layer;
use crate::model::{Model, Warnings, What};
use crate::shape::Shape;

/// Traits whose only purpose is their sentence.
pub fn messages(model: &Model, generics: &Generics) -> TokenStream {
    let name = &model.name;
    let Generics { names, bounds, .. } = generics;
    let inputs: Vec<&Shape> = model.inputs().iter().collect();
    let outputs = model.outputs();
    let input = format!("`{name}` takes samples of shape {}", shapes(&inputs));
    let arguments = |shape: &Shape| shape.sizes().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let example = match inputs.as_slice() {
        [single] => format!("shape!({})", arguments(single)),
        several => {
            let several: Vec<String> = several.iter().map(|shape| format!("shape!({})", arguments(shape))).collect();
            format!("({})", several.join(", "))
        }
    };
    let input_note = format!("the shape of samples is part of their type: `{example}` fits");
    let output = format!("`{name}` gives outputs of shape {}", shapes(&outputs));
    let output_note = match outputs.as_slice() {
        [single] if single.rank() == 1 && single.last().is(1) => {
            "targets that fit are values of shape [1]: any number, or 0 and 1 for a question of yes or no".to_owned()
        }
        [single] if single.rank() == 1 => {
            let classes = single.last();
            format!("targets that fit are labels of {classes} classes, or values of shape [{classes}]")
        }
        _ => format!("targets that fit are values of shape {}", shapes(&outputs)),
    };
    // The compiler shows these lines beside the message: at the model's name they are one line, not the whole macro.
    let span = model.name.span().resolved_at(Span::call_site());
    quote_spanned! {span=>
        #[diagnostic::on_unimplemented(message = #input, label = "these samples have another shape", note = #input_note)]
        pub trait SameShapeAsInput {}
        impl SameShapeAsInput for katachi::Same {}
        impl<#names T: katachi::Element, V: SameShapeAsInput> katachi::AcceptsSamples<V> for #name<#names T> #bounds {}

        #[diagnostic::on_unimplemented(message = #output, label = "these targets have another shape", note = #output_note)]
        pub trait SameShapeAsOutput {}
        impl SameShapeAsOutput for katachi::Same {}
        impl<#names T: katachi::Element, V: SameShapeAsOutput> katachi::AcceptsTargets<V> for #name<#names T> #bounds {}
    }
}

/// Checks that other models have the shapes that they were taken to have: only the compiler of Rust knows those.
pub fn checks(model: &Model) -> Vec<TokenStream> {
    let name = model.name.to_string();
    let mut checks = Vec::new();
    for (index, placed) in model.layers.iter().enumerate() {
        let Layer::Nested(nested) = &placed.layer else { continue };
        let is_called =
            model.program.calls.iter().any(|call| matches!(call.what, What::Layer(layer) if layer == index));
        if !is_called {
            continue;
        }
        let (layer, other, ty) = (&placed.name, nested.name(), nested.ty());
        let dims = |shape: &Shape| {
            let sizes = shape.sizes().iter().map(crate::dim::Dim::value);
            quote!(&[#(#sizes),*])
        };
        let (input, output) = (dims(&placed.input), dims(&placed.output));
        let span =
            placed.field.as_ref().map_or_else(Span::call_site, proc_macro2::Ident::span).resolved_at(Span::call_site());
        checks.push(quote_spanned! {span=>
            katachi::check_nested(
                [#name, #layer, #other],
                #input,
                <<#ty as katachi::Model>::Input as katachi::Shape>::DIMS,
                #output,
                <<#ty as katachi::Model>::Output as katachi::Shape>::DIMS,
            )
        });
    }
    checks
}

/// Code that does nothing but make the compiler of Rust warn.
pub fn warnings(warnings: &Warnings) -> TokenStream {
    let unused = (!warnings.unused.is_empty()).then(|| {
        let names = &warnings.unused;
        quote!(const _: fn() = || { #(let #names = ();)* };)
    });
    let sentences = warnings.sentences.iter().map(|(tokens, sentence)| {
        let name = tokens.clone().into_iter().next();
        let span = name.as_ref().map_or_else(Span::call_site, proc_macro2::TokenTree::span);
        let mut constant = format_ident!("without_effect");
        constant.set_span(span.resolved_at(Span::call_site()));
        quote! {
            const _: () = {
                #[deprecated(note = #sentence)]
                #[allow(non_upper_case_globals)]
                const without_effect: () = ();
                #constant
            };
        }
    });
    quote!(#unused #(#sentences)*)
}
