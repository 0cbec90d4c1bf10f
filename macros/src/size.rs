//! Integers as `typenum` types, and `shape!`.

use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Error, LitInt, Result, Token, Type, parse::ParseStream, parse::Parser, punctuated::Punctuated};

/// The most dimensions that a shape can have.
pub const MAX_RANK: usize = 6;

/// The `typenum` type of `size`, under the path `typenum`.
///
/// Up to 1024 typenum has a name for it, which reads better in documentation; beyond, the number is spelled in binary.
pub fn typenum(typenum: &TokenStream, size: usize) -> TokenStream {
    if size <= 1024 {
        let name = format_ident!("U{size}");
        return quote!(#typenum::#name);
    }
    (0..usize::BITS - size.leading_zeros()).rev().fold(quote!(#typenum::UTerm), |number, bit| {
        let bit = format_ident!("B{}", size >> bit & 1);
        quote!(#typenum::UInt<#number, #typenum::#bit>)
    })
}

/// `Rank2<A, B>` for two sizes, under the path `krate`.
pub fn shape(krate: &TokenStream, sizes: &[TokenStream]) -> TokenStream {
    let rank = format_ident!("Rank{}", sizes.len());
    if sizes.is_empty() { quote!(#krate::#rank) } else { quote!(#krate::#rank<#(#sizes),*>) }
}

/// `$crate, 28, 28, 1` → `$crate::shape::Rank3<$crate::typenum::U28, …>`.
pub fn expand_shape(input: TokenStream) -> Result<TokenStream> {
    (|input: ParseStream<'_>| {
        let krate: TokenTree = input.parse()?; // `$crate` is one token, which no parser of paths needs to know.
        input.parse::<Token![,]>()?;
        let sizes = Punctuated::<Size, Token![,]>::parse_terminated_with(input, |input| {
            if input.peek(LitInt) {
                let literal: LitInt = input.parse()?;
                let size: usize = literal
                    .base10_parse()
                    .map_err(|_| Error::new(literal.span(), format!("the size {literal} does not fit into 64 bits")))?;
                Ok(Size::Number(size, literal.token()))
            } else {
                input.parse().map(|ty| Size::Type(Box::new(ty))).map_err(|error| {
                    Error::new(error.span(), "a size is a number or a typenum type, as in `shape!(28, 28, 1)`")
                })
            }
        })?;
        if sizes.len() > MAX_RANK {
            return Err(Error::new(
                Span::call_site(),
                format!("a shape has at most {MAX_RANK} sizes, but {} are given", sizes.len()),
            ));
        }
        let path = quote!(#krate::typenum);
        let types: Vec<_> = sizes
            .iter()
            .map(|size| match size {
                Size::Number(0, literal) => Err(Error::new(
                    literal.span(),
                    "a size is at least 1: an array without values cannot be computed with",
                )),
                Size::Number(number, _) => Ok(typenum(&path, *number)),
                Size::Type(ty) => Ok(ty.to_token_stream()),
            })
            .collect::<Result<_>>()?;
        Ok(shape(&quote!(#krate::shape), &types))
    })
    .parse2(input)
}

enum Size {
    Number(usize, Literal),
    Type(Box<Type>),
}
