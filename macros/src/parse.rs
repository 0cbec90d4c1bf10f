//! Tokens → [`ast`](crate::ast). A line that cannot be understood is reported and passed over; the next one is read.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Result, Token, Visibility, braced, token};

use crate::ast::{Declaration, Function};
use crate::errors::Errors;

mod callees;
mod differentiable;
mod expression;
mod function;
mod line;
mod refused;
mod size;

pub use callees::Callee;
pub use differentiable::{Sources, differentiable, sources};
pub use size::Dimensions;

/// An example of the whole, for whoever begins.
const EXAMPLE: &str = "write a struct of layers, such as `pub struct Mlp { logits: Dense(784 => 10) }`";

/// Reads a whole declaration; nothing if not even its head is there, which is then reported.
pub fn parse(cx: &Errors, input: TokenStream) -> Option<Declaration> {
    let parser = |input: ParseStream<'_>| declaration(cx, input);
    parser.parse2(input).map_err(|error| cx.push(in_our_words(error))).ok()
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
    let dimensions = if input.peek(Token![<]) { dimensions(cx, input)? } else { Dimensions::default() };
    if !input.peek(token::Brace) {
        return Err(input.error(format!("expected the layers of `{name}` in braces\nhelp: {EXAMPLE}")));
    }
    let body;
    let braces = braced!(body in input);
    if body.is_empty() && input.is_empty() {
        cx.push(Error::new(
            braces.span.join(),
            format!("`{name}` has no layers\nhelp: write at least one, such as `logits: Dense(784 => 10)`"),
        ));
    }
    let mut lines = line::lines(cx, &dimensions, &body);
    for line in lines.iter_mut().filter(|line| line.kind == name && line.path.is_empty()) {
        let message = format!("`{name}` cannot be a layer of itself: it would have no end");
        cx.report_with_help(line.call(), message, "declare what it repeats as a model of its own");
        line.broken = true;
    }
    let mut forward = None;
    if is_function(&body) {
        let help = format!("close the brace of `{name}` before it");
        cx.push(with_help(&body.error(""), "the function of a model stands after its struct", help));
        forward = Some(self::forward(cx, &dimensions, &body)?);
        let _: TokenStream = body.parse()?;
    } else if is_function(input) {
        forward = Some(self::forward(cx, &dimensions, input)?);
    }
    if !input.is_empty() {
        let is_function = is_function(input);
        let rest: TokenStream = input.parse()?;
        if is_function {
            let help = "join them into one, or declare a second model that has the other";
            cx.report_with_help(rest, "a model has one function", help);
        } else {
            let end = if forward.is_some() { "its function" } else { "its struct" };
            let message = format!("a declaration ends with the brace of {end}");
            cx.report_with_help(rest, message, "remove what follows; a second model is declared by a second `model!`");
        }
    }
    Ok(Declaration { attributes, visibility, name, dimensions: dimensions.0, lines, forward })
}

/// Whether a function comes next, with or without what functions of Rust may begin with.
fn is_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.call(Attribute::parse_outer).is_ok()
        && ahead.parse::<Visibility>().is_ok()
        && ahead.peek(Token![fn])
        && !ahead.peek2(Token![:])
}

/// `fn forward(x: [784]) -> [10] { … }`
fn forward(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>) -> Result<Function> {
    let attributes = input.call(Attribute::parse_outer)?;
    for attribute in attributes.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
        let help = "remove it, or put it on the struct";
        cx.report_with_help(attribute, "the function of a model takes no attributes", help);
    }
    if let visibility @ (Visibility::Public(_) | Visibility::Restricted(_)) = input.parse()? {
        let message = "the function of a model is as public as the model";
        cx.report_with_help(&visibility, message, format!("remove `{}`", visibility.to_token_stream()));
    }
    let function = function::function(cx, dimensions, input)?;
    if function.name != "forward" {
        let message = format!("the function of a model is called `forward`, not `{}`", function.name);
        cx.report_with_help(&function.name, message, "write `fn forward(…)`");
    }
    Ok(function)
}

/// `<In, Hidden, Out>`
fn dimensions(cx: &Errors, input: ParseStream<'_>) -> Result<Dimensions> {
    const HELP: &str =
        "write names with commas, such as `Mlp<In, Hidden, Out>`; the element type is added as `T = f32`";
    input.parse::<Token![<]>()?;
    let mut names: Vec<Ident> = Vec::new();
    while !input.peek(Token![>]) {
        if input.peek(Token![const]) {
            let error = input.error("");
            input.parse::<Token![const]>()?;
            let name: Ident = input.call(Ident::parse_any)?;
            let help = format!("write `{name}` alone; where the model is used it is a type, such as `U784`");
            return Err(with_help(&error, "a dimension is written without `const` and without a type", help));
        }
        if input.peek(syn::Lifetime) {
            return Err(with_help(&input.error(""), "a model borrows nothing, so it has no lifetimes", HELP));
        }
        let name = input.call(Ident::parse_any).map_err(|error| with_help(&error, "expected a dimension", HELP))?;
        check_name(cx, &name, "dimension");
        if name == "T" || name == "katachi" {
            let message = format!("`{name}` means something else in the code that is written for a model");
            cx.report_with_help(&name, message, "write another name, such as `In`");
        } else if names.contains(&name) {
            let message = format!("the dimension `{name}` is declared twice");
            cx.report_with_help(&name, message, "remove one of the two");
        } else {
            names.push(name.clone());
        }
        if input.peek(Token![:]) {
            let message = "a dimension has no bounds: the macro writes them";
            return Err(with_help(&input.error(""), message, format!("write `{name}` alone")));
        }
        if input.peek(Token![=]) {
            let message = "a dimension has no default";
            return Err(with_help(
                &input.error(""),
                message,
                "name the sizes in a type: `type Small = Mlp<U64, U32, U10>;`",
            ));
        }
        if !input.peek(Token![>]) {
            input.parse::<Token![,]>().map_err(|error| with_help(&error, "expected `,` or `>`", HELP))?;
        }
    }
    input.parse::<Token![>]>()?;
    Ok(Dimensions(names))
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

/// An error of syn's that nothing else has put in our words: most are a sign too many, or one that is missing.
fn in_our_words(error: Error) -> Error {
    let text = error.to_string();
    if text.contains("\nhelp: ") {
        return error;
    }
    let help = "look for a sign that is missing before it, or for one too many";
    let message = if text.starts_with("unexpected") { "this does not belong here".to_owned() } else { text };
    with_help(&error, message, help)
}
