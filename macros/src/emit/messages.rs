//! Traits whose only purpose is the sentence that the compiler prints when data do not fit this model.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::model::Model;

pub fn messages(model: &Model) -> TokenStream {
    let name = &model.name;
    let input = format!("`{name}` takes samples of shape {}", model.input);
    let example = model.input.sizes().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let input_note = format!("the shape of samples is part of their type: `shape!({example})` fits");
    let output = format!("`{name}` gives outputs of shape {}", model.output());
    let output_note = match model.output().sizes() {
        [1] => {
            "targets that fit are values of shape [1]: any number, or 0 and 1 for a question of yes or no".to_owned()
        }
        [classes] => format!("targets that fit are labels of {classes} classes, or values of shape [{classes}]"),
        _ => format!("targets that fit are values of shape {}", model.output()),
    };
    // The compiler shows these lines beside the message: at the model's name they are one line, not the whole macro.
    let span = model.name.span().resolved_at(Span::call_site());
    quote_spanned! {span=>
        #[diagnostic::on_unimplemented(message = #input, label = "these samples have another shape", note = #input_note)]
        pub trait SameShapeAsInput {}
        impl SameShapeAsInput for katachi::Same {}
        impl<T: katachi::Element, V: SameShapeAsInput> katachi::AcceptsSamples<V> for #name<T> {}

        #[diagnostic::on_unimplemented(message = #output, label = "these targets have another shape", note = #output_note)]
        pub trait SameShapeAsOutput {}
        impl SameShapeAsOutput for katachi::Same {}
        impl<T: katachi::Element, V: SameShapeAsOutput> katachi::AcceptsTargets<V> for #name<T> {}
    }
}
