//! Joins a product with the bias and the activation that follow it into one kernel, where nothing else reads what
//! lies between: the values are then changed while they are in registers.

use crate::activation::{Activation, Kind};
use crate::ir::{Graph, Node, Op, Value};

/// Fuses every product of the forward pass with what follows it.
pub fn fuse(graph: &mut Graph) {
    let mut fused: Vec<Node> = Vec::new();
    for (number, node) in graph.nodes.iter().enumerate() {
        let node = match node.op.clone() {
            Op::MatMul(product) => {
                let op = Op::Dense { product, bias: None, activation: Activation::LINEAR };
                Node { op, ..node.clone() }
            }
            _ => node.clone(),
        };
        let joined = fused.last().filter(|last| number < graph.forward && follows(graph, last.result, &node));
        match joined.and_then(|last| join(&last.op, &node.op)) {
            Some(op) => {
                let last = fused.pop().expect("it was joined");
                fused.push(Node { op, operands: last.operands, ..node });
            }
            None => fused.push(node),
        }
    }
    graph.forward -= graph.nodes.len() - fused.len();
    graph.nodes = fused;
    graph.verify();
}

/// Whether `node` is the only one that reads `value`.
fn follows(graph: &Graph, value: Option<Value>, node: &Node) -> bool {
    let Some(value) = value else { return false };
    let uses = graph.nodes.iter().filter(|node| node.operands.contains(&value)).count();
    uses == 1 && node.operands == [value] && value != graph.output
}

/// The product with what follows it, if it has room for a bias or for an elementwise activation.
fn join(product: &Op, next: &Op) -> Option<Op> {
    let Op::Dense { product, bias, activation } = product else { return None };
    if activation.kind != Kind::Linear {
        return None;
    }
    let product = product.clone();
    match next {
        Op::AddBias { bias: added, .. } if bias.is_none() => {
            Some(Op::Dense { product, bias: Some(added.clone()), activation: Activation::LINEAR })
        }
        Op::Activate { activation, .. } if !activation.kind.is_by_row() => {
            Some(Op::Dense { product, bias: bias.clone(), activation: activation.clone() })
        }
        _ => None,
    }
}
