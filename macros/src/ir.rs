//! The graph of ops in SSA form: each value is written once, by one op.
//!
//! Shapes are those of one sample; every op works on a whole batch. A [`Graph`] is one straight line, the forward pass
//! first and then, once [`differentiate`](crate::differentiate) has run, the backward pass.

use std::fmt;

use crate::activation::Activation;
use crate::decimal::Decimal;

/// A value: what one op writes, for each sample of a batch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Value(pub usize);

/// A parameter: the layer's name and the field of its struct, as in `hidden1.weight`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    pub layer: String,
    pub field: &'static str,
}

/// A product of each row of a sample with a weight `[inputs, outputs]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Product {
    pub weight: Parameter,
    /// Rows in one sample: 1, unless the layer works on the innermost of several dimensions.
    pub rows: usize,
    pub inputs: usize,
    pub outputs: usize,
}

/// What an op computes from its operands, which stand in [`Node::operands`].
#[derive(Clone)]
pub enum Op {
    /// The same values: for a model without ops.
    Copy,
    /// x · W
    MatMul(Product),
    /// x + b, for each row
    AddBias { bias: Parameter, outputs: usize },
    /// f(x)
    Activate { activation: Activation, width: usize },
    /// x ⊙ mask / (1 - rate); the mask is drawn from the number of the layer. It is its own adjoint.
    Dropout { rate: Decimal, layer: usize },
    /// f(x · W + b), in one kernel
    Dense { product: Product, bias: Option<Parameter>, activation: Activation },
    /// ∂W = xᵀ · dz, from x and dz
    WeightAdjoint(Product),
    /// ∂b = Σ dz, from dz
    BiasAdjoint { bias: Parameter, outputs: usize },
    /// dx = dz · Wᵀ, from dz
    MatMulAdjoint(Product),
    /// dx = dy ⊙ f'(…), from dy and what the activation saves
    ActivateAdjoint { activation: Activation, width: usize },
}

/// An op with its operands and its result.
#[derive(Clone)]
pub struct Node {
    pub op: Op,
    pub operands: Vec<Value>,
    /// Nothing for an op that writes the gradient of a parameter.
    pub result: Option<Value>,
    /// Whether it is computed only for the gradient of the model's input, which is seldom asked for.
    pub only_for_input: bool,
}

/// What is known of a value.
#[derive(Clone)]
pub struct Info {
    /// A name for the generated code: `hidden1`, `d_hidden1`.
    pub name: String,
    /// How many numbers one sample has.
    pub size: usize,
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
    pub input: Value,
}

impl Graph {
    /// A graph without ops, whose output is its input.
    pub fn new(input_size: usize) -> Self {
        let values = vec![Info { name: "x".to_owned(), size: input_size }];
        Self { values, nodes: Vec::new(), forward: 0, input: Value(0), output: Value(0), gradients: None }
    }

    pub fn value(&mut self, name: impl Into<String>, size: usize) -> Value {
        self.values.push(Info { name: name.into(), size });
        Value(self.values.len() - 1)
    }

    pub fn size(&self, value: Value) -> usize {
        self.values[value.0].size
    }

    pub fn name(&self, value: Value) -> &str {
        &self.values[value.0].name
    }

    /// Appends an op that writes a new value.
    pub fn push(&mut self, op: Op, operands: Vec<Value>, name: impl Into<String>, size: usize) -> Value {
        let result = self.value(name, size);
        self.nodes.push(Node { op, operands, result: Some(result), only_for_input: false });
        result
    }

    /// The number of the last node that reads a value.
    pub fn last_use(&self, value: Value) -> Option<usize> {
        self.nodes.iter().rposition(|node| node.operands.contains(&value))
    }

    /// Panics unless each value is written once, before it is read, and has the size that its op gives: run between
    /// the passes in tests and debug builds.
    pub fn verify(&self) {
        let mut written = vec![false; self.values.len()];
        written[self.input.0] = true;
        if let Some(gradients) = self.gradients {
            written[gradients.output.0] = true;
        }
        for node in &self.nodes {
            for operand in &node.operands {
                assert!(written[operand.0], "{self}\n%{} is read before it is written", operand.0);
            }
            let sizes: Vec<usize> = node.operands.iter().map(|&operand| self.size(operand)).collect();
            let expected = match &node.op {
                Op::Copy | Op::AddBias { .. } | Op::Activate { .. } | Op::Dropout { .. } => Some(sizes[0]),
                Op::MatMul(product) | Op::Dense { product, .. } => {
                    assert_eq!(sizes[0], product.rows * product.inputs, "{self}");
                    Some(product.rows * product.outputs)
                }
                Op::MatMulAdjoint(product) => {
                    assert_eq!(sizes[0], product.rows * product.outputs, "{self}");
                    Some(product.rows * product.inputs)
                }
                Op::ActivateAdjoint { .. } => {
                    assert!(sizes.iter().all(|&size| size == sizes[0]), "{self}");
                    Some(sizes[0])
                }
                Op::WeightAdjoint(product) => {
                    assert_eq!(sizes, [product.rows * product.inputs, product.rows * product.outputs], "{self}");
                    None
                }
                Op::BiasAdjoint { .. } => None,
            };
            assert_eq!(node.result.map(|result| self.size(result)), expected, "{self}");
            if let Some(result) = node.result {
                assert!(!std::mem::replace(&mut written[result.0], true), "{self}\n%{} is written twice", result.0);
            }
        }
        assert!(written[self.output.0], "{self}\nthe output is never written");
        if let Some(gradients) = self.gradients {
            assert!(written[gradients.input.0], "{self}\nthe gradient of the input is never written");
        }
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let print = |value: &Value| format!("%{}", value.0);
        writeln!(f, "x = {}, y = {}", print(&self.input), print(&self.output))?;
        for (number, node) in self.nodes.iter().enumerate() {
            if number == self.forward {
                let gradients = self.gradients.expect("a backward pass has gradients");
                writeln!(f, "dy = {}, dx = {}", print(&gradients.output), print(&gradients.input))?;
            }
            if let Some(result) = node.result {
                write!(f, "  {} {}[{}] = ", print(&result), self.name(result), self.size(result))?;
            } else {
                write!(f, "  ")?;
            }
            let operands: Vec<String> = node.operands.iter().map(print).collect();
            write!(f, "{}({})", node.op, operands.join(", "))?;
            writeln!(f, "{}", if node.only_for_input { "  only for dx" } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Copy => write!(f, "copy"),
            Self::MatMul(product) => write!(f, "matmul {}", product.weight),
            Self::AddBias { bias, .. } => write!(f, "add {bias}"),
            Self::Activate { activation, .. } => write!(f, "{activation}"),
            Self::Dropout { rate, layer } => write!(f, "dropout {rate} #{layer}"),
            Self::Dense { product, bias, activation } => {
                write!(f, "dense {}", product.weight)?;
                if let Some(bias) = bias {
                    write!(f, " {bias}")?;
                }
                write!(f, " {activation}")
            }
            Self::WeightAdjoint(product) => write!(f, "gradient of {}", product.weight),
            Self::BiasAdjoint { bias, .. } => write!(f, "gradient of {bias}"),
            Self::MatMulAdjoint(product) => write!(f, "matmul {} transposed", product.weight),
            Self::ActivateAdjoint { activation, .. } => write!(f, "adjoint of {activation}"),
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.layer, self.field)
    }
}
