//! The compiler behind katachi's `model!`: tokens in, tokens out.
//!
//! ```text
//! parse          tokens → ast      keeps the tokens, goes on after a bad line
//! infer          ast → model       shapes through layers and functions; the only place of semantic errors
//! lower          model → ir        a graph of ops in SSA form, for training and for inference
//! differentiate  ir → ir           the backward pass, one rule per op
//! fuse           ir → ir           bias and activation into the product, elementwise functions into loops
//! plan           ir → plan         which buffer holds which value
//! emit           all → tokens      the struct, its tables and its passes
//! ```
//!
//! Invariants. Only `parse` sees tokens and only `emit` makes them; in between they are carried along for messages.
//! No floating-point value is known here: a rate or a slope is compared as decimal text and passed on as written.
//! Every stage reports all it finds and the driver stops between stages, so that one run shows all independent
//! mistakes. An expansion is all or nothing: half of one would make errors elsewhere that only follow.

use proc_macro2::TokenStream;

mod activation;
mod ast;
mod constraint;
mod decimal;
mod differentiate;
mod dim;
mod elementwise;
mod emit;
mod errors;
mod functions;
mod fuse;
mod infer;
mod initializer;
mod ir;
mod layer;
mod loops;
mod lower;
mod model;
mod names;
mod parse;
mod plan;
mod regularizer;
mod shape;
mod size;
#[cfg(test)]
mod tests;
mod word;

#[allow(missing_docs, reason = "documented where `katachi` exports it")]
#[proc_macro]
pub fn model(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(input.into()).unwrap_or_else(|errors| errors.to_compile_error()).into()
}

#[allow(missing_docs, reason = "documented where `katachi` exports it")]
#[proc_macro_attribute]
pub fn differentiable(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let sources = parse::Sources { known: TokenStream::new(), options: options.into(), item: item.into() };
    expand_function(&sources).unwrap_or_else(|errors| errors.to_compile_error()).into()
}

/// What a differentiable function that calls others expands to: the same, with the others' bodies before it.
#[doc(hidden)]
#[proc_macro]
pub fn differentiable_with(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let sources = parse::sources(input.into());
    expand_function(&sources).unwrap_or_else(|errors| errors.to_compile_error()).into()
}

/// The type behind `katachi::shape!`, which passes its own crate as the first token.
#[doc(hidden)]
#[proc_macro]
pub fn shape(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    size::expand_shape(input.into()).into()
}

/// The whole compiler.
fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let cx = errors::Errors::new();

    let declaration = parse::parse(&cx, input);
    let model = declaration.and_then(|declaration| infer::infer(&cx, declaration));
    cx.check()?;
    let model = model.expect("a stage without a result has reported why");

    let mut training = lower::lower(&model.layers, &model.program, lower::Mode::Training);
    differentiate::differentiate(&mut training);
    fuse::fuse(&mut training);
    let mut inference = lower::lower(&model.layers, &model.program, lower::Mode::Inference);
    fuse::fuse(&mut inference);

    let values: Vec<_> = model.activations().into_iter().map(|(_, _, value)| value).collect();
    let activations = (!values.is_empty()).then(|| {
        let mut graph = lower::lower_values(&model.layers, &model.program, &values);
        fuse::fuse(&mut graph);
        plan::plan(graph)
    });

    let passes = emit::Passes { training: plan::plan(training), inference: plan::plan(inference), activations };
    Ok(emit::emit(&model, &passes))
}

/// The compiler of functions, on the same stages. Where a function calls others, their bodies are asked for first.
fn expand_function(sources: &parse::Sources) -> syn::Result<TokenStream> {
    if let Some(callee) = sources.missing().first() {
        return Ok(emit::ask_for(callee, sources));
    }
    let cx = errors::Errors::new();

    let function = parse::differentiable(&cx, sources.options.clone(), sources.item.clone());
    let known = sources.functions();
    let checked = function.as_ref().and_then(|function| infer::function(&cx, function, &known));
    cx.check()?;
    let (function, checked) = function.zip(checked).expect("a stage without a result has reported why");

    let gradient = |with: &[usize]| {
        let mut graph = lower::lower_function(&checked.program, with);
        differentiate::differentiate(&mut graph);
        fuse::fuse(&mut graph);
        plan::plan(graph)
    };
    let mut value = lower::lower_function(&checked.program, &[]);
    fuse::fuse(&mut value);
    let loss = emit::loss_shapes(&function).map(|shapes| gradient(&(0..shapes.len()).collect::<Vec<_>>()));
    let plans = emit::Plans { value: plan::plan(value), gradient: Some(gradient(&function.with)), loss };
    Ok(emit::emit_function(&function, &checked, &plans, sources))
}
