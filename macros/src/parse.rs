//! Tokens → [`ast`](crate::ast). A line that cannot be understood is reported and passed over; the next one is read.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseBuffer, ParseStream, Parser};
use syn::{Attribute, Error, Lit, LitBool, LitInt, Result, Token, Visibility, braced, token};

use crate::ast::{Argument, Arguments, Declaration, Line, Size, Sizes, Value};
use crate::decimal::Decimal;
use crate::errors::Errors;
use crate::layer;

/// An example of the whole, for whoever begins.
const EXAMPLE: &str = "write a struct of layers, such as `pub struct Mlp { logits: Dense(784 => 10) }`";

/// An example of a line.
const LINE_EXAMPLE: &str = "write `name: Kind(arguments)`, such as `hidden1: Dense(784 => 700, relu)`";

/// Reads a whole declaration; nothing if not even its head is there, which is then reported.
pub fn parse(cx: &Errors, input: TokenStream) -> Option<Declaration> {
    let parser = |input: ParseStream<'_>| declaration(cx, input);
    parser.parse2(input).map_err(|error| cx.push(error)).ok()
}

fn declaration(cx: &Errors, input: ParseStream<'_>) -> Result<Declaration> {
    if input.is_empty() {
        return Err(Error::new(Span::call_site(), format!("`model!` is empty\nhelp: {EXAMPLE}")));
    }
    let attributes = input.call(Attribute::parse_outer)?;
    for attribute in &attributes {
        if attribute.path().is_ident("repr") {
            cx.report_with_help(
                attribute,
                "`model!` lays out the parameters itself, in the order of declaration",
                "remove this attribute",
            );
        }
    }
    let visibility: Visibility = input.parse()?;
    if !input.peek(Token![struct]) {
        return Err(input.error(format!("expected `struct`\nhelp: {EXAMPLE}")));
    }
    input.parse::<Token![struct]>()?;
    let name =
        input.call(Ident::parse_any).map_err(|error| with_help(&error, "expected the name of the model", EXAMPLE))?;
    check_name(cx, &name, "model");
    if name == "T" || name == "katachi" {
        let message = format!("`{name}` means something else in the code that is written for a model");
        cx.report_with_help(&name, message, "write another name, such as `Mlp`");
    }
    if input.peek(Token![<]) {
        return Err(input.error(
            "a model has no generic parameters of its own: its element type is added as `T = f32`\n\
             help: write the sizes as numbers, such as `Dense(784 => 10)`",
        ));
    }
    if !input.peek(token::Brace) {
        return Err(input.error(format!("expected the layers of `{name}` in braces\nhelp: {EXAMPLE}")));
    }
    let body;
    let braces = braced!(body in input);
    if body.is_empty() {
        cx.push(Error::new(
            braces.span.join(),
            format!("`{name}` has no layers\nhelp: write at least one, such as `logits: Dense(784 => 10)`"),
        ));
    }
    let lines = lines(cx, &body);
    if !input.is_empty() {
        let is_function = input.peek(Token![fn]);
        let rest: TokenStream = input.parse()?;
        if is_function {
            let message = "a forward pass of one's own is not supported: layers run in the order written";
            cx.report_with_help(rest, message, "remove `fn`, and write the layers in their order");
        } else {
            let message = "a declaration ends with the brace of its struct";
            cx.report_with_help(rest, message, "remove what follows; a second model is declared by a second `model!`");
        }
    }
    Ok(Declaration { attributes, visibility, name, lines })
}

fn lines(cx: &Errors, body: &ParseBuffer<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    while !body.is_empty() {
        match line(cx, body) {
            Ok(mut line) => {
                check_end_of_line(cx, body, &mut line);
                lines.push(line);
            }
            Err(error) => {
                cx.push(error);
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
    if body.is_empty() || body.peek(Token![,]) {
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
fn line(cx: &Errors, input: &ParseBuffer<'_>) -> Result<Line> {
    let attributes = input.call(Attribute::parse_outer)?;
    for attribute in attributes.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
        cx.report_with_help(
            attribute,
            "a layer takes no attributes but doc comments",
            "put it on the struct, or declare a second model",
        );
    }
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
    if input.peek(Token![::]) {
        return Err(input.error(format!("a layer is written without a path\nhelp: remove `{kind}::`")));
    }
    if input.peek(token::Bracket) || input.peek(token::Brace) {
        let group: TokenTree = input.parse()?;
        let message = format!("the arguments of a layer stand in round brackets\nhelp: write `{kind}(…)`");
        cx.push(Error::new(group.span(), message));
        return Ok(Line { attributes, name, kind, arguments: Arguments::default(), broken: true });
    }
    let mut broken = false;
    let arguments = if input.peek(token::Paren) { arguments(cx, input, &mut broken)? } else { Arguments::default() };
    Ok(Line { attributes, name, kind, arguments, broken })
}

/// `(784 => 700, relu)`; a bad argument is reported, marked and passed over.
fn arguments(cx: &Errors, input: ParseStream<'_>, broken: &mut bool) -> Result<Arguments> {
    let group = input.step(|cursor| match cursor.group(Delimiter::Parenthesis) {
        Some((_, _, rest)) => Ok((cursor.token_tree().expect("a group is a token tree").0, rest)),
        None => Err(cursor.error("expected round brackets")),
    })?;
    let TokenTree::Group(group) = group else { unreachable!("a group was asked for") };
    let parser = |inside: ParseStream<'_>| {
        let mut list = Vec::new();
        while !inside.is_empty() {
            match argument(cx, inside, broken) {
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
                    cx.push(error);
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

fn argument(cx: &Errors, input: ParseStream<'_>, broken: &mut bool) -> Result<Argument> {
    if input.peek(Token![_]) || input.peek(Lit) && (input.peek2(Token![=>]) || has_wrong_arrow(input)) {
        return sizes(input).map(Argument::Sizes);
    }
    if input.peek(Token![-]) && input.peek3(Token![=>]) {
        return Err(input.error("a size is a whole number\nhelp: write a size of at least 1"));
    }
    if input.peek2(Token![=>]) {
        let name = input.call(Ident::parse_any)?;
        return Err(Error::new(
            name.span(),
            format!("a size is a whole number\nhelp: write a number for `{name}`, or `_` to infer an input size"),
        ));
    }
    let is_named = input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]);
    if is_named {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        return Ok(Argument::Named(name, value(cx, input, broken)?));
    }
    value(cx, input, broken).map(Argument::Positional)
}

/// Whether a number is followed by what other notations use for `=>`: another sign, or a word such as `to` before a
/// second number.
fn has_wrong_arrow(input: ParseStream<'_>) -> bool {
    let rest = input.fork();
    if rest.parse::<Lit>().is_err() {
        return false;
    }
    let is_sign = rest.cursor().punct().is_some_and(|(punct, _)| punct.as_char() != ',');
    is_sign || rest.peek(syn::Ident) && rest.peek2(LitInt)
}

fn sizes(input: ParseStream<'_>) -> Result<Sizes> {
    let size = |input: ParseStream<'_>| {
        if input.peek(Token![_]) {
            return Ok(Size::Inferred(input.parse()?));
        }
        if !input.peek(LitInt) {
            return Err(input
                .error("a size is a whole number\nhelp: write the sizes as `input => output`, such as `784 => 700`"));
        }
        let literal: LitInt = input.parse()?;
        let number = integer(&literal)?;
        Ok(Size::Number(literal, number))
    };
    let first = size(input)?;
    if !input.peek(Token![=>]) {
        let error = input.error("");
        if input.peek(Token![*]) || input.peek(Token![+]) || input.peek(Token![/]) {
            return Err(with_help(&error, "a size is a single number", "write the result of the calculation"));
        }
        while !input.is_empty() && !input.peek(LitInt) && !input.peek(Token![,]) {
            input.parse::<TokenTree>()?;
        }
        let output: TokenStream =
            if input.peek(LitInt) { input.parse::<TokenTree>()?.into() } else { quote::quote!(_) };
        let help = format!("sizes read input => output; write `{} => {output}`", first.to_token_stream());
        return Err(with_help(&error, "expected `=>` between the input size and the output size", help));
    }
    let arrow = input.parse()?;
    let output = size(input)?;
    if input.peek(Token![=>]) {
        return Err(input.error("a layer has one input size and one output size\nhelp: write a layer for each arrow"));
    }
    Ok(Sizes { input: first, arrow, output })
}

fn value(cx: &Errors, input: ParseStream<'_>, broken: &mut bool) -> Result<Value> {
    if input.peek(LitBool) {
        return input.parse().map(Value::Bool);
    }
    if input.peek(Ident::peek_any) {
        let word = input.call(Ident::parse_any)?;
        let arguments = if input.peek(token::Paren) { arguments(cx, input, broken)? } else { Arguments::default() };
        return Ok(Value::Word(word, arguments));
    }
    let minus: Option<Token![-]> = input.parse()?;
    let literal = Lit::parse(input).map_err(|error| {
        with_help(&error, "expected an argument", "write a number, a word such as `relu`, or `option = value`")
    })?;
    match (&literal, minus) {
        (Lit::Int(literal), None) => integer(literal).map(|number| Value::Integer(literal.clone(), number)),
        _ => match Decimal::new(minus.is_some(), literal.clone()) {
            Some(decimal) => Ok(Value::Decimal(decimal, quote::quote!(#minus #literal))),
            None => Ok(Value::Other(literal)),
        },
    }
}

fn integer(literal: &LitInt) -> Result<usize> {
    if literal.base10_digits().starts_with('-') {
        return Err(Error::new_spanned(literal, "a size is a whole number\nhelp: write a size of at least 1"));
    }
    let number = literal.base10_parse().map_err(|_| {
        Error::new_spanned(literal, format!("the size {literal} is too large: no computer could hold it"))
    })?;
    if !matches!(literal.suffix(), "" | "usize") {
        let digits = literal.base10_digits();
        return Err(Error::new_spanned(literal, format!("a size has no type suffix\nhelp: write {digits}")));
    }
    Ok(number)
}

/// A name must be one that a field or a struct can have.
fn check_name(cx: &Errors, name: &Ident, what: &str) {
    let text = name.to_string();
    if text == "_" {
        cx.report_with_help(name, "`_` is no name", format!("give the {what} a name, such as `hidden`"));
    } else if syn::parse_str::<Ident>(&text).is_err() {
        let message = format!("`{text}` is a keyword of Rust and cannot name a {what}");
        cx.report_with_help(name, message, format!("write another name, such as `{text}_`"));
    }
}

/// An error of syn's at its place, in our words.
fn with_help(error: &Error, message: impl std::fmt::Display, help: impl std::fmt::Display) -> Error {
    Error::new(error.span(), format!("{message}\nhelp: {help}"))
}

fn skip_to_comma(input: &ParseBuffer<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>().expect("the input is not empty");
    }
}
