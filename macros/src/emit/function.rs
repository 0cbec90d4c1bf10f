//! Functions of `#[differentiable]`: the function itself, and a module of its name with its gradient.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::number;
use super::passes::Body;
use super::tables::shape_type;
use crate::ast::{Differentiable, Form, Typed};
use crate::dim::Dim;
use crate::model::{Program, What};
use crate::parse::{Callee, Sources};
use crate::plan::{Place, Plan};
use crate::shape::Shape;

/// The plans of a function: of its value, of its gradient where it gives a scalar, and of its gradient with respect to the
/// outputs of a model where it is a loss.
pub struct Plans {
    pub value: Plan,
    pub gradient: Option<Plan>,
    pub loss: Option<Plan>,
}

/// Numbers that a function may keep on the stack.
const MOST_ON_STACK: usize = 1 << 13;

pub fn function(
    function: &Differentiable,
    program: &Program,
    plans: &Plans,
    warnings: &TokenStream,
    sources: &Sources,
) -> TokenStream {
    let Differentiable { attributes, visibility, name, output, element, .. } = function;
    let arguments: Vec<TokenStream> = function
        .arguments
        .iter()
        .map(|argument| {
            let (name, written) = (&argument.name, &argument.written);
            quote!(#name: #written)
        })
        .collect();
    let inputs: Dim = Shape::total(&program.inputs);
    let outputs: Vec<Shape> = function.outputs.iter().map(|output| output.shape.clone()).collect();
    let outputs: Dim = Shape::total(&outputs);
    let (x, pack) = (packed(), pack(function, &inputs));
    let results = unpack(&function.outputs, &format_ident!("y"));
    let value = value(&plans.value);
    let y = buffer(&outputs, &quote!(ZERO));
    let gradients = plans.gradient.as_ref().map(|plan| gradients(function, plan, &inputs, &pack));
    let loss = plans.loss.as_ref().map(|plan| loss(function, plan, &inputs));
    let uses = uses_constants(program).then(|| {
        quote! {
            #[allow(unused_imports, clippy::wildcard_imports, reason = "the constants that the function names")]
            use super::*;
        }
    });
    let module_doc = format!(" The gradient of [`{name}`](fn@{name}).");
    let module = format_ident!("{}", name);
    let source = source(sources);
    quote! {
        #(#attributes)*
        #[allow(clippy::trivially_copy_pass_by_ref, clippy::large_types_passed_by_value, clippy::too_many_arguments)]
        #visibility fn #name(#(#arguments),*) -> #output {
            use ::katachi::__private as katachi;
            type T = ::core::primitive::#element;
            #pack
            let mut y = #y;
            #module::value_of(&#x, &mut y);
            #results
        }

        #[doc = #module_doc]
        #[allow(dead_code, unused_imports, unused_variables, non_snake_case, clippy::pedantic)]
        #visibility mod #module {
            #uses
            use ::katachi::__private as katachi;
            use katachi::Element as _;
            type T = ::core::primitive::#element;

            #[doc(hidden)]
            pub fn value_of(x: &[T], y: &mut [T]) {
                #value
            }

            #gradients
            #loss
            #source
        }

        #warnings
    }
}

/// Asks the module of a function for its body, to expand then what calls it.
pub fn ask_for(callee: &Callee, sources: &Sources) -> TokenStream {
    let Sources { known, options, item } = sources;
    let path = &callee.path;
    quote!(#path::source! { { #known } { #options } { #item } })
}

/// A macro that puts the body of the function, and those that it calls, before what calls it.
fn source(sources: &Sources) -> TokenStream {
    let (own, item) = (&sources.known, &sources.item);
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros)]
        macro_rules! source {
            ({ $($known:tt)* } $($rest:tt)*) => {
                ::katachi::__private::differentiable_with! { { $($known)* #own { #item } } $($rest)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        pub(crate) use source;
    }
}

/// Whether the body names constants of the user's.
fn uses_constants(program: &Program) -> bool {
    program.calls.iter().any(|call| match &call.what {
        What::Constants(constants) => {
            constants.iter().any(|constant| matches!(constant, crate::model::Constant::Path(_)))
        }
        _ => false,
    })
}

/// `[T::ZERO; 12]`, or on the heap where it is large.
fn buffer(size: &Dim, value: &TokenStream) -> TokenStream {
    let count = size.known().expect("the sizes of a function are numbers");
    let literal = number(count);
    if count > MOST_ON_STACK {
        quote!(katachi::vec![<T as katachi::Element>::#value; #literal])
    } else {
        quote!([<T as katachi::Element>::#value; #literal])
    }
}

/// All arguments one after the other.
fn pack(function: &Differentiable, inputs: &Dim) -> TokenStream {
    let (x, zeros) = (packed(), buffer(inputs, &quote!(ZERO)));
    let mut offset = Dim::from(0);
    let copies: Vec<TokenStream> = function
        .arguments
        .iter()
        .map(|argument| {
            let name = &argument.name;
            let start = offset.value();
            let end = &offset + &argument.typed.shape.count();
            let end_value = end.value();
            offset = end;
            match argument.typed.form {
                Form::Scalar => quote!(#x[#start] = katachi::Clone::clone(&#name);),
                Form::Tensor => quote!(#x[#start..#end_value].copy_from_slice(#name.as_slice());),
                Form::Array => {
                    let flattened = (1..argument.typed.shape.rank()).map(|_| quote!(.as_flattened()));
                    quote!(#x[#start..#end_value].copy_from_slice(#name.as_slice()#(#flattened)*);)
                }
            }
        })
        .collect();
    quote!(let mut #x = #zeros; #(#copies)*)
}

/// The name of the packed arguments, which none of them has.
fn packed() -> proc_macro2::Ident {
    proc_macro2::Ident::new("x", proc_macro2::Span::mixed_site())
}

/// The values of a slice as a tuple of these types, or as the only one.
fn unpack(types: &[Typed], values: &proc_macro2::Ident) -> TokenStream {
    let mut offset = Dim::from(0);
    let parts: Vec<TokenStream> = types
        .iter()
        .map(|typed| {
            let start = offset.value();
            let end = &offset + &typed.shape.count();
            let end_value = end.value();
            offset = end;
            let shape = shape_type(&quote!(katachi), &typed.shape);
            let tensor = quote!(katachi::tensor::<#shape, T>(&#values[#start..#end_value]));
            match typed.form {
                Form::Scalar => quote!(#values[#start]),
                Form::Tensor => tensor,
                Form::Array => quote!(katachi::From::from(#tensor)),
            }
        })
        .collect();
    match parts.as_slice() {
        [single] => single.clone(),
        parts => quote!((#(#parts),*)),
    }
}

/// The type of an argument, or of the gradient with respect to it, in words that need nothing in scope.
fn own_type(typed: &Typed, element: &proc_macro2::Ident) -> TokenStream {
    let scalar = quote!(::core::primitive::#element);
    match typed.form {
        Form::Scalar => scalar,
        Form::Tensor => {
            let shape = shape_type(&quote!(katachi), &typed.shape);
            quote!(katachi::Tensor<#shape, #scalar>)
        }
        Form::Array => typed.shape.sizes().iter().rev().fold(scalar, |inner, size| {
            let size = size.value();
            quote!([#inner; #size])
        }),
    }
}

/// The statements that compute the value.
fn value(plan: &Plan) -> TokenStream {
    let mut body = Body::new(plan, &plan.buffers, &plan.graph.nodes);
    let workspace = workspace(plan);
    let statements = body.statements_after(&workspace, &plan.graph.nodes);
    quote!(#statements)
}

fn workspace(plan: &Plan) -> TokenStream {
    if plan.buffers.is_empty() {
        return TokenStream::new();
    }
    let size: Dim = plan.buffers.iter().map(|buffer| &buffer.size).sum();
    let buffer = buffer(&size, &quote!(ZERO));
    quote!(let mut workspace = #buffer; let workspace = &mut workspace[..];)
}

/// The statements of the forward and the backward pass, which write `dx`.
fn both_passes(plan: &Plan) -> TokenStream {
    let mut body = Body::new(plan, &plan.buffers, &plan.graph.nodes);
    let workspace = workspace(plan);
    let statements = body.statements_after(&workspace, &plan.graph.nodes);
    let none = plan.graph.gradients.is_some_and(|gradients| gradients.input.is_none());
    let clear = none.then(|| quote!(dx.fill(<T as katachi::Element>::ZERO);));
    let reads_dy = plan.graph.nodes.iter().flat_map(|node| &node.operands);
    let needs_dy = reads_dy.into_iter().any(|&operand| *plan.place(operand) == Place::OutputGradient);
    let dy = needs_dy.then(|| quote!(let mut dy = [<T as katachi::Element>::ONE]; let dy = &mut dy[..];));
    quote!(#dy #statements #clear)
}

/// `grad` and `value_and_grad`.
fn gradients(function: &Differentiable, plan: &Plan, inputs: &Dim, pack: &TokenStream) -> TokenStream {
    let name = function.name.to_string();
    let statements = both_passes(plan);
    let arguments: Vec<TokenStream> = function
        .arguments
        .iter()
        .map(|argument| {
            let (name, ty) = (&argument.name, own_type(&argument.typed, &function.element));
            let is_reference = argument.written.to_string().starts_with('&');
            let sign = is_reference.then(|| quote!(&));
            quote!(#name: #sign #ty)
        })
        .collect();
    let names: Vec<String> =
        function.with.iter().map(|&index| format!("`{}`", function.arguments[index].name)).collect();
    let types: Vec<TokenStream> =
        function.with.iter().map(|&index| own_type(&function.arguments[index].typed, &function.element)).collect();
    let ty = match types.as_slice() {
        [single] => single.clone(),
        types => quote!((#(#types),*)),
    };
    let (parts, x) = (chosen(function), packed());
    let dx = buffer(inputs, &quote!(ZERO));
    let grad_doc = format!(" The gradient of `{name}` with respect to {}.", names.join(", "));
    let both_doc = format!(" The value of `{name}`, and its gradient with respect to {}.", names.join(", "));
    quote! {
        #[doc = #grad_doc]
        pub fn grad(#(#arguments),*) -> #ty {
            #pack
            let mut dx = #dx;
            value_and_grad_of(&#x, &mut dx);
            #parts
        }

        #[doc = #both_doc]
        pub fn value_and_grad(#(#arguments),*) -> (T, #ty) {
            #pack
            let mut dx = #dx;
            let y = value_and_grad_of(&#x, &mut dx);
            (y, #parts)
        }

        #[doc(hidden)]
        pub fn value_and_grad_of(x: &[T], dx: &mut [T]) -> T {
            let mut value = [<T as katachi::Element>::ZERO];
            {
                let y = &mut value[..];
                #statements
            }
            value[0]
        }
    }
}

/// The gradients with respect to the chosen arguments, in the order in which they were named.
fn chosen(function: &Differentiable) -> TokenStream {
    let dx = format_ident!("dx");
    let parts: Vec<TokenStream> = function
        .with
        .iter()
        .map(|&index| {
            let before = &function.arguments[..index];
            let offset = Shape::total(before.iter().map(|argument| &argument.typed.shape));
            let start = offset.value();
            let part = format_ident!("part");
            let value = unpack(std::slice::from_ref(&function.arguments[index].typed), &part);
            quote!({ let #part = &#dx[#start..]; #value })
        })
        .collect();
    match parts.as_slice() {
        [single] => single.clone(),
        parts => quote!((#(#parts),*)),
    }
}

/// The shapes of the outputs of a model, where the function is a loss: its arguments are outputs and then as many targets
/// of the same shapes.
pub fn loss_shapes(function: &Differentiable) -> Option<Vec<Shape>> {
    let shapes: Vec<&Shape> = function.arguments.iter().map(|argument| &argument.typed.shape).collect();
    let half = shapes.len() / 2;
    let [output] = function.outputs.as_slice() else { return None };
    let is_loss = half > 0 && shapes.len() == 2 * half && shapes[..half] == shapes[half..] && output.shape.rank() == 0;
    is_loss.then(|| shapes[..half].iter().map(|shape| (*shape).clone()).collect())
}

/// A loss and a metric for the trainer.
fn loss(function: &Differentiable, plan: &Plan, inputs: &Dim) -> TokenStream {
    let shapes = loss_shapes(function).expect("it was asked for");
    let name = function.name.to_string();
    let refs: Vec<&Shape> = shapes.iter().collect();
    let types: Vec<TokenStream> = shapes.iter().map(|shape| shape_type(&quote!(katachi), shape)).collect();
    let outputs = match types.as_slice() {
        [single] => single.clone(),
        types => quote!((#(#types),*)),
    };
    let element = &function.element;
    let doc = format!(" `{name}` as a loss and as a metric: the mean over the samples.");
    let message = format!("`{name}` takes outputs of shape {}", super::types::shapes(&refs));
    let statements = both_passes(plan);
    let (x, dx) = (buffer(inputs, &quote!(ZERO)), buffer(inputs, &quote!(ZERO)));
    let pack = quote! {
        let mut x = #x;
        x[..outputs.len()].copy_from_slice(outputs);
        x[outputs.len()..].copy_from_slice(targets);
    };
    quote! {
        #[doc = #doc]
        #[derive(katachi::Clone, katachi::Copy, katachi::Debug)]
        pub struct Loss;

        impl katachi::SampleLoss for Loss {
            type Element = ::core::primitive::#element;
            type Outputs = #outputs;
            type Fits = LossFits;
            const NAME: &'static str = #name;

            fn value(outputs: &[T], targets: &[T]) -> T {
                #pack
                let mut y = [<T as katachi::Element>::ZERO];
                value_of(&x, &mut y);
                y[0]
            }

            fn value_and_gradient(outputs: &[T], targets: &[T], gradient: &mut [T]) -> T {
                #pack
                let mut dx = #dx;
                let y = with_respect_to_outputs(&x, &mut dx);
                gradient.copy_from_slice(&dx[..gradient.len()]);
                y
            }
        }

        fn with_respect_to_outputs(x: &[T], dx: &mut [T]) -> T {
            let mut value = [<T as katachi::Element>::ZERO];
            {
                let y = &mut value[..];
                #statements
            }
            value[0]
        }

        #[doc(hidden)]
        pub struct LossFits;

        #[doc(hidden)]
        #[diagnostic::on_unimplemented(message = #message, label = "this model gives outputs of another shape")]
        pub trait SameShape {}
        impl SameShape for katachi::Same {}
        impl<V: SameShape> katachi::FitsOutputs<V> for LossFits {}
    }
}
