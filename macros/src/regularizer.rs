//! The penalties on a parameter.

use proc_macro2::TokenStream;
use quote::quote;

use crate::decimal::Decimal;

/// The factors of what a parameter adds to the loss, those that are written.
#[derive(Clone, Default)]
pub struct Regularizer {
    pub l1: Option<Decimal>,
    pub l2: Option<Decimal>,
    pub orthogonal_rows: Option<Decimal>,
    pub orthogonal_columns: Option<Decimal>,
}

impl Regularizer {
    /// The value of `katachi::Regularizer`; `krate` is where it is found.
    pub fn tokens(&self, krate: &TokenStream) -> TokenStream {
        let factors = [
            (quote!(l1), &self.l1),
            (quote!(l2), &self.l2),
            (quote!(orthogonal_rows), &self.orthogonal_rows),
            (quote!(orthogonal_columns), &self.orthogonal_columns),
        ];
        let written: Vec<TokenStream> = factors
            .iter()
            .filter_map(|(name, factor)| {
                let factor = factor.as_ref()?.to_float();
                Some(quote!(#name: #factor))
            })
            .collect();
        match written.as_slice() {
            [] => quote!(#krate::Regularizer::NONE),
            written if written.len() == factors.len() => quote!(#krate::Regularizer { #(#written),* }),
            written => quote!(#krate::Regularizer { #(#written,)* ..#krate::Regularizer::NONE }),
        }
    }
}
