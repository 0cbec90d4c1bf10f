//! The invariants of a graph, checked between the passes in tests and debug builds.

use super::{Graph, Node, Op};
use crate::dim::Dim;

impl Graph {
    /// Panics unless each value is written once, before it is read, and has the size that its op gives.
    pub fn verify(&self) {
        let mut written = vec![false; self.values.len()];
        written[self.input.0] = true;
        for (number, node) in self.nodes.iter().enumerate() {
            if let (Some(gradients), true) = (self.gradients, number == self.forward) {
                written[gradients.output.0] = true;
            }
            for operand in &node.operands {
                assert!(written[operand.0], "{self}\n%{} is read before it is written", operand.0);
            }
            self.verify_sizes(node);
            assert!(node.into.is_some() || !node.results.is_empty(), "{self}\na node gives nothing");
            for result in &node.results {
                assert!(!std::mem::replace(&mut written[result.0], true), "{self}\n%{} is written twice", result.0);
            }
        }
        assert!(written[self.output.0], "{self}\nthe output is never written");
    }

    fn verify_sizes(&self, node: &Node) {
        let sizes: Vec<&Dim> = node.operands.iter().map(|&operand| self.size(operand)).collect();
        let count = |dims: &[Dim]| dims.iter().product::<Dim>();
        let masked = |dims: &[Dim], mask: &[bool]| {
            std::iter::zip(dims, mask).filter(|(_, has)| **has).map(|(dim, _)| dim).product::<Dim>()
        };
        let expected = match &node.op {
            Op::AddBias { .. } | Op::Activate { .. } | Op::Dropout(_) | Op::StopGradient => vec![sizes[0].clone()],
            Op::Constants(constants) => vec![Dim::from(constants.len())],
            Op::MatMul(product) | Op::Dense { product, .. } => {
                assert_eq!(*sizes[0], &product.rows * &product.inputs, "{self}");
                vec![&product.rows * &product.outputs]
            }
            Op::MatMulAdjoint(product) => {
                assert_eq!(*sizes[0], &product.rows * &product.outputs, "{self}");
                vec![&product.rows * &product.inputs]
            }
            Op::ActivateAdjoint { .. } => {
                assert!(sizes.iter().all(|&size| size == sizes[0]), "{self}");
                vec![sizes[0].clone()]
            }
            Op::WeightAdjoint(product) => {
                assert_eq!(*sizes[0], &product.rows * &product.inputs, "{self}");
                assert_eq!(*sizes[1], &product.rows * &product.outputs, "{self}");
                vec![]
            }
            Op::Map(map) => {
                assert_eq!(sizes.len(), map.function.operands(), "{self}");
                for (size, layout) in std::iter::zip(sizes, &map.layouts) {
                    assert_eq!(*size, masked(&map.dims, layout), "{self}\nan operand of {}", map.function);
                }
                vec![count(&map.dims)]
            }
            Op::Loop(steps) => {
                for (size, layout) in std::iter::zip(sizes, &steps.layouts) {
                    assert_eq!(*size, masked(&steps.dims, layout), "{self}\nan operand of {steps}");
                }
                vec![count(&steps.dims); steps.stores.len()]
            }
            Op::Reduce(reduce) => {
                assert_eq!(*sizes[0], count(&reduce.dims), "{self}");
                let kept: Vec<bool> = reduce.reduced.iter().map(|reduced| !reduced).collect();
                vec![masked(&reduce.dims, &kept)]
            }
            Op::Argmax { rows, size, inner } => {
                assert_eq!(*sizes[0], &(rows * size) * inner, "{self}");
                vec![rows * inner]
            }
            Op::Concat { outer, parts } => {
                for (size, part) in std::iter::zip(sizes, parts) {
                    assert_eq!(*size, outer * part, "{self}");
                }
                vec![outer * &parts.iter().sum::<Dim>()]
            }
            Op::Contract(contract) => {
                let stack = |stacked: bool| if stacked { contract.stack.clone() } else { Dim::from(1) };
                let (rows, depth, columns) = (&contract.rows, &contract.depth, &contract.columns);
                assert_eq!(*sizes[0], &stack(contract.a.is_stacked) * &(rows * depth), "{self}");
                assert_eq!(*sizes[1], &stack(contract.b.is_stacked) * &(depth * columns), "{self}");
                vec![&stack(contract.is_stacked) * &(rows * columns)]
            }
            Op::Lookup { width, .. } => vec![sizes[0] * width],
            Op::OneHot { depth } => vec![sizes[0] * depth],
            Op::Rearrange(_) | Op::Parameter(_) | Op::Nested(_) | Op::NestedAdjoint(_) => return,
            Op::BiasAdjoint { .. } | Op::LookupAdjoint { .. } | Op::Store => vec![],
        };
        let found: Vec<Dim> = node.results.iter().map(|&result| self.size(result).clone()).collect();
        assert!(node.into.is_some() || found == expected, "{self}\n{} gives {expected:?}, not {found:?}", node.op);
    }
}
