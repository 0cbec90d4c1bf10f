//! Sizes: numbers, the dimensions of a generic model, and sums and products of them.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{BinOp, Error, Expr, Lit, LitInt, Result, Token, token};

use super::with_help;
use crate::ast::ShapeNode;
use crate::dim::{Dim, Place, Symbol};
use crate::errors::Errors;
use crate::names;
use crate::shape::Shape;
use crate::size::MAX_RANK;

/// The dimensions that a model declares: `<In, Hidden>`.
#[derive(Default)]
pub struct Dimensions(pub Vec<Ident>);

impl Dimensions {
    pub fn has(&self, name: &Ident) -> bool {
        self.0.contains(name)
    }

    /// The dimension of that name as a size.
    pub fn get(&self, name: &Ident) -> Option<Dim> {
        let order = self.0.iter().position(|known| known == name)?;
        let code = format!("<{name} as katachi::Unsigned>::USIZE");
        Some(Dim::symbol(Symbol { order, name: name.to_string(), code, place: Place(Span::call_site()) }))
    }
}

/// `784`, `In`, `A + B`, `2 * H * W`
pub fn read(dimensions: &Dimensions, tokens: &TokenStream) -> Result<Dim> {
    let whole = "a size is a whole number\nhelp: write a size of at least 1";
    let first = tokens.clone().into_iter().next();
    if let Some(TokenTree::Punct(punct)) = &first
        && punct.as_char() == '-'
    {
        return Err(Error::new(punct.span(), whole));
    }
    let expected = "a size is a whole number\nhelp: write the sizes as `input => output`, such as `784 => 700`";
    let expression: Expr = syn::parse2(tokens.clone()).map_err(|_| Error::new_spanned(tokens, expected))?;
    dim(dimensions, &expression)
}

pub fn dim(dimensions: &Dimensions, expression: &Expr) -> Result<Dim> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(literal) => integer(literal).map(Dim::from),
            other => {
                let message =
                    "a size is a whole number\nhelp: write the sizes as `input => output`, such as `784 => 700`";
                Err(Error::new_spanned(other, message))
            }
        },
        Expr::Path(path) if path.path.get_ident().is_some() => {
            let name = path.path.get_ident().expect("it was asked for");
            dimensions.get(name).ok_or_else(|| unknown(dimensions, name))
        }
        Expr::Paren(inner) => dim(dimensions, &inner.expr),
        Expr::Group(inner) => dim(dimensions, &inner.expr),
        Expr::Binary(binary) => {
            let sides = || Ok::<_, Error>((dim(dimensions, &binary.left)?, dim(dimensions, &binary.right)?));
            match binary.op {
                BinOp::Add(_) => sides().map(|(a, b)| &a + &b),
                BinOp::Mul(_) => sides().map(|(a, b)| &a * &b),
                _ => {
                    let message = "a size is a sum or a product of numbers and dimensions\n\
                                   help: write the result of the calculation, or a dimension of its own";
                    Err(Error::new_spanned(binary.op, message))
                }
            }
        }
        other => {
            let message = "a size is a whole number\nhelp: write the sizes as `input => output`, such as `784 => 700`";
            Err(Error::new_spanned(other, message))
        }
    }
}

/// A name where a size is expected, which is no dimension of the model.
fn unknown(dimensions: &Dimensions, name: &Ident) -> Error {
    let known: Vec<String> = dimensions.0.iter().map(ToString::to_string).collect();
    let known = known.iter().map(String::as_str);
    let help = if known.len() == 0 {
        format!("write a number, `_` to infer an input size, or declare it: `struct Mlp<{name}> {{ … }}`")
    } else {
        names::suggestion(&name.to_string(), known)
    };
    Error::new(name.span(), format!("`{name}` is no dimension of this model\nhelp: {help}"))
}

pub fn integer(literal: &LitInt) -> Result<usize> {
    if literal.base10_digits().starts_with('-') {
        return Err(Error::new_spanned(literal, "a size is a whole number\nhelp: write a size of at least 1"));
    }
    let number = literal.base10_parse().map_err(|_| {
        let help = "look for a digit too many in it";
        Error::new_spanned(literal, format!("the size {literal} is too large: no computer could hold it\nhelp: {help}"))
    })?;
    if !matches!(literal.suffix(), "" | "usize") {
        let digits = literal.base10_digits();
        return Err(Error::new_spanned(literal, format!("a size has no type suffix\nhelp: write {digits}")));
    }
    Ok(number)
}

/// `[28, 28]`: its sizes, and all of its tokens.
pub fn bracketed(dimensions: &Dimensions, input: ParseStream<'_>) -> Result<(Vec<Dim>, TokenStream)> {
    let group: TokenTree = input.parse()?;
    let TokenTree::Group(inner) = &group else { return Err(Error::new(group.span(), "expected a shape")) };
    let sizes = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(inner.stream()).map_err(|error| {
        with_help(&error, "a shape is a list of sizes", "write them with commas, such as `[28, 28]`")
    })?;
    let sizes = sizes.iter().map(|size| dim(dimensions, size)).collect::<Result<_>>()?;
    Ok((sizes, group.to_token_stream()))
}

/// `[28, 28]` as the shape of a sample; reports what is wrong with it.
pub fn shape(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>) -> Result<ShapeNode> {
    if !input.peek(token::Bracket) {
        let is_size = |input: ParseStream<'_>| {
            input.peek(LitInt) || input.fork().parse::<Ident>().is_ok_and(|name| dimensions.has(&name))
        };
        if is_size(input) {
            let size: TokenTree = input.parse()?;
            let help = format!("write `[{size}]`");
            cx.report_with_help(&size, "a shape stands in square brackets", help);
            return Ok(ShapeNode { shape: None, tokens: size.into() });
        }
        let message = "expected a shape\nhelp: write the sizes of one sample in square brackets, such as `[28, 28]`, and `[]` for a single number";
        return Err(input.error(message));
    }
    let ahead = input.fork();
    let group: TokenTree = ahead.parse()?;
    let (sizes, tokens) = match bracketed(dimensions, input) {
        Ok(read) => read,
        Err(error) => {
            cx.push(error);
            if input.peek(token::Bracket) {
                input.parse::<TokenTree>()?;
            }
            return Ok(ShapeNode { shape: None, tokens: group.into() });
        }
    };
    if sizes.iter().any(|size| size.is(0)) {
        cx.report_with_help(&tokens, "a size of 0 leaves no values to compute with", "write a size of at least 1");
        return Ok(ShapeNode { shape: None, tokens });
    }
    if sizes.len() > MAX_RANK {
        let message = format!("a shape has at most {MAX_RANK} sizes, but {} are given", sizes.len());
        cx.report_with_help(&tokens, message, "merge sizes that are always used together");
        return Ok(ShapeNode { shape: None, tokens });
    }
    let shape = Shape::new(sizes);
    if shape.is_none() {
        let message = "this shape has more values than a computer can address";
        cx.report_with_help(&tokens, message, "look for a digit too many in its sizes");
    }
    Ok(ShapeNode { shape, tokens })
}
