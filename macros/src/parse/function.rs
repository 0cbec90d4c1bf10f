//! The function of a model: its signature, and its statements.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream, Parser};
use syn::{Error, Expr, Pat, Result, Token, braced, parenthesized, token};

use super::expression::{expression, unsupported_statement};
use super::size::{self, Dimensions};
use super::with_help;
use crate::ast::{Block, Expression, Function, Input, Let, Pattern, ShapeNode};
use crate::errors::Errors;

const EXAMPLE: &str = "write a function of samples, such as `fn forward(x: [784]) -> [10] { logits(x) }`";

/// `fn forward(x: [54], extra: [3]) -> [7] { … }`
pub fn function(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>) -> Result<Function> {
    input.parse::<Token![fn]>()?;
    let name = input.call(Ident::parse_any).map_err(|error| with_help(&error, "expected `forward`", EXAMPLE))?;
    if !input.peek(token::Paren) {
        return Err(with_help(&input.error(""), "expected the inputs in round brackets", EXAMPLE));
    }
    let list;
    let brackets = parenthesized!(list in input);
    let inputs = inputs(cx, dimensions, &list)?;
    if inputs.is_empty() {
        let message = format!("`{name}` has no input\nhelp: {EXAMPLE}");
        cx.push(Error::new(brackets.span.join(), message));
    }
    if !input.peek(Token![->]) {
        return Err(with_help(&input.error(""), "expected `->` and the shape of the output", EXAMPLE));
    }
    input.parse::<Token![->]>()?;
    let outputs = outputs(cx, dimensions, input)?;
    if !input.peek(token::Brace) {
        return Err(with_help(&input.error(""), format!("expected the body of `{name}` in braces"), EXAMPLE));
    }
    let body;
    let braces = braced!(body in input);
    let body = block(cx, dimensions, &body, quote!(#name), Some(braces))?;
    Ok(Function { name, inputs, outputs, body })
}

fn inputs(cx: &Errors, dimensions: &Dimensions, list: &ParseBuffer<'_>) -> Result<Vec<Input>> {
    let mut inputs: Vec<Input> = Vec::new();
    while !list.is_empty() {
        if list.peek(Token![self]) || list.peek(Token![&]) {
            let message = "the layers are in scope by their names: there is no `self`";
            return Err(with_help(&list.error(""), message, "remove it, and call a layer as `hidden(x)`"));
        }
        let name = list.call(Ident::parse_any).map_err(|error| with_help(&error, "expected an input", EXAMPLE))?;
        if !list.peek(Token![:]) {
            let help = format!("write `{name}: [784]`, say");
            return Err(with_help(&list.error(""), format!("the input `{name}` needs the shape of a sample"), help));
        }
        list.parse::<Token![:]>()?;
        if inputs.iter().any(|input| input.name == name) {
            cx.report_with_help(&name, format!("two inputs have the name `{name}`"), "write another name");
        }
        inputs.push(Input { name, shape: size::shape(cx, dimensions, list)? });
        if !list.is_empty() {
            list.parse::<Token![,]>().map_err(|error| with_help(&error, "expected `,` between two inputs", EXAMPLE))?;
        }
    }
    Ok(inputs)
}

/// `[7]`, or `([7], [1])`.
fn outputs(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>) -> Result<Vec<ShapeNode>> {
    if !input.peek(token::Paren) {
        return Ok(vec![size::shape(cx, dimensions, input)?]);
    }
    let ahead: TokenTree = input.fork().parse()?;
    let list;
    parenthesized!(list in input);
    let mut outputs = Vec::new();
    while !list.is_empty() {
        outputs.push(size::shape(cx, dimensions, &list)?);
        if !list.is_empty() {
            list.parse::<Token![,]>()?;
        }
    }
    if outputs.is_empty() {
        cx.report_with_help(&ahead, "a function gives at least one output", EXAMPLE);
    }
    Ok(outputs)
}

/// The statements and the result of a body. A statement that cannot be read is reported, and its names are known to be
/// unknown.
pub fn block(
    cx: &Errors,
    dimensions: &Dimensions,
    input: ParseStream<'_>,
    owner: TokenStream,
    braces: Option<token::Brace>,
) -> Result<Block> {
    let mut statements: Vec<Let> = Vec::new();
    let mut result = None;
    while !input.is_empty() {
        if input.peek(Token![let]) {
            statements.push(statement(cx, dimensions, input)?);
            continue;
        }
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            continue;
        }
        if let Some(error) = unsupported_statement(input) {
            cx.push(error);
            skip_to_semicolon(input)?;
            result = Some(Box::new(Expression::unreadable(TokenStream::new())));
            continue;
        }
        let value = match input.parse::<Expr>() {
            Ok(value) => expression(cx, dimensions, value),
            Err(error) => {
                cx.push(with_help(
                    &error,
                    "expected an expression",
                    "a function is `let` statements and, last, its result",
                ));
                skip_to_semicolon(input)?;
                result = Some(Box::new(Expression::unreadable(TokenStream::new())));
                continue;
            }
        };
        if input.is_empty() {
            result = Some(Box::new(value));
        } else if input.peek(Token![;]) {
            let semicolon: Token![;] = input.parse()?;
            if input.is_empty() {
                let message = "the result of a function has no semicolon";
                cx.report_with_help(semicolon, message, "remove it");
                result = Some(Box::new(value));
            } else {
                let message = "this value is not used";
                cx.report_with_help(&value, message, "remove it, or give it a name: `let h = …;`");
            }
        } else {
            cx.push(with_help(&input.error(""), "expected `;` after a statement", "write `let name = …;`"));
            skip_to_semicolon(input)?;
            result = Some(Box::new(Expression::unreadable(TokenStream::new())));
        }
    }
    if result.is_none() {
        let message = format!("`{owner}` has no result\nhelp: end it with an expression, without a semicolon");
        cx.push(match braces {
            Some(braces) => Error::new(braces.span.close(), message),
            None => Error::new_spanned(owner, message),
        });
    }
    Ok(Block { statements, result })
}

/// `let (a, b): [32] = value;`
fn statement(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>) -> Result<Let> {
    let word: Token![let] = input.parse()?;
    if input.peek(Token![mut]) {
        let word: Token![mut] = input.parse()?;
        let help = "remove `mut`; a later `let` of the same name takes its place";
        cx.report_with_help(word, "a value never changes", help);
    }
    let written = Pat::parse_single(input)?;
    let pattern = pattern(cx, &written);
    let annotation = if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        Some(size::shape(cx, dimensions, input)?)
    } else {
        None
    };
    if !input.peek(Token![=]) {
        let help = "write `let h = dense(x);`, say";
        cx.push(with_help(&input.error(""), "expected `=` and a value", help));
        skip_to_semicolon(input)?;
        return Ok(Let { pattern, annotation, value: Expression::unreadable(word.to_token_stream()) });
    }
    input.parse::<Token![=]>()?;
    let value = match input.parse::<Expr>() {
        Ok(value) => expression(cx, dimensions, value),
        Err(error) => {
            cx.push(with_help(&error, "expected an expression", "write `let h = dense(x);`, say"));
            skip_to_semicolon(input)?;
            return Ok(Let { pattern, annotation, value: Expression::unreadable(word.to_token_stream()) });
        }
    };
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
    } else {
        cx.push(with_help(&input.error(""), "expected `;` after a statement", "write a semicolon before this"));
        if !input.peek(Token![let]) {
            skip_to_semicolon(input)?;
        }
    }
    Ok(Let { pattern, annotation, value })
}

/// A pattern that a `let` may have.
pub fn pattern(cx: &Errors, written: &Pat) -> Pattern {
    let tokens = written.to_token_stream();
    match written {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            if let Some(word) = name.mutability {
                let help = "remove `mut`; a later `let` of the same name takes its place";
                cx.report_with_help(word, "a value never changes", help);
            }
            Pattern::Name(name.ident.clone())
        }
        Pat::Wild(_) => Pattern::Anything(tokens),
        Pat::Paren(inner) => pattern(cx, &inner.pat),
        Pat::Tuple(tuple) => Pattern::Tuple(tuple.elems.iter().map(|part| pattern(cx, part)).collect(), tokens),
        _ => {
            let help = "write a name, `_`, or names in brackets: `let (mean, deviation) = …;`";
            cx.report_with_help(&tokens, "this pattern is not part of the language", help);
            Pattern::Anything(tokens)
        }
    }
}

fn skip_to_semicolon(input: ParseStream<'_>) -> Result<()> {
    while !input.is_empty() && !input.peek(Token![;]) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Option<Token![;]>>()?;
    Ok(())
}

/// A body given as tokens.
pub fn body(cx: &Errors, dimensions: &Dimensions, tokens: TokenStream, owner: &TokenStream) -> Result<Block> {
    let parser = |input: ParseStream<'_>| block(cx, dimensions, input, owner.clone(), None);
    parser.parse2(tokens)
}
