//! The graph of ops in SSA form: each value is written once, by one op.
//!
//! A value is *batched* (n samples follow each other) or *shared* (one array for the whole batch: parameters, constants,
//! and what is computed from them alone). Values are row-major and flat; the shapes that an op needs stand in the op, so
//! another shape of the same values costs nothing. A [`Graph`] is one straight line, the forward pass first and then, once
//! [`differentiate`](crate::differentiate) has run, the backward pass.

use crate::decimal::Decimal;
use crate::dim::Dim;

mod op;
mod print;
mod verify;

pub use op::{Contract, Factor, Loop, Map, Nested, Op, Parameter, Product, Rearrange, Reduce, Reduction, Source, Walk};

/// A value: what one op writes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Value(pub usize);

/// An op with its operands and its results.
#[derive(Clone)]
pub struct Node {
    pub op: Op,
    pub operands: Vec<Value>,
    /// None for an op that only writes the gradient of a parameter.
    pub results: Vec<Value>,
    /// The parameter whose gradient the op writes.
    pub into: Option<Parameter>,
    /// Whether it is computed only for the gradient of the model's input, which is seldom asked for.
    pub only_for_input: bool,
}

/// What is known of a value.
#[derive(Clone)]
pub struct Info {
    /// A name for the generated code: `hidden1`, `d_hidden1`.
    pub name: String,
    /// How many numbers one sample has, or all of it if it is shared.
    pub size: Dim,
    pub is_batched: bool,
}

/// A pass, or a forward and a backward pass.
pub struct Graph {
    pub values: Vec<Info>,
    pub nodes: Vec<Node>,
    /// How many of the nodes are the forward pass.
    pub forward: usize,
    pub input: Value,
    pub output: Value,
    /// The gradients of output and input, once there is a backward pass.
    pub gradients: Option<Gradients>,
}

/// The values that a backward pass is given and asked for.
#[derive(Clone, Copy)]
pub struct Gradients {
    pub output: Value,
    /// Nothing where the output does not depend on the input.
    pub input: Option<Value>,
}

impl Graph {
    /// A graph without ops, whose output is its input.
    pub fn new(input_size: Dim, is_batched: bool) -> Self {
        let values = vec![Info { name: "x".to_owned(), size: input_size, is_batched }];
        Self { values, nodes: Vec::new(), forward: 0, input: Value(0), output: Value(0), gradients: None }
    }

    pub fn value(&mut self, name: impl Into<String>, size: Dim, is_batched: bool) -> Value {
        // A raw identifier, `r#type`, is a part of longer names here.
        let name = name.into().replace("r#", "");
        self.values.push(Info { name, size, is_batched });
        Value(self.values.len() - 1)
    }

    pub fn size(&self, value: Value) -> &Dim {
        &self.values[value.0].size
    }

    pub fn name(&self, value: Value) -> &str {
        &self.values[value.0].name
    }

    pub fn is_batched(&self, value: Value) -> bool {
        self.values[value.0].is_batched
    }

    /// Appends an op that writes a new value, batched if one of its operands is.
    pub fn push(&mut self, op: Op, operands: Vec<Value>, name: impl Into<String>, size: Dim) -> Value {
        let is_batched = operands.iter().any(|&operand| self.is_batched(operand));
        self.push_as(op, operands, name, size, is_batched)
    }

    /// Appends an op that writes a new value.
    pub fn push_as(
        &mut self,
        op: Op,
        operands: Vec<Value>,
        name: impl Into<String>,
        size: Dim,
        is_batched: bool,
    ) -> Value {
        let result = self.value(name, size, is_batched);
        self.nodes.push(Node { op, operands, results: vec![result], into: None, only_for_input: false });
        result
    }

    /// Appends an op that writes the gradient of a parameter.
    pub fn push_into(&mut self, op: Op, operands: Vec<Value>, parameter: Parameter) {
        let node = Node { op, operands, results: Vec::new(), into: Some(parameter), only_for_input: false };
        self.nodes.push(node);
    }

    /// The number of the last node that reads a value.
    pub fn last_use(&self, value: Value) -> Option<usize> {
        self.nodes.iter().rposition(|node| node.operands.contains(&value))
    }

    /// The values that are the caller's: those that a pass is asked for.
    pub fn is_asked_for(&self, value: Value) -> bool {
        value == self.output || self.gradients.is_some_and(|gradients| gradients.input == Some(value))
    }

    /// Drops the nodes that nothing needs.
    pub fn drop_unused(&mut self) {
        let mut needed = vec![false; self.values.len()];
        needed[self.output.0] = true;
        if let Some(Gradients { input: Some(input), .. }) = self.gradients {
            needed[input.0] = true;
        }
        let mut keep = vec![false; self.nodes.len()];
        for (number, node) in self.nodes.iter().enumerate().rev() {
            keep[number] = node.into.is_some() || node.results.iter().any(|result| needed[result.0]);
            if keep[number] {
                for operand in &node.operands {
                    needed[operand.0] = true;
                }
            }
        }
        let forward = keep[..self.forward].iter().filter(|&&keep| keep).count();
        let mut number = 0;
        self.nodes.retain(|_| {
            number += 1;
            keep[number - 1]
        });
        self.forward = forward;
    }
}

/// A dropout: the share of values that are dropped, and the number that its mask is drawn from.
#[derive(Clone, PartialEq, Debug)]
pub struct Dropout {
    pub rate: Decimal,
    pub number: usize,
}
