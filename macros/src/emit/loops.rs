//! Loops as programs of the kernel `elementwise`.

use proc_macro2::TokenStream;
use quote::quote;

use super::number;
use super::passes::Body;
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::ir::{Graph, Loop, Node};
use crate::loops::Instruction;
use crate::model::Constant;
use crate::plan::Place;

/// The call of the kernel. A scalar constant becomes a number of the program, and what is written in place is read from
/// the output.
pub fn call(body: &Body<'_>, node: &Node, steps: &Loop) -> TokenStream {
    let graph = &body.plan.graph;
    let samples = samples(graph, node);
    let dims = steps.dims.iter().map(Dim::value);
    let mut operands: Vec<TokenStream> = Vec::new();
    let loads: Vec<Load> = (0..node.operands.len())
        .map(|operand| {
            let value = node.operands[operand];
            let place = body.plan.place(value);
            if let Place::Constants(constants) = place
                && let [constant] = constants.as_slice()
            {
                return Load::Constant(float(constant));
            }
            let is_in_place = |&result: &crate::ir::Value| {
                body.plan.variables[result.0] == body.plan.variables[value.0] && !matches!(place, Place::Parameter(_))
            };
            if let Some(output) = node.results.iter().position(is_in_place) {
                return Load::Output(output);
            }
            let layout = &steps.layouts[operand];
            let strides = (0..layout.len()).map(|axis| {
                let inner = (axis + 1..layout.len()).filter(|&axis| layout[axis]).map(|axis| &steps.dims[axis]);
                if layout[axis] { inner.product::<Dim>() } else { Dim::from(0) }
            });
            let strides = strides.map(|stride| stride.value());
            let sample = if graph.is_batched(value) { graph.size(value).value() } else { quote!(0) };
            let values = body.read(value);
            operands.push(
                quote!(katachi::kernels::Operand { values: #values, sample: #sample, strides: &[#(#strides),*] }),
            );
            Load::Operand(operands.len() - 1)
        })
        .collect();
    let program = steps.program().expect("a loop is only made where its values fit the registers");
    let program = program.iter().map(|instruction| step(instruction, &loads));
    let outputs = node.results.iter().map(|&result| body.write(result));
    quote! {
        katachi::kernels::elementwise(
            #samples,
            &[#(#dims),*],
            &[#(#operands),*],
            &[#(#program),*],
            &mut [#(#outputs),*],
        );
    }
}

/// Where an operand of a loop comes from.
enum Load {
    Operand(usize),
    Output(usize),
    Constant(TokenStream),
}

/// `n`, or 1 where the result is shared.
pub fn samples(graph: &Graph, node: &Node) -> TokenStream {
    if node.results.iter().any(|&result| graph.is_batched(result)) { quote!(n) } else { quote!(1) }
}

fn step(instruction: &Instruction, loads: &[Load]) -> TokenStream {
    let step = match instruction {
        Instruction::Load { operand, to } => {
            let to = number(*to);
            match &loads[*operand] {
                Load::Operand(operand) => {
                    let operand = number(*operand);
                    quote!(Load { operand: #operand, to: #to })
                }
                Load::Output(output) => {
                    let output = number(*output);
                    quote!(Reload { output: #output, to: #to })
                }
                Load::Constant(value) => quote!(Constant { value: #value, to: #to }),
            }
        }
        Instruction::Compute { function, from, to } => {
            let to = number(*to);
            match (from.as_slice(), function) {
                ([from], function) => {
                    let (from, function) = (number(*from), name(function));
                    quote!(Unary { function: katachi::kernels::Unary::#function, from: #from, to: #to })
                }
                ([a, b], function) => {
                    let (a, b, function) = (number(*a), number(*b), name(function));
                    quote!(Binary { function: katachi::kernels::Binary::#function, a: #a, b: #b, to: #to })
                }
                ([a, b, c], _) => {
                    let (a, b, c) = (number(*a), number(*b), number(*c));
                    quote!(Select { a: #a, b: #b, c: #c, to: #to })
                }
                _ => unreachable!("a function has one to three operands"),
            }
        }
        Instruction::Store { from, output } => {
            let (from, output) = (number(*from), number(*output));
            quote!(Store { from: #from, output: #output })
        }
    };
    quote!(katachi::kernels::Step::#step)
}

/// The variant of the kernel's enum, with its argument.
fn name(function: &Elementwise) -> TokenStream {
    match function {
        Elementwise::Copy => quote!(Activation(katachi::Activation::Linear)),
        Elementwise::Powi(power) => quote!(Powi(#power)),
        Elementwise::Activation(activation) => {
            let activation = activation.tokens(&quote!(katachi));
            quote!(Activation(#activation))
        }
        Elementwise::ActivationAdjoint(activation) => {
            let activation = activation.tokens(&quote!(katachi));
            quote!(ActivationAdjoint(#activation))
        }
        other => {
            let name = quote::format_ident!("{}", format!("{other:?}"));
            quote!(#name)
        }
    }
}

/// A constant as a value of type `T`.
pub fn constant(constant: &Constant) -> TokenStream {
    if let Constant::Count(dim) = constant {
        let value = dim.value();
        return quote!(katachi::count(#value));
    }
    let value = float(constant);
    quote!(T::from_f64(#value))
}

/// A constant as an f64.
fn float(constant: &Constant) -> TokenStream {
    match constant {
        Constant::Written(decimal) => decimal.to_float(),
        Constant::Path(path) => path.clone(),
        Constant::Text(text) => text.parse().expect("the numbers of formulas are Rust"),
        Constant::Integer(integer) => format!("{integer}.0").parse().expect("a number is Rust"),
        Constant::Count(dim) => {
            let known = dim.known().map(|count| format!("{count}.0").parse().expect("a number is Rust"));
            known.unwrap_or_else(|| {
                let value = dim.value();
                quote!(katachi::number(#value))
            })
        }
    }
}
