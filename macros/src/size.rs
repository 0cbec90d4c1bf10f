//! Integers as `typenum` types, and `shape!`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, LitInt, Result, Token, Type};

/// The most dimensions that a shape can have.
pub const MAX_RANK: usize = 6;

/// The `typenum` type of `size`, under the path `typenum`.
///
/// Up to 1024 typenum has a name for it; a larger one is written by its thousands, `Sum<Prod<U3, U1000>, U136>`, because
/// the documentation of a user's model shows it as it is written here.
pub fn typenum(typenum: &TokenStream, size: usize) -> TokenStream {
    if size <= 1024 {
        let name = format_ident!("U{size}");
        return quote!(#typenum::#name);
    }
    let thousands = self::typenum(typenum, size / 1000);
    let thousands = quote!(#typenum::Prod<#thousands, #typenum::U1000>);
    match size % 1000 {
        0 => thousands,
        rest => {
            let rest = format_ident!("U{rest}");
            quote!(#typenum::Sum<#thousands, #typenum::#rest>)
        }
    }
}

/// `Rank2<A, B>` for two sizes, under the path `krate`.
pub fn shape(krate: &TokenStream, sizes: &[TokenStream]) -> TokenStream {
    let rank = format_ident!("Rank{}", sizes.len());
    if sizes.is_empty() { quote!(#krate::#rank) } else { quote!(#krate::#rank<#(#sizes),*>) }
}

/// `$crate, 28, 28, 1` → `$crate::shape::Rank3<$crate::typenum::U28, …>`.
///
/// An error becomes a shape as well, one that holds the error in a constant: a type that is no shape would make every
/// use of it an error of its own.
pub fn expand_shape(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let krate: TokenStream = tokens.next().into_iter().collect(); // `$crate` is one token.
    let sizes: TokenStream = tokens.skip(1).collect();
    checked_shape(&krate, sizes).unwrap_or_else(|error| {
        let error = error.to_compile_error();
        quote!(#krate::shape::Invalid<{ #error }>)
    })
}

fn checked_shape(krate: &TokenStream, sizes: TokenStream) -> Result<TokenStream> {
    let sizes = Punctuated::<Size, Token![,]>::parse_terminated.parse2(sizes)?;
    if sizes.len() > MAX_RANK {
        let message = format!("a shape has at most {MAX_RANK} sizes, but {} are given", sizes.len());
        return Err(Error::new(Span::call_site(), message));
    }
    let path = quote!(#krate::typenum);
    let types: Vec<_> = sizes
        .iter()
        .map(|size| match size {
            Size::Number(number) => typenum(&path, *number),
            Size::Type(ty) => ty.to_token_stream(),
        })
        .collect();
    Ok(shape(&quote!(#krate::shape), &types))
}

enum Size {
    Number(usize),
    Type(Box<Type>),
}

impl Parse for Size {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let expected =
            "a size is a number or a type of typenum\nhelp: write sizes with commas, as in `shape!(28, 28, 1)`";
        let size = if input.peek(LitInt) {
            let literal: LitInt = input.parse()?;
            match literal.base10_parse() {
                Ok(0) => {
                    let message = "a size of 0 leaves no values to compute with\nhelp: write a size of at least 1";
                    return Err(Error::new_spanned(literal, message));
                }
                Ok(number) => Self::Number(number),
                Err(_) => {
                    let message = format!("the size {literal} is too large: no computer could hold it");
                    return Err(Error::new_spanned(literal, message));
                }
            }
        } else {
            let at = input.span();
            Self::Type(Box::new(input.parse().map_err(|_| Error::new(at, expected))?))
        };
        if input.is_empty() || input.peek(Token![,]) { Ok(size) } else { Err(Error::new(input.span(), expected)) }
    }
}
