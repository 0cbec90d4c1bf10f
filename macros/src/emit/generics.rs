//! The dimensions of a generic model, wherever its name stands.

use proc_macro2::TokenStream;
use quote::quote;

use crate::dim::Dim;
use crate::layer::Layer;
use crate::model::Model;

/// What stands around the name of a model: nothing for one without dimensions.
pub struct Generics {
    /// `In, Hidden,`
    pub names: TokenStream,
    /// `where In: Size, …`
    pub bounds: TokenStream,
    /// `<In, Hidden>`, where the element type is f32.
    pub of_f32: TokenStream,
    pub are_there: bool,
}

pub fn generics(model: &Model) -> Generics {
    let names = &model.dimensions;
    if names.is_empty() {
        let empty = TokenStream::new;
        return Generics { names: empty(), bounds: empty(), of_f32: empty(), are_there: false };
    }
    let krate = quote!(::katachi::__private);
    let mut bounds: Vec<TokenStream> = names.iter().map(|name| quote!(#name: #krate::Size)).collect();
    let mut seen: Vec<String> = Vec::new();
    for dim in types(model) {
        let typenum = quote!(#krate::typenum);
        let ty = dim.ty(&typenum);
        let operations = dim.operations(&typenum);
        let whole = (!operations.is_empty()).then(|| quote!(#ty: #krate::Size));
        for bound in operations.into_iter().chain(whole) {
            let text = bound.to_string();
            if !seen.contains(&text) {
                seen.push(text);
                bounds.push(bound);
            }
        }
    }
    Generics {
        names: quote!(#(#names,)*),
        bounds: quote!(where #(#bounds),*),
        of_f32: quote!(<#(#names),*>),
        are_there: true,
    }
}

/// All sizes that stand in a type: of parameters, inputs and outputs.
fn types(model: &Model) -> Vec<Dim> {
    let parameters = model.layers.iter().filter(|placed| !matches!(placed.layer, Layer::Nested(_)));
    let parameters = parameters.flat_map(crate::model::Placed::parameters).map(|parameter| parameter.shape);
    let ends = model.inputs().iter().cloned().chain(model.outputs().into_iter().cloned());
    parameters.chain(ends).flat_map(|shape| shape.sizes().to_vec()).filter(|dim| dim.known().is_none()).collect()
}
