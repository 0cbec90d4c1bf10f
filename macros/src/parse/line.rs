//! The lines of a declaration: `name: Kind(arguments)`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseBuffer, ParseStream, Parser};
use syn::{Attribute, Error, Expr, Lit, LitBool, LitInt, Result, Token, Visibility, token};

use super::size::{self, Dimensions};
use super::{check_name, in_our_words, with_help};
use crate::ast::{Argument, Arguments, Line, Size, Sizes, Value};
use crate::decimal::Decimal;
use crate::errors::Errors;
use crate::layer;

/// An example of a line.
const LINE_EXAMPLE: &str = "write `name: Kind(arguments)`, such as `hidden1: Dense(784 => 700, relu)`";

/// Reads all lines, to the function if one stands here; a line that cannot be understood is reported and passed over.
pub fn lines(cx: &Errors, dimensions: &Dimensions, body: &ParseBuffer<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    while !body.is_empty() && !super::is_function(body) {
        match line(cx, dimensions, body) {
            Ok(mut line) => {
                check_end_of_line(cx, body, &mut line);
                lines.push(line);
            }
            Err(error) => {
                cx.push(in_our_words(error));
                skip_to_comma(body);
                lines.push(Line::unreadable());
            }
        }
        if body.peek(Token![,]) {
            body.parse::<Token![,]>().expect("a comma was seen");
        }
    }
    lines
}

/// After a line stands a comma, or nothing more.
fn check_end_of_line(cx: &Errors, body: &ParseBuffer<'_>, line: &mut Line) {
    if body.is_empty() || body.peek(Token![,]) || super::is_function(body) {
        return;
    }
    let error = body.error("");
    let label = line.label();
    if body.peek(Token![;]) {
        cx.push(with_help(&error, "layers stand apart by `,`", format!("write `,` for `;` after {label}")));
        body.parse::<Token![;]>().expect("a semicolon was seen");
    } else if body.peek(syn::Ident) || body.peek(Token![#]) {
        cx.push(with_help(&error, "expected `,` between two layers", format!("write a comma after {label}")));
    } else {
        let help = if body.peek(LitInt) || body.peek(Token![_]) {
            format!("the sizes of a layer stand in round brackets; write `{}(…)`", line.kind)
        } else {
            format!("{label} ends here; remove what follows")
        };
        cx.push(with_help(&error, "expected `,` after a layer", help));
        line.broken = true;
        skip_to_comma(body);
    }
}

/// `/// doc` `name: Kind(arguments)`
fn line(cx: &Errors, dimensions: &Dimensions, input: &ParseBuffer<'_>) -> Result<Line> {
    let attributes = input.call(Attribute::parse_outer)?;
    let mut frozen = None;
    for attribute in attributes.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
        if attribute.path().is_ident("frozen") {
            if !matches!(attribute.meta, syn::Meta::Path(_)) {
                cx.report_with_help(attribute, "`#[frozen]` takes no arguments", "write `#[frozen]`");
            }
            frozen = Some(attribute.clone());
            continue;
        }
        cx.report_with_help(
            attribute,
            "a layer takes no attributes but `#[frozen]` and doc comments",
            "put it on the struct, or declare a second model",
        );
    }
    let attributes = attributes.into_iter().filter(|attribute| attribute.path().is_ident("doc")).collect();
    if input.peek(Token![pub]) {
        let visibility: Visibility = input.parse()?;
        cx.report_with_help(visibility, "a layer's parameters are a public field already", "remove `pub`");
    }
    let first = input.call(Ident::parse_any).map_err(|error| with_help(&error, "expected a layer", LINE_EXAMPLE))?;
    let has_colon = input.peek(Token![:]) && !input.peek(Token![::]);
    let forgot_colon =
        !has_colon && (input.peek(Token![=]) || input.peek(syn::Ident) && !layer::names().any(|name| first == name));
    let (name, kind) = if has_colon || forgot_colon {
        if forgot_colon {
            let error = input.error("");
            input.parse::<Option<Token![=]>>()?;
            let help = format!("write `{first}: …`");
            cx.push(with_help(&error, "expected `:` between the name of a layer and its kind", help));
        } else {
            input.parse::<Token![:]>()?;
        }
        check_name(cx, &first, "layer");
        let kind = input
            .call(Ident::parse_any)
            .map_err(|error| with_help(&error, format!("expected the kind of layer `{first}`"), LINE_EXAMPLE))?;
        (Some(first), kind)
    } else {
        (None, first)
    };
    let (path, kind) = path(input, kind)?;
    let generics = if input.peek(Token![<]) { generics(input)? } else { TokenStream::new() };
    let mut line =
        Line { attributes, frozen, name, path, kind, generics, arguments: Arguments::default(), broken: false };
    if input.peek(token::Bracket) || input.peek(token::Brace) {
        let group: TokenTree = input.parse()?;
        let message = format!("the arguments of a layer stand in round brackets\nhelp: write `{}(…)`", line.kind);
        cx.push(Error::new(group.span(), message));
        line.broken = true;
    } else if input.peek(token::Paren) {
        line.arguments = arguments(cx, dimensions, input, &mut line.broken)?;
    }
    Ok(line)
}

/// `encoders::Encoder`, from its first part: what stands before the last, and the last.
fn path(input: &ParseBuffer<'_>, first: Ident) -> Result<(TokenStream, Ident)> {
    let (mut before, mut last) = (TokenStream::new(), first);
    while input.peek(Token![::]) {
        let colons: Token![::] = input.parse()?;
        before.extend(quote!(#last #colons));
        last = input.call(Ident::parse_any)?;
    }
    if !before.is_empty() && layer::names().any(|name| last == name) {
        let message = format!("a layer is written without a path\nhelp: write `{last}`");
        return Err(Error::new_spanned(quote!(#before #last), message));
    }
    Ok((before, last))
}

/// `<U54, U32>`
fn generics(input: &ParseBuffer<'_>) -> Result<TokenStream> {
    let generics: syn::AngleBracketedGenericArguments = input.parse()?;
    Ok(generics.into_token_stream())
}

/// `(784 => 700, relu)`; a bad argument is reported, marked and passed over.
fn arguments(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>, broken: &mut bool) -> Result<Arguments> {
    let group = input.step(|cursor| match cursor.group(Delimiter::Parenthesis) {
        Some((_, _, rest)) => Ok((cursor.token_tree().expect("a group is a token tree").0, rest)),
        None => Err(cursor.error("expected round brackets")),
    })?;
    let TokenTree::Group(group) = group else { unreachable!("a group was asked for") };
    let parser = |inside: ParseStream<'_>| {
        let mut list = Vec::new();
        while !inside.is_empty() {
            match argument(cx, dimensions, inside, broken) {
                Ok(argument) => {
                    if !inside.is_empty() && !inside.peek(Token![,]) {
                        *broken = true;
                        let help = if inside.peek(Token![:]) {
                            "close the brackets of the layer above, and write a comma"
                        } else {
                            "write a comma before this"
                        };
                        cx.push(with_help(&inside.error(""), "expected `,` between two arguments", help));
                        skip_to_comma(inside);
                    }
                    list.push(argument);
                }
                Err(error) => {
                    *broken = true;
                    cx.push(in_our_words(error));
                    skip_to_comma(inside);
                }
            }
            if inside.peek(Token![,]) {
                inside.parse::<Token![,]>()?;
            }
        }
        Ok(list)
    };
    Ok(Arguments { list: parser.parse2(group.stream())?, tokens: TokenTree::Group(group).into() })
}

fn argument(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>, broken: &mut bool) -> Result<Argument> {
    if has_arrow(input) {
        return sizes(dimensions, input).map(Argument::Sizes);
    }
    if input.peek(Lit) && has_wrong_arrow(input) {
        return Err(wrong_arrow(input)?);
    }
    let is_named = input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]);
    if is_named {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        return Ok(Argument::Named(name, value(cx, dimensions, input, broken)?));
    }
    value(cx, dimensions, input, broken).map(Argument::Positional)
}

/// Whether `=>` comes before the next comma.
fn has_arrow(input: ParseStream<'_>) -> bool {
    let rest = input.fork();
    while !rest.is_empty() && !rest.peek(Token![,]) {
        if rest.peek(Token![=>]) {
            return true;
        }
        if rest.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    false
}

/// Whether a number is followed by what other notations use for `=>`: another sign, or a word such as `to` before a
/// second number. What is calculated with is no such sign.
fn has_wrong_arrow(input: ParseStream<'_>) -> bool {
    let rest = input.fork();
    if rest.parse::<Lit>().is_err() || rest.peek(Token![*]) || rest.peek(Token![+]) {
        return false;
    }
    let is_sign = rest.cursor().punct().is_some_and(|(punct, _)| punct.as_char() != ',');
    is_sign || rest.peek(syn::Ident) && rest.peek2(LitInt)
}

/// The error for `784 -> 700` and the like.
fn wrong_arrow(input: ParseStream<'_>) -> Result<Error> {
    let first: Lit = input.parse()?;
    let error = input.error("");
    if input.peek(Token![/]) {
        let message = "a size is a sum or a product, never a quotient";
        return Ok(with_help(&error, message, "write the result of the calculation"));
    }
    while !input.is_empty() && !input.peek(LitInt) && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    let output: TokenStream = if input.peek(LitInt) { input.parse::<TokenTree>()?.into() } else { quote!(_) };
    let help = format!("sizes read input => output; write `{} => {output}`", first.to_token_stream());
    Ok(with_help(&error, "expected `=>` between the input size and the output size", help))
}

fn sizes(dimensions: &Dimensions, input: ParseStream<'_>) -> Result<Sizes> {
    let first = one_side(dimensions, input)?;
    let help = "sizes read input => output, such as `784 => 700`";
    let arrow = input.parse().map_err(|error| with_help(&error, "expected `=>` after the input size", help))?;
    let output = one_side(dimensions, input)?;
    if input.peek(Token![=>]) {
        return Err(input.error("a layer has one input size and one output size\nhelp: write a layer for each arrow"));
    }
    Ok(Sizes { input: first, arrow, output })
}

/// What stands on one side of an arrow.
fn one_side(dimensions: &Dimensions, input: ParseStream<'_>) -> Result<Size> {
    if input.peek(Token![_]) {
        return Ok(Size::Inferred(input.parse()?));
    }
    if input.peek(token::Bracket) {
        let (sizes, tokens) = size::bracketed(dimensions, input)?;
        return Ok(Size::Several(sizes, tokens));
    }
    let at = input.error("a size is a whole number\nhelp: write the sizes as `input => output`, such as `784 => 700`");
    let ahead = input.fork();
    let tokens = match ahead.parse::<Expr>() {
        Ok(size) => {
            input.advance_to(&ahead);
            size.into_token_stream()
        }
        Err(_) => return Err(at),
    };
    let dim = size::read(dimensions, &tokens)?;
    Ok(Size::Written(dim, tokens))
}

fn value(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>, broken: &mut bool) -> Result<Value> {
    if input.peek(LitBool) {
        return input.parse().map(Value::Bool);
    }
    if is_size(dimensions, input) {
        let mut tokens = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            tokens.extend([input.parse::<TokenTree>()?]);
        }
        return size::read(dimensions, &tokens).map(|dim| Value::Size(dim, tokens));
    }
    if input.peek(Ident::peek_any) {
        let word = input.call(Ident::parse_any)?;
        let arguments =
            if input.peek(token::Paren) { arguments(cx, dimensions, input, broken)? } else { Arguments::default() };
        return Ok(Value::Word(word, arguments));
    }
    if input.peek(token::Bracket) {
        let group: TokenTree = input.parse()?;
        let sizes = group.to_string();
        let sizes = sizes.trim_start_matches('[').trim_end_matches(']').trim();
        let message = format!("these sizes stand side by side, without brackets\nhelp: write `{sizes}`");
        return Err(Error::new(group.span(), message));
    }
    let minus: Option<Token![-]> = input.parse()?;
    let literal = Lit::parse(input).map_err(|error| {
        with_help(&error, "expected an argument", "write a number, a word such as `relu`, or `option = value`")
    })?;
    match (&literal, minus) {
        (Lit::Int(literal), None) => size::integer(literal).map(|number| Value::Integer(literal.clone(), number)),
        _ => match Decimal::new(minus.is_some(), literal.clone()) {
            Some(decimal) => Ok(Value::Decimal(decimal, quote::quote!(#minus #literal))),
            None => Ok(Value::Other(literal)),
        },
    }
}

/// Whether a size stands here that is more than a number: a dimension of the model, or a calculation.
fn is_size(dimensions: &Dimensions, input: ParseStream<'_>) -> bool {
    let calculates = |input: ParseStream<'_>| input.peek2(Token![*]) || input.peek2(Token![+]);
    let is_dimension = input.fork().call(Ident::parse_any).is_ok_and(|name| dimensions.has(&name));
    is_dimension || input.peek(LitInt) && calculates(input)
}

fn skip_to_comma(input: &ParseBuffer<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>().expect("the input is not empty");
    }
}
