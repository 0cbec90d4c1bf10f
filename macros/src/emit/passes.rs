//! The passes: a flat list of calls of kernels, over named buffers.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::loops;
use super::ops::gradient_of;
use crate::dim::Dim;
use crate::ir::{Node, Op, Parameter, Value};
use crate::layer::Layer;
use crate::model::Model;
use crate::plan::{Buffer, Place, Plan};

/// `fn infer`
pub fn infer(plan: &Plan, checks: &TokenStream) -> TokenStream {
    inference("infer", plan, checks)
}

/// `fn activations`, which gives more values than `infer`.
pub fn activations(plan: &Plan) -> TokenStream {
    inference("activations", plan, &TokenStream::new())
}

fn inference(name: &str, plan: &Plan, checks: &TokenStream) -> TokenStream {
    let name = format_ident!("{name}");
    let nodes = &plan.graph.nodes;
    let body = Body::new(plan, &plan.buffers, nodes).statements(nodes);
    let workspace = parameter("workspace", !plan.buffers.is_empty());
    quote! {
        fn #name(&self, x: katachi::BatchView<'_, Self::Input, T>, y: &mut [T], #workspace: &mut [T]) {
            #checks
            #body
        }
    }
}

/// `fn forward`
pub fn forward(plan: &Plan, checks: &TokenStream) -> TokenStream {
    let nodes = &plan.graph.nodes[..plan.graph.forward];
    let buffers = plan.forward_buffers();
    let body = Body::new(plan, buffers, nodes).statements(nodes);
    let workspace = parameter("workspace", !buffers.is_empty());
    let pass = parameter("pass", draws(nodes));
    quote! {
        fn forward(
            &self,
            x: katachi::BatchView<'_, Self::Input, T>,
            y: &mut [T],
            #workspace: &mut [T],
            #pass: katachi::Pass,
        ) {
            #checks
            #body
        }
    }
}

/// `fn backward`, with what only `dx` needs at its end.
pub fn backward(plan: &Plan, model: &Model) -> TokenStream {
    let nodes = &plan.graph.nodes[plan.graph.forward..];
    let first = nodes.iter().position(|node| node.only_for_input).unwrap_or(nodes.len());
    assert!(nodes[first..].iter().all(|node| node.only_for_input), "what only dx needs is not last");
    let mut body = Body::new(plan, &plan.buffers, nodes);
    let always = body.statements(&nodes[..first]);
    let rest = body.statements_in_block(&nodes[first..]);
    let gradients = plan.graph.gradients.expect("there is a backward pass");
    let for_input = match gradients.input {
        // The gradient with respect to an input that nothing depends on.
        None => Some(quote!(if let katachi::Some(dx) = dx {
            dx.fill(T::ZERO);
        })),
        Some(_) => (first < nodes.len()).then(|| quote!(if let katachi::Some(dx) = dx { #rest })),
    };
    let idle = idle(model, nodes);
    let clear = idle.iter().map(|gradient| quote!(katachi::clear(write, #gradient);));
    let reads =
        |place: Place| nodes.iter().flat_map(|node| &node.operands).any(|&operand| *plan.place(operand) == place);
    let workspace = parameter("workspace", !plan.buffers.is_empty());
    let pass = parameter("pass", draws(nodes));
    let y = parameter("y", reads(Place::Output));
    let dy = parameter("dy", reads(Place::OutputGradient));
    let has_gradient = !idle.is_empty() || nodes.iter().any(|node| node.into.is_some() || calls_frozen(node));
    let gradient = parameter("gradient", has_gradient);
    let write = parameter("write", !idle.is_empty() || nodes.iter().any(|node| node.into.is_some()));
    let dx = parameter("dx", for_input.is_some());
    quote! {
        fn backward(
            &self,
            x: katachi::BatchView<'_, Self::Input, T>,
            #y: &[T],
            #dy: &mut [T],
            #dx: katachi::Option<&mut [T]>,
            #workspace: &mut [T],
            #gradient: &mut Self,
            #write: katachi::Write,
            #pass: katachi::Pass,
        ) {
            #(#clear)*
            #always
            #for_input
        }
    }
}

fn calls_frozen(node: &Node) -> bool {
    matches!(&node.op, Op::NestedAdjoint(nested) if nested.is_frozen)
}

/// The gradients that no op writes: of what is frozen, or reaches no output.
fn idle(model: &Model, nodes: &[Node]) -> Vec<TokenStream> {
    let is_written = |parameter: &Parameter| nodes.iter().any(|node| node.into.as_ref() == Some(parameter));
    let mut idle = Vec::new();
    for placed in &model.layers {
        let of = |field| Parameter { layer: placed.name.clone(), field, is_frozen: placed.frozen };
        if let Layer::Nested(_) = placed.layer {
            let layer = super::tables::field(&placed.name);
            if !is_written(&of("")) {
                idle.push(quote!(katachi::Parameters::as_mut_slice(&mut gradient.#layer)));
            }
        }
        for parameter in placed.parameters().iter().map(|parameter| of(parameter.field)) {
            if !is_written(&parameter) {
                let gradient = gradient_of(&parameter);
                idle.push(quote!(&mut #gradient));
            }
        }
    }
    idle
}

/// The name of a parameter of a function, marked if the body has no use for it.
fn parameter(name: &str, used: bool) -> Ident {
    if used { format_ident!("{name}") } else { format_ident!("_{name}") }
}

fn draws(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| matches!(node.op, Op::Dropout(_) | Op::Nested(_) | Op::NestedAdjoint(_)))
}

/// The statements of one function, and the variables that they may use so far.
pub struct Body<'a> {
    pub plan: &'a Plan,
    bound: HashSet<&'a str>,
    head: TokenStream,
    /// The statement that splits the workspace.
    split: TokenStream,
    /// The parameters whose gradients have a part already: what comes is added.
    begun: HashSet<Parameter>,
}

impl<'a> Body<'a> {
    /// Splits the workspace into `buffers`. One that holds a single variable has its name.
    pub fn new(plan: &'a Plan, buffers: &'a [Buffer], nodes: &[Node]) -> Self {
        let mut bound = HashSet::from(["x", "y", "dx", "dy", ""]);
        let values = nodes.iter().flat_map(|node| node.operands.iter().chain(&node.results).copied());
        let used: HashSet<usize> = values
            .clone()
            .filter_map(|value| match plan.place(value) {
                Place::Buffer(index) => Some(*index),
                _ => None,
            })
            .collect();
        let mut names = Vec::new();
        for (number, buffer) in buffers.iter().enumerate() {
            names.push(match buffer.variables.as_slice() {
                _ if !used.contains(&number) => quote!(_),
                [variable] => {
                    bound.insert(variable.as_str());
                    let variable = format_ident!("{variable}");
                    quote!(#variable)
                }
                _ => {
                    let buffer = format_ident!("buffer{number}");
                    quote!(#buffer)
                }
            });
        }
        let sizes = buffers.iter().map(length);
        let reads_x = values.clone().any(|value| *plan.place(value) == Place::Input);
        let x = reads_x.then(|| quote!(let x = x.as_slice();));
        let split =
            (!buffers.is_empty()).then(|| quote!(let [#(#names),*] = katachi::split(workspace, [#(#sizes),*]);));
        let needs_n = !nodes.is_empty() || !buffers.is_empty();
        let n = needs_n.then(|| quote!(let n = x.len();));
        let split = quote!(#split);
        Self { plan, bound, head: quote!(#n #x), split, begun: HashSet::new() }
    }

    /// The statements of a function of one sample, after those that make its workspace.
    pub fn statements_after(&mut self, workspace: &TokenStream, nodes: &'a [Node]) -> TokenStream {
        let split = std::mem::take(&mut self.split);
        let rest = self.statements_in_block(nodes);
        quote!(#workspace #split #rest)
    }

    pub fn statements(&mut self, nodes: &'a [Node]) -> TokenStream {
        let (head, split) = (std::mem::take(&mut self.head), std::mem::take(&mut self.split));
        let rest = self.statements_in_block(nodes);
        quote!(#head #split #rest)
    }

    pub fn statements_in_block(&mut self, nodes: &'a [Node]) -> TokenStream {
        nodes.iter().map(|node| self.statement(node)).collect()
    }

    fn statement(&mut self, node: &'a Node) -> TokenStream {
        let is_loop = matches!(node.op, Op::Loop(_));
        let bindings: TokenStream = match node.op {
            Op::Parameter(_) | Op::Constants(_) => TokenStream::new(),
            _ => node.operands.iter().chain(&node.results).map(|&value| self.binding(value, is_loop)).collect(),
        };
        let call = self.call(node);
        quote!(#bindings #call)
    }

    /// `let hidden1 = &mut buffer0[..700 * n];` where a buffer holds several variables and this one is new; constants of
    /// more than one number, or that are read by another kernel than a loop, which holds single ones itself.
    fn binding(&mut self, value: Value, is_loop: bool) -> TokenStream {
        let plan = self.plan;
        let variable = &plan.variables[value.0];
        match plan.place(value) {
            Place::Buffer(index) if self.bound.insert(variable) => {
                let (variable, buffer) = (format_ident!("{variable}"), format_ident!("buffer{index}"));
                if plan.buffers[*index].nested.is_some() {
                    return quote!(let #variable = &mut *#buffer;);
                }
                let size = self.length_of(value);
                quote!(let #variable = &mut #buffer[..#size];)
            }
            Place::Constants(constants) => {
                if is_loop && constants.len() == 1 || !self.bound.insert(variable) {
                    return TokenStream::new();
                }
                let (variable, values) = (format_ident!("{variable}"), constants.iter().map(loops::constant));
                quote!(let #variable = [#(#values),*];)
            }
            _ => TokenStream::new(),
        }
    }

    /// How many numbers a value has in the whole batch.
    fn length_of(&self, value: Value) -> TokenStream {
        let size = self.plan.graph.size(value);
        if self.plan.graph.is_batched(value) { size.value_for_batch() } else { size.value() }
    }

    /// A value as an operand of a kernel.
    pub fn read(&self, value: Value) -> TokenStream {
        let variable = &self.plan.variables[value.0];
        match self.plan.place(value) {
            Place::Parameter(parameter) => {
                let parameter = super::ops::own(parameter);
                quote!(&#parameter)
            }
            Place::Constants(_) => {
                let variable = format_ident!("{variable}");
                quote!(&#variable)
            }
            _ => {
                let variable = format_ident!("{variable}");
                quote!(#variable)
            }
        }
    }

    /// A value as the result of a kernel.
    pub fn write(&self, value: Value) -> TokenStream {
        let variable = format_ident!("{}", self.plan.variables[value.0]);
        quote!(#variable)
    }

    /// Whether a kernel sets the gradient of a parameter, as the caller wishes, or adds to what another kernel set.
    pub fn write_mode(&mut self, parameter: &Parameter) -> TokenStream {
        if self.begun.insert(parameter.clone()) { quote!(write) } else { quote!(katachi::Write::Add) }
    }
}

/// How many numbers a buffer holds for the whole batch.
fn length(buffer: &Buffer) -> TokenStream {
    match &buffer.nested {
        Some(code) => {
            let code: TokenStream = code.parse().expect("the code of a size is Rust");
            quote!(#code.for_batch(n))
        }
        None if buffer.is_batched => Dim::value_for_batch(&buffer.size),
        None => buffer.size.value(),
    }
}
