//! `#[differentiable]`: the signature as Rust has it, the body in the language.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, FnArg, GenericArgument, ItemFn, Lit, Pat, PathArguments, ReturnType, Token, Type};

use super::callees::{Callee, callees};
use super::function;
use super::size::{self, Dimensions};
use crate::ast::{Differentiable, DifferentiableArgument, Form, Typed};
use crate::dim::Dim;
use crate::errors::Errors;
use crate::names;
use crate::shape::Shape;

const TYPES: &str = "write `f64`, `[f64; 3]` or `&Tensor<shape!(2, 3), f64>`, or the same with f32";

/// Reads a function; nothing if its signature could not be read, which was reported.
pub fn differentiable(cx: &Errors, options: TokenStream, item: TokenStream) -> Option<Differentiable> {
    let Ok(function) = syn::parse2::<ItemFn>(item.clone()) else {
        let help = "write `#[differentiable] fn f(x: f64) -> f64 { x * x }`";
        cx.report_with_help(item, "`#[differentiable]` stands before a function", help);
        return None;
    };
    let signature = function.sig;
    let name = signature.ident;
    let refuse = |tokens: TokenStream, what: &str, help: &str| {
        if !tokens.is_empty() {
            cx.report_with_help(tokens, format!("a differentiable function {what}"), help);
        }
    };
    let (generics, clause) = (&signature.generics, &signature.generics.where_clause);
    refuse(quote!(#generics #clause), "has no generic parameters", "write the types and the sizes");
    refuse(signature.constness.to_token_stream(), "is not `const`", "remove `const`");
    refuse(signature.asyncness.to_token_stream(), "is not `async`", "remove `async`");
    refuse(signature.safety.to_token_stream(), "is not `unsafe`", "remove `unsafe`");
    refuse(signature.abi.to_token_stream(), "has no ABI of its own", "remove `extern`");

    let mut element: Option<Ident> = None;
    let mut arguments = Vec::new();
    for argument in &signature.inputs {
        let FnArg::Typed(argument) = argument else {
            cx.report_with_help(argument, "a differentiable function has no `self`", "pass the values as arguments");
            continue;
        };
        let typed = typed(cx, &argument.ty, &mut element);
        let Pat::Ident(pattern) = &*argument.pat else {
            cx.report_with_help(&argument.pat, "an argument is a name", "write `x: f64`, say");
            continue;
        };
        let written = argument.ty.to_token_stream();
        arguments.push(typed.map(|typed| DifferentiableArgument { name: pattern.ident.clone(), written, typed }));
    }
    if signature.inputs.is_empty() {
        cx.report_with_help(
            &name,
            format!("`{name}` has no argument"),
            "write what the gradient is taken with respect to",
        );
    }
    let (outputs, output) = match &signature.output {
        ReturnType::Default => {
            cx.report_with_help(&name, format!("`{name}` gives nothing"), "write `-> f64`, say");
            return None;
        }
        ReturnType::Type(_, ty) => {
            let parts = match &**ty {
                Type::Tuple(tuple) => tuple.elems.iter().collect(),
                single => vec![single],
            };
            let outputs: Vec<Option<Typed>> = parts.into_iter().map(|part| typed(cx, part, &mut element)).collect();
            (outputs, ty.to_token_stream())
        }
    };
    let arguments = arguments.into_iter().collect::<Option<Vec<_>>>();
    let with = chosen(cx, options, &signature.inputs);
    let statements = &function.block.stmts;
    let owner = name.to_token_stream();
    let body = function::body(cx, &Dimensions::default(), quote!(#(#statements)*), &owner);
    let body = body.map_err(|error| cx.push(error)).ok();
    Some(Differentiable {
        attributes: function.attrs,
        visibility: function.vis,
        name,
        arguments: arguments?,
        outputs: outputs.into_iter().collect::<Option<_>>()?,
        output,
        body: body?,
        with: with?,
        element: element?,
    })
}

/// `#[differentiable(x, y)]`: the numbers of these arguments; of all where none is named.
fn chosen(cx: &Errors, options: TokenStream, inputs: &Punctuated<FnArg, Token![,]>) -> Option<Vec<usize>> {
    let known: Vec<String> = inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed.pat.to_token_stream().to_string()),
            FnArg::Receiver(_) => None,
        })
        .collect();
    let Ok(chosen) = Punctuated::<Ident, Token![,]>::parse_terminated.parse2(options.clone()) else {
        let help = "write `#[differentiable(x, y)]` for the gradients with respect to x and y";
        cx.report_with_help(options, "the names of arguments are expected here", help);
        return None;
    };
    if chosen.is_empty() {
        return Some((0..known.len()).collect());
    }
    let mut numbers = Vec::new();
    for name in &chosen {
        let Some(number) = known.iter().position(|known| name == known) else {
            let help = names::suggestion(&name.to_string(), known.iter().map(String::as_str));
            cx.report_with_help(name, format!("there is no argument `{name}`"), help);
            return None;
        };
        if numbers.contains(&number) {
            cx.report_with_help(name, format!("`{name}` is named twice"), "keep one of them");
            return None;
        }
        numbers.push(number);
    }
    Some(numbers)
}

/// A type of numbers; reports any other.
fn typed(cx: &Errors, ty: &Type, element: &mut Option<Ident>) -> Option<Typed> {
    let tokens = ty.to_token_stream();
    let bare = match ty {
        Type::Reference(reference) if reference.mutability.is_none() => &*reference.elem,
        other => other,
    };
    let found = read(cx, bare, element);
    match found {
        Ok((sizes, form)) => {
            if sizes.iter().any(|size| size.is(0)) {
                let message = "a size of 0 leaves no values to compute with";
                cx.report_with_help(&tokens, message, "write a size of at least 1");
                return None;
            }
            let shape = Shape::new(sizes);
            if shape.is_none() {
                let message = "this type has more values than a computer can address";
                cx.report_with_help(&tokens, message, "look for a digit too many in its sizes");
            }
            Some(Typed { shape: shape?, form, tokens })
        }
        Err(true) => None,
        Err(false) => {
            cx.report_with_help(&tokens, "this is no type of numbers whose shape is known here", TYPES);
            None
        }
    }
}

/// The sizes of a type, and how it holds its numbers; or whether what is wrong with it was reported.
fn read(cx: &Errors, ty: &Type, element: &mut Option<Ident>) -> Result<(Vec<Dim>, Form), bool> {
    match ty {
        Type::Paren(inner) => read(cx, &inner.elem, element),
        Type::Group(inner) => read(cx, &inner.elem, element),
        Type::Array(array) => {
            let (inner, form) = read(cx, &array.elem, element)?;
            let Expr::Lit(literal) = &array.len else { return Err(false) };
            let (Lit::Int(literal), Form::Scalar | Form::Array) = (&literal.lit, form) else { return Err(false) };
            let size = size::integer(literal).map_err(|error| {
                cx.push(error);
                true
            })?;
            Ok((std::iter::once(Dim::from(size)).chain(inner).collect(), Form::Array))
        }
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last().ok_or(false)?;
            if last.ident == "Tensor" {
                return tensor(cx, &last.arguments, element);
            }
            if (last.ident == "f32" || last.ident == "f64") && last.arguments.is_none() {
                agree(cx, &last.ident, element)?;
                return Ok((Vec::new(), Form::Scalar));
            }
            Err(false)
        }
        _ => Err(false),
    }
}

/// `Tensor<shape!(2, 3), f64>`; the element type is f32 unless said.
fn tensor(cx: &Errors, arguments: &PathArguments, element: &mut Option<Ident>) -> Result<(Vec<Dim>, Form), bool> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return Err(false) };
    let mut arguments = arguments.args.iter();
    let Some(GenericArgument::Type(Type::Macro(shape))) = arguments.next() else { return Err(false) };
    if shape.mac.path.segments.last().is_none_or(|segment| segment.ident != "shape") {
        return Err(false);
    }
    let sizes = Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(shape.mac.tokens.clone())
        .and_then(|sizes| sizes.iter().map(|size| size::dim(&Dimensions::default(), size)).collect())
        .map_err(|error| {
            cx.push(error);
            true
        })?;
    match arguments.next() {
        None => {
            let single = Ident::new("f32", proc_macro2::Span::call_site());
            agree(cx, &single, element)?;
        }
        Some(GenericArgument::Type(ty)) => {
            let (inner, form) = read(cx, ty, element)?;
            if form != Form::Scalar || !inner.is_empty() {
                return Err(false);
            }
        }
        Some(_) => return Err(false),
    }
    Ok((sizes, Form::Tensor))
}

/// All numbers of a function have one type.
fn agree(cx: &Errors, found: &Ident, element: &mut Option<Ident>) -> Result<(), bool> {
    match element {
        Some(first) if *first != *found => {
            let message = format!("this function computes in `{first}`, and here is `{found}`");
            cx.report_with_help(found, message, "write one of the two everywhere; a `Tensor` is of f32 unless said");
            Err(true)
        }
        _ => {
            element.get_or_insert_with(|| found.clone());
            Ok(())
        }
    }
}

/// `{ the functions that are known } { options } { item }`: what is expanded once the functions that it calls are known.
pub struct Sources {
    /// Each as a group with its item.
    pub known: TokenStream,
    pub options: TokenStream,
    pub item: TokenStream,
}

/// Reads the three groups, which an expansion of ours wrote.
pub fn sources(input: TokenStream) -> Sources {
    let mut groups = input.into_iter().map(|token| match token {
        TokenTree::Group(group) => group.stream(),
        _ => TokenStream::new(),
    });
    let mut next = || groups.next().unwrap_or_default();
    Sources { known: next(), options: next(), item: next() }
}

impl Sources {
    /// The functions that are known; one that could not be read was reported where it stands.
    pub fn functions(&self) -> Vec<Differentiable> {
        let items = self.known.clone().into_iter().filter_map(|token| match token {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        });
        items
            .filter_map(|item| {
                let cx = Errors::new();
                let function = differentiable(&cx, TokenStream::new(), item);
                cx.check().ok().and(function)
            })
            .collect()
    }

    /// The functions that the item calls and that are not known yet.
    pub fn missing(&self) -> Vec<Callee> {
        let Ok(function) = syn::parse2::<ItemFn>(self.item.clone()) else { return Vec::new() };
        let known: Vec<Ident> = self.functions().into_iter().map(|function| function.name).collect();
        let arguments: Vec<Ident> = function
            .sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                FnArg::Typed(typed) => match &*typed.pat {
                    Pat::Ident(pattern) => Some(pattern.ident.clone()),
                    _ => None,
                },
                FnArg::Receiver(_) => None,
            })
            .collect();
        let own: Vec<&Ident> = std::iter::once(&function.sig.ident).chain(&arguments).collect();
        let mut callees = callees(function.block.to_token_stream(), &own);
        callees.retain(|callee| !known.contains(&callee.name));
        callees
    }
}
