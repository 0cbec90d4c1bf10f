//! The passes: a flat list of calls of kernels, over named buffers.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::number;
use crate::activation::{Kind, Saves};
use crate::ir::{Node, Op, Parameter, Product, Value};
use crate::plan::{Buffer, Place, Plan};

/// `fn infer`
pub fn infer(plan: &Plan) -> TokenStream {
    let nodes = &plan.graph.nodes;
    let body = Body::new(plan, &plan.buffers, nodes).statements(nodes);
    let workspace = parameter("workspace", !plan.buffers.is_empty());
    quote! {
        fn infer(&self, x: katachi::BatchView<'_, Self::Input, T>, y: &mut [T], #workspace: &mut [T]) {
            #body
        }
    }
}

/// `fn forward`
pub fn forward(plan: &Plan) -> TokenStream {
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
            #body
        }
    }
}

/// `fn backward`, with what only `dx` needs at its end.
pub fn backward(plan: &Plan) -> TokenStream {
    let nodes = &plan.graph.nodes[plan.graph.forward..];
    let first = nodes.iter().position(|node| node.only_for_input).unwrap_or(nodes.len());
    assert!(nodes[first..].iter().all(|node| node.only_for_input), "what only dx needs is not last");
    let mut body = Body::new(plan, &plan.buffers, nodes);
    let always = body.statements(&nodes[..first]);
    let for_input = body.statements_in_block(&nodes[first..]);
    let for_input = (first < nodes.len()).then(|| quote!(if let katachi::Some(dx) = dx { #for_input }));
    let reads =
        |place: Place| nodes.iter().flat_map(|node| &node.operands).any(|&operand| plan.place(operand) == place);
    let workspace = parameter("workspace", !plan.buffers.is_empty());
    let pass = parameter("pass", draws(nodes));
    let y = parameter("y", reads(Place::Output));
    let gradient = parameter("gradient", nodes.iter().any(|node| node.result.is_none()));
    quote! {
        fn backward(
            &self,
            x: katachi::BatchView<'_, Self::Input, T>,
            #y: &[T],
            dy: &mut [T],
            dx: katachi::Option<&mut [T]>,
            #workspace: &mut [T],
            #gradient: &mut Self,
            #pass: katachi::Pass,
        ) {
            #always
            #for_input
        }
    }
}

/// The name of a parameter of a function, marked if the body has no use for it.
fn parameter(name: &str, used: bool) -> Ident {
    if used { format_ident!("{name}") } else { format_ident!("_{name}") }
}

fn draws(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| matches!(node.op, Op::Dropout { .. }))
}

/// The statements of one function, and the variables that they may use so far.
struct Body<'a> {
    plan: &'a Plan,
    bound: HashSet<&'a str>,
    head: TokenStream,
}

impl<'a> Body<'a> {
    /// Splits the workspace into `buffers`. One that holds a single variable has its name.
    fn new(plan: &'a Plan, buffers: &'a [Buffer], nodes: &[Node]) -> Self {
        let mut bound = HashSet::from(["x", "y", "dx", "dy"]);
        let values = nodes.iter().flat_map(|node| node.operands.iter().copied().chain(node.result));
        let used: HashSet<Place> = values.clone().map(|value| plan.place(value)).collect();
        let mut names = Vec::new();
        for (number, buffer) in buffers.iter().enumerate() {
            names.push(match buffer.variables.as_slice() {
                _ if !used.contains(&Place::Buffer(number)) => quote!(_),
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
        let sizes = buffers.iter().map(|buffer| number(buffer.size));
        let reads_x = values.clone().any(|value| plan.place(value) == Place::Input);
        let x = reads_x.then(|| quote!(let x = x.as_slice();));
        let split =
            (!buffers.is_empty()).then(|| quote!(let [#(#names),*] = katachi::split(workspace, n, [#(#sizes),*]);));
        Self { plan, bound, head: quote!(let n = x.len(); #x #split) }
    }

    fn statements(&mut self, nodes: &'a [Node]) -> TokenStream {
        let head = std::mem::take(&mut self.head);
        let rest = self.statements_in_block(nodes);
        quote!(#head #rest)
    }

    fn statements_in_block(&mut self, nodes: &'a [Node]) -> TokenStream {
        nodes.iter().map(|node| self.statement(node)).collect()
    }

    fn statement(&mut self, node: &Node) -> TokenStream {
        let bindings: TokenStream =
            node.operands.iter().copied().chain(node.result).map(|value| self.binding(value)).collect();
        let call = self.call(node);
        quote!(#bindings #call)
    }

    /// `let hidden1 = &mut buffer0[..700 * n];` where a buffer holds several variables and this one is new.
    fn binding(&mut self, value: Value) -> TokenStream {
        let plan = self.plan;
        let variable = &plan.variables[value.0];
        let Place::Buffer(index) = plan.place(value) else { return TokenStream::new() };
        if !self.bound.insert(variable) {
            return TokenStream::new();
        }
        let (variable, buffer) = (format_ident!("{variable}"), format_ident!("buffer{index}"));
        let size = number(plan.graph.size(value));
        quote!(let #variable = &mut #buffer[..#size * n];)
    }

    fn variable(&self, value: Value) -> Ident {
        format_ident!("{}", self.plan.variables[value.0])
    }

    fn call(&self, node: &Node) -> TokenStream {
        let operands: Vec<Ident> = node.operands.iter().map(|&operand| self.variable(operand)).collect();
        let first = &operands[0];
        let result = node.result.map(|result| self.variable(result));
        match &node.op {
            Op::Copy => quote!(#result.copy_from_slice(#first);),
            Op::Dense { product, bias, activation } => {
                let (sizes, weight) = (sizes(product), own(&product.weight));
                let bias = bias.as_ref().map(own).map_or(quote!(katachi::None), |bias| quote!(katachi::Some(&#bias)));
                let activation = activation.tokens(&quote!(katachi));
                quote!(katachi::kernels::dense(#sizes, #first, &#weight, #bias, #activation, #result);)
            }
            Op::Activate { activation, width } => {
                let (copy, width) = (self.copy(node), number(*width));
                let kernel = match activation.kind {
                    Kind::Softmax => quote!(softmax(#width, #result)),
                    Kind::LogSoftmax => quote!(log_softmax(#width, #result)),
                    _ => {
                        let activation = activation.tokens(&quote!(katachi));
                        quote!(activate(#activation, #result))
                    }
                };
                quote!(#copy katachi::kernels::#kernel;)
            }
            Op::Dropout { rate, layer } => {
                let (copy, rate) = (self.copy(node), rate.to_float());
                let layer = number(*layer);
                quote!(#copy katachi::kernels::dropout(T::from_f64(#rate), pass.key(#layer), #result);)
            }
            Op::WeightAdjoint(product) => {
                let (sizes, weight, dz) = (sizes(product), gradient(&product.weight), &operands[1]);
                quote!(katachi::kernels::dense_weight_adjoint(#sizes, #first, #dz, katachi::Write::Set, &mut #weight);)
            }
            Op::BiasAdjoint { bias, outputs } => {
                let rows = rows(self.plan.graph.size(node.operands[0]) / outputs);
                let (bias, outputs) = (gradient(bias), number(*outputs));
                quote!(katachi::kernels::dense_bias_adjoint(#rows, #outputs, #first, katachi::Write::Set, &mut #bias);)
            }
            Op::MatMulAdjoint(product) => {
                let (sizes, weight) = (sizes(product), own(&product.weight));
                quote!(katachi::kernels::dense_input_adjoint(#sizes, #first, &#weight, katachi::Write::Set, #result);)
            }
            Op::ActivateAdjoint { activation, width } => {
                let (copy, width) = (self.copy(node), number(*width));
                let kernel = match (activation.kind, activation.kind.saves(), operands.get(1)) {
                    (Kind::Softmax, _, Some(y)) => quote!(softmax_adjoint(#width, #y, #result)),
                    (Kind::LogSoftmax, _, Some(y)) => quote!(log_softmax_adjoint(#width, #y, #result)),
                    (_, Saves::Input | Saves::Output, Some(saved)) => {
                        let activation = activation.tokens(&quote!(katachi));
                        quote!(activation_adjoint(#activation, #saved, #result))
                    }
                    _ => unreachable!("an activation that is computed saves what its adjoint reads"),
                };
                quote!(#copy katachi::kernels::#kernel;)
            }
            Op::MatMul(_) | Op::AddBias { .. } => unreachable!("fusion leaves no product without its bias"),
        }
    }

    /// The kernels of elementwise ops work in place: the operand is copied first where it must stay.
    fn copy(&self, node: &Node) -> TokenStream {
        let (operand, result) = (node.operands[0], node.result.expect("an elementwise op has a result"));
        let (from, to) = (self.variable(operand), self.variable(result));
        if from == to { TokenStream::new() } else { quote!(#to.copy_from_slice(#from);) }
    }
}

/// `n, 784, 700`
fn sizes(product: &Product) -> TokenStream {
    let (inputs, outputs) = (number(product.inputs), number(product.outputs));
    let rows = rows(product.rows);
    quote!(#rows, #inputs, #outputs)
}

/// `n`, or `28 * n` for a layer that works on the rows of a sample.
fn rows(rows: usize) -> TokenStream {
    let factor = number(rows);
    if rows == 1 { quote!(n) } else { quote!(#factor * n) }
}

/// `self.hidden1.weight`
fn own(parameter: &Parameter) -> TokenStream {
    let (layer, field) = (field(&parameter.layer), format_ident!("{}", parameter.field));
    quote!(self.#layer.#field)
}

/// `gradient.hidden1.weight`
fn gradient(parameter: &Parameter) -> TokenStream {
    let (layer, field) = (field(&parameter.layer), format_ident!("{}", parameter.field));
    quote!(gradient.#layer.#field)
}

/// The name as an identifier; a keyword was written `r#type`.
fn field(name: &str) -> Ident {
    syn::parse_str(name).unwrap_or_else(|_| Ident::new_raw(name, Span::call_site()))
}
