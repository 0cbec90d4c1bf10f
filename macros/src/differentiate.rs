//! Forward graph → forward and backward graph: reverse accumulation, one rule per op.
//!
//! What an op gives to its operands stands in the two tables `rules` (ops) and `elementwise` (functions of each value).
//! Every rule but those of parameters writes ops that have rules themselves, so a gradient has a gradient.

use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::ir::{Gradients, Graph, Map, Node, Op, Parameter, Reduce, Reduction, Value};

mod elementwise;
mod expanded;
mod rules;

/// Appends the backward pass: from the gradient of the output to those of every parameter and of the input.
pub fn differentiate(graph: &mut Graph) {
    let (name, size) = (format!("d_{}", graph.name(graph.output)), graph.size(graph.output).clone());
    let is_batched = graph.is_batched(graph.output);
    let gradient = graph.value(name, size, is_batched);
    let forward = graph.forward;
    let input = graph.input;
    let is_active = active(graph, &[input], true);
    let output = graph.output;
    graph.gradients = Some(Gradients { output: gradient, input: None });
    let mut pass = Adjoint::new(graph, is_active, false);
    pass.give(output, gradient);
    pass.run(forward);
    let input = pass.total(input);
    graph.gradients = Some(Gradients { output: gradient, input });
    graph.drop_unused();
    put_last_what_only_the_input_needs(graph);
    copy_what_others_need_too(graph);
    graph.verify();
}

/// Appends the gradient of the scalar `of` with respect to `with`, as ops of the forward pass.
pub fn gradient(graph: &mut Graph, of: Value, with: Value) -> Value {
    let is_active = active(graph, &[with], false);
    let nodes = graph.nodes.len();
    let mut pass = Adjoint::new(graph, is_active, true);
    let one = pass.constant("1.0");
    let is_batched = pass.graph.is_batched(of);
    let one = pass.map(Elementwise::Copy, &[(one, vec![])], &[], "one", is_batched);
    pass.give(of, one);
    pass.run(nodes);
    match pass.total(with) {
        Some(total) if total != one => total,
        Some(total) => pass.same(total, "one"),
        // Of a power of 0, say.
        None => {
            let zero = pass.constant("0.0");
            let (size, is_batched) = (pass.graph.size(with).clone(), pass.graph.is_batched(with));
            pass.map(Elementwise::Copy, &[(zero, vec![false])], &[size], "zero", is_batched)
        }
    }
}

/// Which values depend on these, or on a parameter where those are wanted too: no other has a gradient.
fn active(graph: &Graph, of: &[Value], with_parameters: bool) -> Vec<bool> {
    let mut active = vec![false; graph.values.len()];
    for value in of {
        active[value.0] = true;
    }
    for node in &graph.nodes {
        let own = match &node.op {
            Op::Parameter(parameter) => !parameter.is_frozen,
            Op::MatMul(product) | Op::MatMulAdjoint(product) => !product.weight.is_frozen,
            Op::AddBias { bias, .. } => !bias.is_frozen,
            Op::Lookup { table, .. } => !table.is_frozen,
            Op::Nested(nested) => !nested.is_frozen,
            _ => false,
        };
        let depends = own && with_parameters || node.operands.iter().any(|operand| active[operand.0]);
        let passes = !matches!(node.op, Op::StopGradient | Op::Argmax { .. } | Op::OneHot { .. })
            && !matches!(&node.op, Op::Map(map) if map.function.is_flat());
        for result in &node.results {
            active[result.0] |= depends && passes;
        }
    }
    active
}

/// Moves to the end what no gradient of a parameter needs.
fn put_last_what_only_the_input_needs(graph: &mut Graph) {
    let mut needed = vec![false; graph.values.len()];
    for node in graph.nodes[graph.forward..].iter_mut().rev() {
        let is_needed = node.into.is_some() || node.results.iter().any(|result| needed[result.0]);
        node.only_for_input = !is_needed;
        if is_needed {
            for operand in &node.operands {
                needed[operand.0] = true;
            }
        }
    }
    graph.nodes[graph.forward..].sort_by_key(|node| node.only_for_input);
}

/// The gradient of the input is written only where it is asked for: one that the gradient of a parameter is computed from
/// is a value of its own, and is copied.
fn copy_what_others_need_too(graph: &mut Graph) {
    let Some(Gradients { output, input: Some(input) }) = graph.gradients else { return };
    let writer = graph.nodes.iter().find(|node| node.results.contains(&input));
    if writer.is_some_and(|node| node.only_for_input) {
        return;
    }
    let (size, is_batched) = (graph.size(input).clone(), graph.is_batched(input));
    let map = Map::new(Elementwise::Copy, std::slice::from_ref(&size), &[vec![true]]);
    let copy = graph.push_as(Op::Map(map), vec![input], "d_x", size, is_batched);
    graph.nodes.last_mut().expect("a node was just appended").only_for_input = true;
    graph.gradients = Some(Gradients { output, input: Some(copy) });
}

/// The state of reverse accumulation.
struct Adjoint<'a> {
    graph: &'a mut Graph,
    /// What the gradient of each value is the sum of.
    parts: Vec<Vec<Value>>,
    is_active: Vec<bool>,
    /// Whether the gradient is part of the forward pass, so that each of its ops must have a rule.
    is_inner: bool,
}

impl<'a> Adjoint<'a> {
    fn new(graph: &'a mut Graph, is_active: Vec<bool>, is_inner: bool) -> Self {
        let parts = vec![Vec::new(); graph.values.len()];
        Self { graph, parts, is_active, is_inner }
    }

    /// Goes through the first `nodes` nodes from the last to the first.
    fn run(&mut self, nodes: usize) {
        for number in (0..nodes).rev() {
            let node = self.graph.nodes[number].clone();
            let is_active = node.results.first().is_some_and(|result| self.is_active[result.0]);
            if !is_active {
                continue;
            }
            if let Some(dy) = self.total(node.results[0]) {
                self.node(&node, dy);
            }
        }
    }

    fn is_active(&self, value: Value) -> bool {
        self.is_active.get(value.0).copied().unwrap_or(false)
    }

    /// The gradient of a value, if anything gave to it.
    fn total(&mut self, value: Value) -> Option<Value> {
        let parts = std::mem::take(self.parts.get_mut(value.0)?);
        let name = format!("d_{}", self.graph.name(value));
        let size = self.graph.size(value).clone();
        let total = parts.into_iter().reduce(|sum, part| {
            let layouts = [(sum, vec![true]), (part, vec![true])];
            self.map(Elementwise::Add, &layouts, std::slice::from_ref(&size), &name, false)
        })?;
        self.parts[value.0] = vec![total];
        Some(total)
    }

    /// Adds a part to the gradient of `value`; what samples give to a shared value is summed over them.
    fn give(&mut self, value: Value, part: Value) {
        if !self.is_active(value) {
            return;
        }
        let part = if self.graph.is_batched(part) && !self.graph.is_batched(value) {
            let dims = vec![self.graph.size(value).clone()];
            let reduced = vec![false];
            let reduce = Reduce { reduction: Reduction::Sum, dims, reduced, over_samples: true };
            self.push(Op::Reduce(reduce), vec![part], value, false)
        } else if !self.graph.is_batched(part) && self.graph.is_batched(value) {
            let size = self.graph.size(value).clone();
            let name = format!("d_{}", self.graph.name(value));
            self.map(Elementwise::Copy, &[(part, vec![true])], &[size], &name, true)
        } else {
            part
        };
        self.parts[value.0].push(part);
    }

    /// Appends an op that gives (a part of) the gradient of `of`.
    fn push(&mut self, op: Op, operands: Vec<Value>, of: Value, is_batched: bool) -> Value {
        let name = format!("d_{}", self.graph.name(of));
        let size = self.graph.size(of).clone();
        self.graph.push_as(op, operands, name, size, is_batched)
    }

    /// Appends a function of each value by itself.
    fn map(
        &mut self,
        function: Elementwise,
        operands: &[(Value, Vec<bool>)],
        dims: &[Dim],
        name: &str,
        is_batched: bool,
    ) -> Value {
        let layouts: Vec<Vec<bool>> = operands.iter().map(|(_, layout)| layout.clone()).collect();
        let values: Vec<Value> = operands.iter().map(|(value, _)| *value).collect();
        let is_batched = is_batched || values.iter().any(|&value| self.graph.is_batched(value));
        let map = Map::new(function, dims, &layouts);
        self.graph.push_as(Op::Map(map), values, name, dims.iter().product(), is_batched)
    }

    /// A number of a formula.
    fn constant(&mut self, text: &'static str) -> Value {
        let constant = crate::model::Constant::Text(text);
        self.graph.push_as(Op::Constants(vec![constant]), vec![], "constant", Dim::from(1), false)
    }

    /// The same values as a value of its own.
    fn same(&mut self, value: Value, name: &str) -> Value {
        let size = self.graph.size(value).clone();
        self.map(Elementwise::Copy, &[(value, vec![true])], &[size], name, false)
    }

    /// Appends the op that writes the gradient of a parameter.
    fn parameter(&mut self, op: Op, operands: Vec<Value>, parameter: &Parameter) {
        if !parameter.is_frozen {
            self.graph.push_into(op, operands, parameter.clone());
        }
    }
}

/// The value that a forward op gives.
fn result(node: &Node) -> Value {
    node.results[0]
}
