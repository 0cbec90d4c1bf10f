//! The function of a model: its signature, and its statements.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseBuffer, ParseStream, Parser};
use syn::{Error, Expr, Pat, Result, Token, braced, parenthesized, token};

use super::expression::{NO_SELF, expression};
use super::size::{self, Dimensions};
use super::{in_our_words, refused, with_help};
use crate::ast::{Block, Expression, Function, Input, Kind, Let, Pattern, ShapeNode};
use crate::errors::Errors;

/// The most inputs, and outputs, that a model can have: the library has types for so many.
const MOST: usize = 6;

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
    if let Some(seventh) = inputs.get(MOST) {
        let message = format!("a model has at most {MOST} inputs, and these are {}", inputs.len());
        cx.report_with_help(&seventh.name, message, "join inputs, and take them apart by `split`");
    }
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
    let written;
    let braces = braced!(written in input);
    let body = without_keywords(written.parse()?);
    let parser = |input: ParseStream<'_>| block(cx, dimensions, input, quote!(#name), Some(braces));
    let body = parser.parse2(body)?;
    Ok(Function { name, inputs, outputs, body })
}

/// The tokens with `r#where` for `where(…)`: a keyword of Rust, and a function of other libraries, so that a message can
/// name ours.
fn without_keywords(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut result = Vec::new();
    while let Some(token) = tokens.next() {
        let is_called =
            matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        result.push(match token {
            TokenTree::Ident(word) if word == "where" && is_called => Ident::new_raw("where", word.span()).into(),
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), without_keywords(group.stream()));
                inside.set_span(group.span());
                inside.into()
            }
            other => other,
        });
    }
    result.into_iter().collect()
}

fn inputs(cx: &Errors, dimensions: &Dimensions, list: &ParseBuffer<'_>) -> Result<Vec<Input>> {
    let mut inputs: Vec<Input> = Vec::new();
    while !list.is_empty() {
        if list.peek(Token![self]) || list.peek(Token![&]) {
            let help = "remove it, and call a layer as `hidden(x)`";
            return Err(with_help(&list.error(""), NO_SELF, help));
        }
        let name = list.call(Ident::parse_any).map_err(|error| with_help(&error, "expected an input", EXAMPLE))?;
        if !list.peek(Token![:]) {
            let help = format!("write `{name}: [784]`, say");
            let message = format!("the input `{name}` needs the shape of a sample\nhelp: {help}");
            return Err(Error::new_spanned(name, message));
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
            let help = "write the shapes with commas, such as `([7], [1])`";
            list.parse::<Token![,]>().map_err(|error| with_help(&error, "expected `,` between two outputs", help))?;
        }
    }
    if outputs.len() > MOST {
        let message = format!("a model has at most {MOST} outputs, and these are {}", outputs.len());
        cx.report_with_help(&ahead, message, "join outputs by `concat`");
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
    // Whether what could not be read may have been the result.
    let mut broken = false;
    while !input.is_empty() {
        if input.peek(Token![let]) {
            statements.push(statement(cx, dimensions, input)?);
            continue;
        }
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            continue;
        }
        if let Some(error) = refused::statement(input) {
            cx.push(error);
            statements.push(ignored(Expression::unreadable(skip_statement(input)?)));
            continue;
        }
        let written = match whole(input) {
            Ok(written) => written,
            Err(error) => {
                cx.push(unreadable(&error, "a function is `let` statements and, last, its result"));
                statements.push(ignored(Expression::unreadable(skip_to_semicolon(input)?)));
                broken = true;
                continue;
            }
        };
        let needs_no_semicolon = matches!(
            written,
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::If(_) | Expr::Match(_) | Expr::Block(_)
        );
        let value = expression(cx, dimensions, written);
        let is_read = !matches!(value.kind, Kind::Unreadable);
        if input.is_empty() {
            result = Some(Box::new(value));
        } else if input.peek(Token![;]) {
            let semicolon: Token![;] = input.parse()?;
            if input.is_empty() {
                if is_read {
                    cx.report_with_help(semicolon, "the result of a function has no semicolon", "remove it");
                }
                result = Some(Box::new(value));
            } else {
                if is_read {
                    let help = "remove it, or give it a name: `let h = …;`";
                    cx.report_with_help(&value, "this value is not used", help);
                }
                statements.push(ignored(value));
            }
        } else {
            if !needs_no_semicolon || is_read {
                missing_semicolon(cx, &value);
            }
            statements.push(ignored(value));
        }
    }
    if result.is_none() && !broken {
        let example = match statements.last().map(|last| &last.pattern) {
            Some(Pattern::Name(name)) => format!("a value, such as `{name}`"),
            _ => "a value".to_owned(),
        };
        let is_name = syn::parse2::<Ident>(owner.clone()).is_ok();
        let block = if is_name { format!("`{owner}`") } else { "this block".to_owned() };
        let message = format!("{block} has no result\nhelp: end it with {example}, without a semicolon");
        cx.push(match braces {
            Some(braces) => Error::new(braces.span.close(), message),
            None => Error::new_spanned(owner, message),
        });
    }
    Ok(Block { statements, result })
}

/// An expression, or an error that leaves the input as it was.
///
/// It is read from tokens of its own: syn reports what is left over in brackets only at the end of all tokens.
fn whole(input: ParseStream<'_>) -> Result<Expr> {
    let (ahead, rest) = (input.fork(), input.fork());
    ahead.parse::<Expr>()?;
    let mut tokens = TokenStream::new();
    while rest.cursor() != ahead.cursor() {
        tokens.extend([rest.parse::<TokenTree>()?]);
    }
    let expression = syn::parse2(tokens)?;
    input.advance_to(&rest);
    Ok(expression)
}

/// A value that is not used, which was reported.
fn ignored(value: Expression) -> Let {
    Let { pattern: Pattern::Anything(TokenStream::new()), annotation: None, value }
}

/// What syn says about an expression, in our words.
fn unreadable(error: &Error, help: &str) -> Error {
    if error.to_string().contains("chained") {
        return with_help(error, "comparisons cannot be chained", "write `(a < b) & (b < c)`");
    }
    if error.to_string().starts_with("unexpected token") {
        return in_our_words(error.clone());
    }
    with_help(error, "expected an expression", help)
}

/// Reports it at the end of the value.
fn missing_semicolon(cx: &Errors, value: &Expression) {
    let end = value.tokens.clone().into_iter().last();
    cx.report_with_help(end, "expected `;` after a statement", "write a semicolon after this");
}

/// `let (a, b): [32] = value;`
fn statement(cx: &Errors, dimensions: &Dimensions, input: ParseStream<'_>) -> Result<Let> {
    input.parse::<Token![let]>()?;
    let written = Pat::parse_single(input)
        .map_err(|error| with_help(&error, "expected a name", "write `let h = dense(x);`, say"))?;
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
        let value = Expression::unreadable(skip_to_semicolon(input)?);
        return Ok(Let { pattern, annotation, value });
    }
    input.parse::<Token![=]>()?;
    let value = match whole(input) {
        Ok(value) => expression(cx, dimensions, value),
        Err(error) => {
            cx.push(unreadable(&error, "write `let h = dense(x);`, say"));
            let value = Expression::unreadable(skip_to_semicolon(input)?);
            return Ok(Let { pattern, annotation, value });
        }
    };
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
    } else {
        missing_semicolon(cx, &value);
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
            Pattern::Unreadable(words(&tokens), tokens)
        }
    }
}

/// All words in tokens.
fn words(tokens: &TokenStream) -> Vec<Ident> {
    let of_token = |token| match token {
        TokenTree::Ident(word) => vec![word],
        TokenTree::Group(group) => words(&group.stream()),
        _ => Vec::new(),
    };
    tokens.clone().into_iter().flat_map(of_token).collect()
}

/// Skips to the end of a statement, and returns what was skipped.
fn skip_to_semicolon(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut skipped = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        skipped.extend([input.parse::<TokenTree>()?]);
    }
    input.parse::<Option<Token![;]>>()?;
    Ok(skipped)
}

/// Skips an item: to its braces, or to its semicolon.
fn skip_statement(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut skipped = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        let is_end = input.peek(token::Brace);
        skipped.extend([input.parse::<TokenTree>()?]);
        if is_end {
            return Ok(skipped);
        }
    }
    input.parse::<Option<Token![;]>>()?;
    Ok(skipped)
}

/// A body given as tokens.
pub fn body(cx: &Errors, dimensions: &Dimensions, tokens: TokenStream, owner: &TokenStream) -> Result<Block> {
    let parser = |input: ParseStream<'_>| block(cx, dimensions, input, owner.clone(), None);
    parser.parse2(tokens)
}
