//! The table of derivatives of ops.

use super::{Adjoint, result};
use crate::activation::Saves;
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::ir::{Contract, Factor, Node, Op, Rearrange, Reduce, Reduction, Value, Walk};

impl Adjoint<'_> {
    /// With dy for the gradient of an op's result, its operands' are:
    pub(super) fn node(&mut self, node: &Node, dy: Value) {
        match &node.op {
            Op::Parameter(parameter) => self.parameter(Op::Store, vec![dy], parameter),
            Op::Constants(_) | Op::StopGradient | Op::Argmax { .. } | Op::OneHot { .. } => {}
            // z = x W:  ∂W = xᵀ dz,  dx = dz Wᵀ
            Op::MatMul(product) => {
                let x = node.operands[0];
                if !self.is_inner {
                    self.parameter(Op::WeightAdjoint(product.clone()), vec![x, dy], &product.weight);
                }
                self.unless_idle(x, Op::MatMulAdjoint(product.clone()), vec![dy]);
            }
            // x = z Wᵀ:  ∂W = dxᵀ z,  dz = dx W
            Op::MatMulAdjoint(product) => {
                let z = node.operands[0];
                if !self.is_inner {
                    self.parameter(Op::WeightAdjoint(product.clone()), vec![dy, z], &product.weight);
                }
                self.unless_idle(z, Op::MatMul(product.clone()), vec![dy]);
            }
            // z = x + b:  ∂b = Σ dz,  dx = dz
            Op::AddBias { bias, outputs } => {
                if !self.is_inner {
                    self.parameter(Op::BiasAdjoint { outputs: outputs.clone() }, vec![dy], bias);
                }
                self.give(node.operands[0], dy);
            }
            // y = f(x):  dx = dy ⊙ f'
            Op::Activate { activation, rows, width } => {
                let x = node.operands[0];
                if self.is_inner {
                    let dx = self.expanded_activation(activation, [rows, width], x, result(node), dy);
                    return self.give(x, dx);
                }
                let saved = match activation.kind.saves() {
                    Saves::Nothing => None,
                    Saves::Input => Some(x),
                    Saves::Output => Some(result(node)),
                };
                let operands = [dy].into_iter().chain(saved).collect();
                let op = Op::ActivateAdjoint { activation: activation.clone(), width: width.clone() };
                self.unless_idle(x, op, operands);
            }
            // y = x ⊙ mask:  dx = dy ⊙ mask
            Op::Dropout(dropout) => self.unless_idle(node.operands[0], Op::Dropout(dropout.clone()), vec![dy]),
            Op::Map(map) => self.elementwise(map, node, dy),
            Op::Reduce(reduce) => self.reduce(reduce, node, dy),
            // What was moved there moves back.
            Op::Rearrange(rearrange) => {
                let x = node.operands[0];
                let is_sparse = rearrange.dims.iter().product::<Dim>() != *self.graph.size(x);
                let back = Rearrange {
                    dims: rearrange.dims.clone(),
                    from: rearrange.to.clone(),
                    to: rearrange.from.clone(),
                    is_sparse,
                };
                self.unless_idle(x, Op::Rearrange(back), vec![dy]);
            }
            Op::Concat { outer, parts } => self.concat(node, outer, parts, dy),
            Op::Contract(contract) => self.contract(contract, node, dy),
            // y = rows of the table:  ∂table = rows of dy, each added to its own
            Op::Lookup { table, rows, width } => {
                let op = Op::LookupAdjoint { rows: rows.clone(), width: width.clone() };
                self.parameter(op, vec![node.operands[0], dy], table);
            }
            Op::Nested(nested) => self.nested(nested, node, dy),
            Op::Dense { .. }
            | Op::Loop(_)
            | Op::WeightAdjoint(_)
            | Op::BiasAdjoint { .. }
            | Op::ActivateAdjoint { .. }
            | Op::LookupAdjoint { .. }
            | Op::NestedAdjoint(_)
            | Op::Store => unreachable!("not an op of an unfused forward pass"),
        }
    }

    /// Appends the op that gives to `x`, if the gradient of `x` is wanted.
    fn unless_idle(&mut self, x: Value, op: Op, operands: Vec<Value>) {
        if self.is_active(x) {
            let is_batched = operands.iter().any(|&operand| self.graph.is_batched(operand));
            let dx = self.push(op, operands, x, is_batched);
            self.give(x, dx);
        }
    }

    /// Of a sum, dx = dy everywhere. Of the largest, dx = dy at it; equals share it.
    fn reduce(&mut self, reduce: &Reduce, node: &Node, dy: Value) {
        let x = node.operands[0];
        if !self.is_active(x) {
            return;
        }
        let kept: Vec<bool> = reduce.reduced.iter().map(|reduced| !reduced).collect();
        let all = vec![true; reduce.dims.len()];
        let (dims, name) = (&reduce.dims, format!("d_{}", self.graph.name(x)));
        let is_batched = self.graph.is_batched(x);
        let dx = match reduce.reduction {
            Reduction::Sum => self.map(Elementwise::Copy, &[(dy, kept)], dims, &name, is_batched),
            Reduction::Maximum | Reduction::Minimum => {
                let operands = [(x, all.clone()), (result(node), kept.clone())];
                let is_it = self.map(Elementwise::Equal, &operands, dims, "is_it", false);
                let sum = Reduce { reduction: Reduction::Sum, ..reduce.clone() };
                let count = self.push(Op::Reduce(sum), vec![is_it], result(node), is_batched);
                let size = self.graph.size(dy).clone();
                let whole = |value| (value, vec![true]);
                let share = self.map(Elementwise::Div, &[whole(dy), whole(count)], &[size], "share", false);
                self.map(Elementwise::Mul, &[(is_it, all), (share, kept)], dims, &name, false)
            }
        };
        self.give(x, dx);
    }

    /// Each operand gets its part back.
    fn concat(&mut self, node: &Node, outer: &Dim, parts: &[Dim], dy: Value) {
        let total: Dim = parts.iter().sum();
        let mut offset = Dim::from(0);
        for (&x, part) in std::iter::zip(&node.operands, parts) {
            let dims = vec![outer.clone(), part.clone()];
            let from = Walk { offset: offset.clone(), strides: vec![total.clone(), Dim::from(1)] };
            let rearrange = Rearrange { to: Walk::whole(&dims), dims, from, is_sparse: false };
            self.unless_idle(x, Op::Rearrange(rearrange), vec![dy]);
            offset = &offset + part;
        }
    }

    /// c = a b:  da = dc bᵀ,  db = aᵀ dc; where a factor is stored transposed, so is its gradient.
    fn contract(&mut self, contract: &Contract, node: &Node, dy: Value) {
        let (a, b) = (node.operands[0], node.operands[1]);
        let Contract { stack, rows, depth, columns, .. } = contract;
        let dc = |is_transposed| Factor { is_transposed, is_stacked: contract.is_stacked };
        let turned = |factor: Factor| Factor { is_transposed: !factor.is_transposed, ..factor };
        let sized = |rows: &Dim, depth: &Dim, columns: &Dim, a: Factor, b: Factor, is_stacked: bool| {
            let (stack, rows, depth, columns) = (stack.clone(), rows.clone(), depth.clone(), columns.clone());
            Op::Contract(Contract { stack, rows, depth, columns, a, b, is_stacked })
        };
        let (in_a, in_b) = (contract.a, contract.b);
        if self.is_active(a) {
            let (op, operands) = if in_a.is_transposed {
                (sized(depth, columns, rows, in_b, dc(true), in_a.is_stacked), vec![b, dy])
            } else {
                (sized(rows, columns, depth, dc(false), turned(in_b), in_a.is_stacked), vec![dy, b])
            };
            self.factor(a, op, operands);
        }
        if self.is_active(b) {
            let (op, operands) = if in_b.is_transposed {
                (sized(columns, rows, depth, dc(true), in_a, in_b.is_stacked), vec![dy, a])
            } else {
                (sized(depth, rows, columns, turned(in_a), dc(false), in_b.is_stacked), vec![a, dy])
            };
            self.factor(b, op, operands);
        }
    }

    /// The gradient of a shared factor is summed over the samples by the product itself.
    fn factor(&mut self, x: Value, op: Op, operands: Vec<Value>) {
        let is_batched = self.graph.is_batched(x);
        let dx = self.push(op, operands, x, is_batched);
        self.give(x, dx);
    }

    /// Another model has its own backward pass, which uses up dy.
    fn nested(&mut self, nested: &crate::ir::Nested, node: &Node, dy: Value) {
        let (x, y, workspace) = (node.operands[0], node.results[0], node.results[1]);
        let dy = self.same(dy, "dy_of_model");
        let is_wanted = self.is_active(x);
        let name = format!("d_{}", self.graph.name(x));
        let size = self.graph.size(x).clone();
        let results = if is_wanted { vec![self.graph.value(name, size, true)] } else { Vec::new() };
        if !is_wanted && nested.is_frozen {
            return;
        }
        let parameter = crate::ir::Parameter { layer: nested.layer.clone(), field: "", is_frozen: nested.is_frozen };
        let into = (!nested.is_frozen).then_some(parameter);
        self.graph.nodes.push(Node {
            op: Op::NestedAdjoint(nested.clone()),
            operands: vec![dy, x, y, workspace],
            results: results.clone(),
            into,
            only_for_input: false,
        });
        if let [dx] = results.as_slice() {
            self.give(x, *dx);
        }
    }
}
