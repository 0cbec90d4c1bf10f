//! Graph → [`Plan`]: which buffer holds which value.
//!
//! An elementwise op writes over its operand where nobody reads that later. Values whose lives do not meet share a
//! buffer; the largest are placed first (greedy by size, Pisarchyk and Lee, arXiv 2001.03288). Input, output and their
//! gradients are the caller's.

use std::collections::HashMap;

use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::ir::{Graph, Map, Node, Op, Parameter, Value};
use crate::model::Constant;

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

#[derive(Clone, PartialEq, Debug)]
pub enum Place {
    /// The caller's `x`, which is read only.
    Input,
    /// The caller's `y`.
    Output,
    /// The caller's `dy`, which may be overwritten.
    OutputGradient,
    /// The caller's `dx`.
    InputGradient,
    /// A field of the model.
    Parameter(Parameter),
    /// Numbers in the code.
    Constants(Vec<Constant>),
    /// A buffer of the workspace.
    Buffer(usize),
}

pub struct Buffer {
    /// How many numbers it holds, for each sample if it is batched.
    pub size: Dim,
    pub is_batched: bool,
    /// The size of another model's workspace, as code, if it is one.
    pub nested: Option<String>,
    /// The variables that are kept in it, one after the other.
    pub variables: Vec<String>,
    /// The first node that writes to it.
    pub first: usize,
}

impl Plan {
    pub fn place(&self, value: Value) -> &Place {
        self.places[value.0].as_ref().expect("a value of the graph has a place")
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
    size: Dim,
    is_batched: bool,
    nested: Option<String>,
    first: usize,
    last: usize,
}

impl Chain {
    fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

pub fn plan(graph: Graph) -> Plan {
    let mut chains = chains(&graph);
    let buffers = shared(&mut chains);

    let mut places = vec![None; graph.values.len()];
    let mut variables = vec![String::new(); graph.values.len()];
    let mut names: Names = Names::default();
    let mut of_chain: Vec<String> = Vec::new();
    for chain in &chains {
        let place = chain.place.clone().expect("each chain was given a place");
        let name = match place {
            Place::Input => "x".to_owned(),
            Place::Output => "y".to_owned(),
            Place::OutputGradient => "dy".to_owned(),
            Place::InputGradient => "dx".to_owned(),
            Place::Parameter(_) => String::new(),
            Place::Buffer(_) | Place::Constants(_) => names.make(graph.name(chain.values[0])),
        };
        for value in &chain.values {
            places[value.0].clone_from(&chain.place);
            variables[value.0].clone_from(&name);
        }
        of_chain.push(name);
    }
    let buffers = buffers
        .into_iter()
        .map(|(size, members)| Buffer {
            size,
            is_batched: chains[members[0]].is_batched,
            nested: chains[members[0]].nested.clone(),
            first: chains[members[0]].first,
            variables: members.iter().map(|&chain| of_chain[chain].clone()).collect(),
        })
        .collect();
    Plan { graph, places, variables, buffers }
}

/// Gives each chain without a place a buffer; the sizes of the buffers and the chains in each, in the order of their use.
fn shared(chains: &mut [Chain]) -> Vec<(Dim, Vec<usize>)> {
    let mut buffers: Vec<(Dim, Vec<usize>)> = Vec::new();
    let mut order: Vec<usize> = (0..chains.len()).filter(|&chain| chains[chain].place.is_none()).collect();
    order.sort_by_key(|&chain| (std::cmp::Reverse(chains[chain].size.guess(64)), chains[chain].first));
    for chain in order {
        let mine = &chains[chain];
        let fits = |(size, members): &&mut (Dim, Vec<usize>)| {
            let other = &chains[members[0]];
            other.is_batched == mine.is_batched
                && other.nested == mine.nested
                && size.minus(&mine.size).is_some()
                && members.iter().all(|&member| !chains[member].meets(mine))
        };
        match buffers.iter_mut().find(fits) {
            Some((_, members)) => members.push(chain),
            None => buffers.push((mine.size.clone(), vec![chain])),
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
    buffers
}

/// Names of variables, each once.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    /// A name that no other variable of the generated functions has.
    fn make(&mut self, name: &str) -> String {
        const OTHERS: [&str; 9] = ["n", "x", "y", "dx", "dy", "workspace", "gradient", "pass", "write"];
        let is_buffer =
            |name: &str| name.strip_prefix("buffer").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        let mut name = name.to_owned();
        while OTHERS.contains(&name.as_str()) || is_buffer(&name) || syn::parse_str::<syn::Ident>(&name).is_err() {
            name.push('_');
        }
        loop {
            let count = self.0.entry(name.clone()).or_default();
            *count += 1;
            if *count == 1 {
                return name;
            }
            name = format!("{name}_{count}");
        }
    }
}

fn chains(graph: &Graph) -> Vec<Chain> {
    let mut chains = Chains { graph, list: Vec::new(), of: vec![usize::MAX; graph.values.len()] };
    chains.start(graph.input, 0, None);
    if let Some(gradients) = graph.gradients {
        chains.start(gradients.output, graph.forward, None);
    }
    for (number, node) in graph.nodes.iter().enumerate() {
        let mut taken: Vec<Value> = Vec::new();
        for (output, &result) in node.results.iter().enumerate() {
            let over = (0..node.operands.len()).find(|&operand| {
                let value = node.operands[operand];
                !taken.contains(&value) && chains.may_write_over(node, number, operand, output)
            });
            match over {
                Some(operand) => {
                    taken.push(node.operands[operand]);
                    chains.extend(node.operands[operand], result, number);
                }
                None => chains.start(result, number, Some(&node.op)),
            }
        }
    }
    chains.list
}

struct Chains<'a> {
    graph: &'a Graph,
    list: Vec<Chain>,
    of: Vec<usize>,
}

impl Chains<'_> {
    fn start(&mut self, value: Value, first: usize, op: Option<&Op>) {
        let graph = self.graph;
        let place = match op {
            Some(Op::Parameter(parameter)) => Some(Place::Parameter(parameter.clone())),
            Some(Op::Constants(constants)) => Some(Place::Constants(constants.clone())),
            _ => callers(graph, value),
        };
        let nested = match op {
            Some(Op::Nested(nested)) if graph.nodes[first].results.get(1) == Some(&value) => {
                Some(nested.workspace.clone())
            }
            _ => None,
        };
        self.of[value.0] = self.list.len();
        self.list.push(Chain {
            values: vec![value],
            place,
            size: graph.size(value).clone(),
            is_batched: graph.is_batched(value),
            nested,
            first,
            last: graph.last_use(value).unwrap_or(first).max(first),
        });
    }

    fn extend(&mut self, over: Value, result: Value, number: usize) {
        let place = callers(self.graph, result);
        let chain = &mut self.list[self.of[over.0]];
        chain.values.push(result);
        chain.place = chain.place.take().or(place);
        chain.last = self.graph.last_use(result).unwrap_or(number).max(number);
        self.of[result.0] = self.of[over.0];
    }

    /// Whether a result can take the place of an operand that nobody reads later.
    fn may_write_over(&self, node: &Node, number: usize, operand: usize, output: usize) -> bool {
        let (over, result) = (node.operands[operand], node.results[output]);
        let graph = self.graph;
        let chain = &self.list[self.of[over.0]];
        let works_in_place = match &node.op {
            Op::Activate { .. } | Op::ActivateAdjoint { .. } | Op::Dropout(_) => operand == 0,
            Op::Map(Map { function: Elementwise::Copy, .. }) => true,
            Op::Loop(steps) => steps.may_write_over(operand, output),
            _ => false,
        };
        works_in_place
            && graph.last_use(over) == Some(number)
            && !graph.is_asked_for(over)
            && graph.size(over) == graph.size(result)
            && graph.is_batched(over) == graph.is_batched(result)
            && !matches!(chain.place, Some(Place::Input | Place::Parameter(_) | Place::Constants(_)))
            && (chain.place.is_none() || callers(graph, result).is_none())
            // The caller gives no place for the gradient of the input before all else is done.
            && (callers(graph, result) != Some(Place::InputGradient) || graph.nodes[chain.first].only_for_input)
            && node.operands.iter().filter(|other| self.of[other.0] == self.of[over.0]).count() == 1
    }
}

/// The caller's buffer for a value that the caller gives or asks for.
fn callers(graph: &Graph, value: Value) -> Option<Place> {
    match graph.gradients {
        _ if value == graph.input => Some(Place::Input),
        _ if value == graph.output => Some(Place::Output),
        Some(gradients) if value == gradients.output => Some(Place::OutputGradient),
        Some(gradients) if Some(value) == gradients.input => Some(Place::InputGradient),
        _ => None,
    }
}
