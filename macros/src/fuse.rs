//! Joins ops into fewer kernels.
//!
//! A product takes up the bias and the activation that follow it, where nothing else reads what lies between: the values
//! are then changed while they are in registers. Functions of each value by itself become one loop. A sum that is the
//! gradient of a parameter is written where it belongs.

use crate::activation::{Activation, Kind};
use crate::elementwise::Elementwise;
use crate::ir::{Graph, Loop, Map, Node, Op, Reduce, Reduction, Value};
use crate::loops::Group;

/// All of them, in the order that they build on each other.
pub fn fuse(graph: &mut Graph) {
    forget_copies(graph);
    join_products(graph);
    store_where_computed(graph);
    join_loops(graph);
    graph.drop_unused();
    graph.verify();
}

/// What is read of a copy can be read of the original.
fn forget_copies(graph: &mut Graph) {
    for number in 0..graph.nodes.len() {
        let node = graph.nodes[number].clone();
        let is_copy = match &node.op {
            Op::StopGradient => true,
            Op::Map(Map { function: Elementwise::Copy, layouts, .. }) => layouts[0].iter().all(|&has| has),
            _ => false,
        };
        if !is_copy {
            continue;
        }
        let (from, to) = (node.operands[0], node.results[0]);
        // Another model's backward pass writes over its dy.
        let is_used_up =
            graph.nodes.iter().any(|node| matches!(node.op, Op::NestedAdjoint(_)) && node.operands[0] == to);
        if graph.is_asked_for(to) || is_used_up || graph.is_batched(from) != graph.is_batched(to) {
            let size = graph.size(to).clone();
            graph.nodes[number].op =
                Op::Map(Map { function: Elementwise::Copy, dims: vec![size], layouts: vec![vec![true]] });
            continue;
        }
        for reader in &mut graph.nodes[number + 1..] {
            for operand in reader.operands.iter_mut().filter(|operand| **operand == to) {
                *operand = from;
            }
        }
    }
    graph.drop_unused();
}

/// Joins every product of the forward pass with what follows it.
fn join_products(graph: &mut Graph) {
    let mut fused: Vec<Node> = Vec::new();
    for (number, node) in graph.nodes.iter().enumerate() {
        let node = match node.op.clone() {
            Op::MatMul(product) => {
                let op = Op::Dense { product, bias: None, activation: Activation::LINEAR };
                Node { op, ..node.clone() }
            }
            _ => node.clone(),
        };
        let joined = fused.last().filter(|last| number < graph.forward && follows(graph, last, &node));
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
}

/// Whether `node` is the only one that reads what `last` gives.
fn follows(graph: &Graph, last: &Node, node: &Node) -> bool {
    let [value] = last.results.as_slice() else { return false };
    readers(graph, *value) == 1 && node.operands == [*value] && *value != graph.output
}

fn readers(graph: &Graph, value: Value) -> usize {
    graph.nodes.iter().filter(|node| node.operands.contains(&value)).count()
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

/// A sum or a product that only becomes the gradient of a parameter is written there.
fn store_where_computed(graph: &mut Graph) {
    for number in 0..graph.nodes.len() {
        if !matches!(graph.nodes[number].op, Op::Store) {
            continue;
        }
        let value = graph.nodes[number].operands[0];
        let writer = graph.nodes.iter().position(|node| node.results == [value]);
        let Some(writer) = writer.filter(|&writer| writer >= graph.forward) else { continue };
        let sums =
            matches!(graph.nodes[writer].op, Op::Contract(_) | Op::Reduce(Reduce { reduction: Reduction::Sum, .. }));
        if sums && readers(graph, value) == 1 && !graph.is_asked_for(value) {
            let parameter = graph.nodes[number].into.take();
            graph.nodes[writer].into = parameter;
            graph.nodes[writer].results.clear();
            // The empty node is dropped below: nothing reads it and it writes nothing.
        }
    }
    graph.drop_unused();
}

/// Functions of each value by itself, one after the other, become one loop.
fn join_loops(graph: &mut Graph) {
    let forward = graph.nodes[..graph.forward].to_vec();
    let backward = graph.nodes[graph.forward..].to_vec();
    let forward = joined(graph, forward);
    let backward = joined(graph, backward);
    graph.forward = forward.len();
    graph.nodes = [forward, backward].concat();
}

/// A node, and the loop that it is part of.
struct Item {
    node: Node,
    group: Option<Group>,
}

impl Item {
    fn reads(&self, value: Value) -> bool {
        match &self.group {
            Some(group) => group.operands().iter().any(|(operand, _)| *operand == value),
            None => self.node.operands.contains(&value),
        }
    }

    fn writes(&self, value: Value) -> bool {
        match &self.group {
            Some(group) => group.results().any(|result| result == value),
            None => self.node.results.contains(&value),
        }
    }
}

fn joined(graph: &Graph, nodes: Vec<Node>) -> Vec<Node> {
    let mut items: Vec<Item> = Vec::new();
    for node in nodes {
        let size = node.results.first().map(|&result| graph.size(result).clone());
        let group = size.and_then(|size| Group::of(&node, &size));
        items.push(Item { node, group });
        let mut last = items.len() - 1;
        // The nearest first: each that joins may bring others within reach.
        while let Some(before) = join_before(graph, &mut items, last) {
            last = before;
        }
    }
    items.into_iter().map(|item| finished(graph, item)).collect()
}

/// Joins the group at `last` with one that it reads from, if that is possible; the place of both.
fn join_before(graph: &Graph, items: &mut Vec<Item>, last: usize) -> Option<usize> {
    let group = items[last].group.clone()?;
    let is_batched = |item: &Item| item.node.results.first().map(|&result| graph.is_batched(result));
    for before in (0..last).rev() {
        let Some(earlier) = items[before].group.clone() else { continue };
        let reads = group.operands().iter().any(|(operand, _)| earlier.results().any(|result| result == *operand));
        let same_kind = is_batched(&items[before]) == is_batched(&items[last])
            && items[before].node.only_for_input == items[last].node.only_for_input;
        if !reads || !same_kind {
            continue;
        }
        let between = &items[before + 1..last];
        let sinks = !between.iter().any(|item| earlier.results().any(|result| item.reads(result)));
        let rises = !between.iter().any(|item| group.operands().iter().any(|(operand, _)| item.writes(*operand)));
        if !sinks && !rises {
            continue;
        }
        let outside = |value: Value| is_read_outside(graph, value, &[&earlier, &group]);
        if let Some(both) = earlier.joined(&group, &outside) {
            if sinks {
                items[last].group = Some(both);
                items.remove(before);
                return Some(last - 1);
            }
            items[before].group = Some(both);
            items.remove(last);
            return Some(before);
        }
    }
    None
}

/// Whether a value is the caller's, or is read by a node that is in none of the groups.
fn is_read_outside(graph: &Graph, value: Value, groups: &[&Group]) -> bool {
    let is_inside = |node: &Node| {
        let result = node.results.first();
        result.is_some_and(|&result| groups.iter().any(|group| group.results().any(|member| member == result)))
    };
    graph.is_asked_for(value) || graph.nodes.iter().any(|node| node.operands.contains(&value) && !is_inside(node))
}

/// The node of an item: its own op where it is alone, unless that op has no kernel but the loop.
fn finished(graph: &Graph, item: Item) -> Node {
    let Some(group) = item.group else { return item.node };
    let is_plain_copy = match &item.node.op {
        Op::Map(map) => {
            let is_batched = |&value| graph.is_batched(value);
            map.function == Elementwise::Copy
                && map.layouts[0].iter().all(|&has| has)
                && item.node.operands.iter().all(is_batched) == item.node.results.iter().all(is_batched)
        }
        _ => true,
    };
    if group.members.len() == 1 && is_plain_copy {
        return item.node;
    }
    let outside = |value: Value| is_read_outside(graph, value, &[&group]);
    let looped: Loop = group.looped(&outside);
    let results = looped.stores.iter().map(|&step| group.members[step].2).collect();
    let operands = group.operands().into_iter().map(|(value, _)| value).collect();
    Node { op: Op::Loop(looped), operands, results, ..item.node }
}
