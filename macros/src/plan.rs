//! Graph → [`Plan`]: which buffer holds which value.
//!
//! An elementwise op writes over its operand where nobody reads that later. Values whose lives do not meet share a
//! buffer; the largest are placed first (greedy by size, Pisarchyk and Lee, arXiv 2001.03288). Input, output and their
//! gradients are the caller's.

use crate::ir::{Graph, Op, Value};

/// A graph with a place for each of its values.
pub struct Plan {
    pub graph: Graph,
    /// Where each value is kept, by its number; nothing for a value that fusion removed.
    pub places: Vec<Option<Place>>,
    /// The name of the variable that holds each value in the generated code; values that are written over each other
    /// have one.
    pub variables: Vec<String>,
    /// The buffers of the workspace, in the order in which they are first written.
    pub buffers: Vec<Buffer>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// The caller's `x`, which is read only.
    Input,
    /// The caller's `y`.
    Output,
    /// The caller's `dy`, which may be overwritten.
    OutputGradient,
    /// The caller's `dx`.
    InputGradient,
    /// A buffer of the workspace.
    Buffer(usize),
}

pub struct Buffer {
    /// How many numbers it holds for each sample.
    pub size: usize,
    /// The variables that are kept in it, one after the other.
    pub variables: Vec<String>,
    /// The first node that writes to it.
    pub first: usize,
}

impl Plan {
    pub fn place(&self, value: Value) -> Place {
        self.places[value.0].expect("a value of the graph has a place")
    }

    /// How many numbers of workspace one sample needs.
    pub fn size(&self) -> usize {
        self.buffers.iter().map(|buffer| buffer.size).sum()
    }

    /// The buffers that the forward pass needs: they come first.
    pub fn forward_buffers(&self) -> &[Buffer] {
        let count = self.buffers.iter().take_while(|buffer| buffer.first < self.graph.forward).count();
        &self.buffers[..count]
    }
}

/// Values that share their memory from the first op to the last, because each is written over the one before.
struct Chain {
    values: Vec<Value>,
    place: Option<Place>,
    size: usize,
    first: usize,
    last: usize,
}

pub fn plan(graph: Graph) -> Plan {
    let mut chains = chains(&graph);
    let mut buffers: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut order: Vec<usize> = (0..chains.len()).filter(|&chain| chains[chain].place.is_none()).collect();
    order.sort_by_key(|&chain| (std::cmp::Reverse(chains[chain].size), chains[chain].first));
    for chain in order {
        let is_free =
            |other: &usize| chains[*other].last < chains[chain].first || chains[chain].last < chains[*other].first;
        match buffers.iter_mut().find(|(_, members)| members.iter().all(is_free)) {
            Some((_, members)) => members.push(chain),
            None => buffers.push((chains[chain].size, vec![chain])),
        }
    }
    for (_, members) in &mut buffers {
        members.sort_by_key(|&chain| chains[chain].first);
    }
    buffers.sort_by_key(|(_, members)| chains[members[0]].first);

    for (number, (_, members)) in buffers.iter().enumerate() {
        for &chain in members {
            chains[chain].place = Some(Place::Buffer(number));
        }
    }
    let mut places = vec![None; graph.values.len()];
    let mut variables = vec![String::new(); graph.values.len()];
    let mut names: Vec<String> = Vec::new();
    for chain in &chains {
        let name = match chain.place.expect("each chain was given a place") {
            Place::Input => "x".to_owned(),
            Place::Output => "y".to_owned(),
            Place::OutputGradient => "dy".to_owned(),
            Place::InputGradient => "dx".to_owned(),
            Place::Buffer(_) => variable(graph.name(chain.values[0]), &names),
        };
        for value in &chain.values {
            places[value.0] = chain.place;
            variables[value.0].clone_from(&name);
        }
        names.push(name);
    }
    let buffers = buffers
        .into_iter()
        .map(|(size, members)| Buffer {
            size,
            first: chains[members[0]].first,
            variables: members.iter().map(|&chain| names[chain].clone()).collect(),
        })
        .collect();
    Plan { graph, places, variables, buffers }
}

/// A name that no other variable of the generated functions has.
fn variable(name: &str, taken: &[String]) -> String {
    const OTHERS: [&str; 8] = ["n", "x", "y", "dx", "dy", "workspace", "gradient", "pass"];
    let is_buffer =
        |name: &str| name.strip_prefix("buffer").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    let is_free = |name: &str| !OTHERS.contains(&name) && !is_buffer(name) && taken.iter().all(|other| other != name);
    let mut name = name.to_owned();
    while !is_free(&name) || syn::parse_str::<syn::Ident>(&name).is_err() {
        name.push('_');
    }
    name
}

fn chains(graph: &Graph) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    let mut chain_of = vec![usize::MAX; graph.values.len()];
    let start = |chains: &mut Vec<Chain>, chain_of: &mut Vec<usize>, value: Value, first: usize| {
        chain_of[value.0] = chains.len();
        let last = graph.last_use(value).unwrap_or(first);
        chains.push(Chain { values: vec![value], place: callers(graph, value), size: graph.size(value), first, last });
    };
    start(&mut chains, &mut chain_of, graph.input, 0);
    if let Some(gradients) = graph.gradients {
        start(&mut chains, &mut chain_of, gradients.output, graph.forward);
    }
    for (number, node) in graph.nodes.iter().enumerate() {
        let Some(result) = node.result else { continue };
        let place = callers(graph, result);
        let over = node.operands[0];
        let chain = &mut chains[chain_of[over.0]];
        let can_write_over = is_elementwise(&node.op)
            && graph.last_use(over) == Some(number)
            && over != graph.output
            && chain.place != Some(Place::Input)
            && (place.is_none() || chain.place.is_none());
        if can_write_over {
            chain.values.push(result);
            chain.place = chain.place.or(place);
            chain.last = graph.last_use(result).unwrap_or(number);
            chain_of[result.0] = chain_of[over.0];
        } else {
            start(&mut chains, &mut chain_of, result, number);
        }
    }
    chains
}

/// The caller's buffer for a value that the caller gives or asks for.
fn callers(graph: &Graph, value: Value) -> Option<Place> {
    match graph.gradients {
        _ if value == graph.input => Some(Place::Input),
        _ if value == graph.output => Some(Place::Output),
        Some(gradients) if value == gradients.output => Some(Place::OutputGradient),
        Some(gradients) if value == gradients.input => Some(Place::InputGradient),
        _ => None,
    }
}

/// Ops whose kernels work in place.
fn is_elementwise(op: &Op) -> bool {
    matches!(op, Op::Activate { .. } | Op::ActivateAdjoint { .. } | Op::Dropout { .. })
}
