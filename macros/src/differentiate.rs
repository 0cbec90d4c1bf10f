//! Forward graph → forward and backward graph: one rule per op.

use crate::activation::Saves;
use crate::ir::{Gradients, Graph, Node, Op, Value};

/// Appends the backward pass: from the gradient of the output to those of every parameter and of the input.
pub fn differentiate(graph: &mut Graph) {
    let reaches_parameter = values_after_a_parameter(graph);
    let gradient = graph.value(format!("d_{}", graph.name(graph.output)), graph.size(graph.output));
    let mut pass = Adjoint { gradients: vec![None; graph.values.len()], reaches_parameter, graph };
    pass.gradients[pass.graph.output.0] = Some(gradient);
    for node in (0..pass.graph.forward).rev() {
        pass.node(pass.graph.nodes[node].clone());
    }
    let input = pass.gradients[pass.graph.input.0].expect("the output of a chain depends on its input");
    graph.gradients = Some(Gradients { output: gradient, input });
    graph.verify();
}

/// Which values depend on a parameter: the gradient of any other is wanted only for the gradient of the input.
fn values_after_a_parameter(graph: &Graph) -> Vec<bool> {
    let mut after = vec![false; graph.values.len()];
    for node in &graph.nodes {
        let has_parameter = matches!(node.op, Op::MatMul(_) | Op::AddBias { .. } | Op::Dense { .. });
        if let Some(result) = node.result {
            after[result.0] = has_parameter || node.operands.iter().any(|operand| after[operand.0]);
        }
    }
    after
}

struct Adjoint<'a> {
    graph: &'a mut Graph,
    /// The gradient of each value, once an op has given it.
    gradients: Vec<Option<Value>>,
    reaches_parameter: Vec<bool>,
}

impl Adjoint<'_> {
    /// The table of derivatives. With dy for the gradient of an op's result, its operands' are:
    fn node(&mut self, node: Node) {
        let result = node.result.expect("a forward op has a result");
        let dy = self.gradients[result.0].expect("every value of a chain is used");
        let x = node.operands[0];
        match node.op {
            Op::Copy => self.give(x, Op::Copy, vec![dy]),
            // z = x W:  ∂W = xᵀ dz,  dx = dz Wᵀ
            Op::MatMul(product) => {
                self.parameter(Op::WeightAdjoint(product.clone()), vec![x, dy]);
                self.give(x, Op::MatMulAdjoint(product), vec![dy]);
            }
            // z = x + b:  ∂b = Σ dz,  dx = dz
            Op::AddBias { bias, outputs } => {
                self.parameter(Op::BiasAdjoint { bias, outputs }, vec![dy]);
                self.gradients[x.0] = Some(dy);
            }
            // y = f(x):  dx = dy ⊙ f'
            Op::Activate { activation, width } => {
                let saved = match activation.kind.saves() {
                    Saves::Nothing => None,
                    Saves::Input => Some(x),
                    Saves::Output => Some(result),
                };
                let operands = [dy].into_iter().chain(saved).collect();
                self.give(x, Op::ActivateAdjoint { activation, width }, operands);
            }
            // y = x ⊙ mask:  dx = dy ⊙ mask
            Op::Dropout { rate, layer } => self.give(x, Op::Dropout { rate, layer }, vec![dy]),
            Op::Dense { .. }
            | Op::WeightAdjoint(_)
            | Op::BiasAdjoint { .. }
            | Op::MatMulAdjoint(_)
            | Op::ActivateAdjoint { .. } => unreachable!("not an op of an unfused forward pass"),
        }
    }

    /// Appends the op that gives the gradient of `x`.
    fn give(&mut self, x: Value, op: Op, operands: Vec<Value>) {
        let name = format!("d_{}", self.graph.name(x));
        let gradient = self.graph.push(op, operands, name, self.graph.size(x));
        let node = self.graph.nodes.last_mut().expect("an op was just appended");
        node.only_for_input = !self.reaches_parameter[x.0];
        self.gradients[x.0] = Some(gradient);
    }

    /// Appends the op that writes the gradient of a parameter.
    fn parameter(&mut self, op: Op, operands: Vec<Value>) {
        self.graph.nodes.push(Node { op, operands, result: None, only_for_input: false });
    }
}
