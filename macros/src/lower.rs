//! [`model`](crate::model) → [`ir`](crate::ir): calls become ops.

use crate::activation::{Activation, Kind};
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::ir::{Dropout, Graph, Map, Nested, Node, Op, Parameter, Product, Rearrange, Value, Walk};
use crate::layer::Layer;
use crate::model::{Call, Constant, Placed, Program, Var, What};
use crate::shape::Shape;

mod matmul;
mod statistic;

/// What the graph is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Training,
    /// Without what only training does.
    Inference,
}

/// The forward pass of a program. Several inputs are one row after the other in each sample, and so are several outputs.
pub fn lower(layers: &[Placed], program: &Program, mode: Mode) -> Graph {
    Lower::new(layers, program, mode, true).program(&program.outputs)
}

/// The values of these calls in use, one after the other in each sample.
pub fn lower_values(layers: &[Placed], program: &Program, values: &[Var]) -> Graph {
    Lower::new(layers, program, Mode::Inference, true).program(values)
}

/// A function of one sample, whose gradient is wanted with respect to some of its inputs.
pub fn lower_function(program: &Program, with: &[usize]) -> Graph {
    let mut lower = Lower::new(&[], program, Mode::Training, false);
    lower.with = Some(with.to_vec());
    lower.program(&program.outputs)
}

impl<'a> Lower<'a> {
    fn new(layers: &'a [Placed], program: &'a Program, mode: Mode, is_batched: bool) -> Self {
        let size: Dim = Shape::total(&program.inputs);
        let graph = Graph::new(size, is_batched);
        Self { graph, layers, program, mode, with: None, values: Vec::new(), drawn: Vec::new(), draws: 0 }
    }
}

impl Lower<'_> {
    fn program(mut self, outputs: &[Var]) -> Graph {
        for call in &self.program.calls {
            let value = self.call(call);
            self.values.push(value);
        }
        let outputs = outputs.iter().map(|output| self.values[output.0]).collect();
        let output = self.output(outputs);
        let mut graph = self.graph;
        graph.output = output;
        graph.forward = graph.nodes.len();
        graph.drop_unused();
        graph.verify();
        graph
    }
}

/// The state of lowering.
pub struct Lower<'a> {
    pub graph: Graph,
    layers: &'a [Placed],
    program: &'a Program,
    mode: Mode,
    /// The inputs whose gradients are wanted; of all, unless said.
    with: Option<Vec<usize>>,
    /// The value of each call so far.
    values: Vec<Value>,
    /// The layers that have drawn already.
    drawn: Vec<usize>,
    /// How many others have.
    draws: usize,
}

impl Lower<'_> {
    fn operand(&self, call: &Call, index: usize) -> Value {
        self.values[call.operands[index].0]
    }

    /// The shape of an operand.
    fn shape(&self, call: &Call, index: usize) -> &Shape {
        &self.program.call(call.operands[index]).shape
    }

    fn call(&mut self, call: &Call) -> Value {
        let name = call.name.as_str();
        match &call.what {
            What::Input(index) => self.input(*index, call),
            What::Layer(layer) => self.layer(*layer, call),
            What::Parameter(layer, field) => {
                let op = Op::Parameter(self.parameter(*layer, field));
                self.graph.push_as(op, vec![], name, call.shape.count(), false)
            }
            What::Constants(constants) => {
                let op = Op::Constants(constants.clone());
                self.graph.push_as(op, vec![], name, call.shape.count(), false)
            }
            What::Map(function) => {
                let operands: Vec<(Value, Shape)> = (0..call.operands.len())
                    .map(|index| (self.operand(call, index), self.shape(call, index).clone()))
                    .collect();
                let operands: Vec<(Value, &Shape)> = operands.iter().map(|(value, shape)| (*value, shape)).collect();
                self.map(function.clone(), &operands, &call.shape, name)
            }
            What::MatMul => {
                let (a, b) = (self.operand(call, 0), self.operand(call, 1));
                let (left, right) = (self.shape(call, 0).clone(), self.shape(call, 1).clone());
                self.matmul((a, &left), (b, &right), name)
            }
            What::Permute(order) => {
                let strides = self.shape(call, 0).strides();
                let strides = order.iter().map(|&axis| strides[axis].clone()).collect();
                let from = Walk { offset: Dim::from(0), strides };
                self.rearrange(self.operand(call, 0), call.shape.sizes(), from, name)
            }
            What::Reshape => self.operand(call, 0),
            What::Broadcast => {
                let (value, shape) = (self.operand(call, 0), self.shape(call, 0).clone());
                self.map(Elementwise::Copy, &[(value, &shape)], &call.shape, name)
            }
            What::Concat(axis) => self.concat(call, *axis),
            What::Slice { axis, start } => {
                let strides = self.shape(call, 0).strides();
                let from = Walk { offset: start * &strides[*axis], strides };
                self.rearrange(self.operand(call, 0), call.shape.sizes(), from, name)
            }
            What::Pad { axis, before } => {
                let shape = self.shape(call, 0).clone();
                let strides = call.shape.strides();
                let to = Walk { offset: before * &strides[*axis], strides };
                let from = Walk::whole(shape.sizes());
                let rearrange = Rearrange { dims: shape.sizes().to_vec(), from, to, is_sparse: true };
                self.graph.push(Op::Rearrange(rearrange), vec![self.operand(call, 0)], name, call.shape.count())
            }
            What::Reduce(statistic, axes) => {
                let (value, shape) = (self.operand(call, 0), self.shape(call, 0).clone());
                self.statistic(*statistic, value, &shape, axes, name)
            }
            What::Softmax { axis, log } => {
                let (value, shape) = (self.operand(call, 0), self.shape(call, 0).clone());
                self.softmax(value, &shape, *axis, *log, name)
            }
            What::Argmax(axis) => {
                let shape = self.shape(call, 0);
                let rows = shape.sizes()[..*axis].iter().product();
                let (size, inner) = (shape.sizes()[*axis].clone(), shape.sizes()[axis + 1..].iter().product());
                self.graph.push(Op::Argmax { rows, size, inner }, vec![self.operand(call, 0)], name, call.shape.count())
            }
            What::OneHot => {
                let op = Op::OneHot { depth: call.shape.last() };
                self.graph.push(op, vec![self.operand(call, 0)], name, call.shape.count())
            }
            What::Lookup(layer) => self.lookup(*layer, call),
            What::Dropout(rate) => {
                let number = self.draw(None);
                self.dropout(rate, number, self.operand(call, 0), name)
            }
            What::StopGradient => {
                self.graph.push(Op::StopGradient, vec![self.operand(call, 0)], name, call.shape.count())
            }
            What::Gradient => {
                let (of, with) = (self.operand(call, 0), self.operand(call, 1));
                crate::differentiate::gradient(&mut self.graph, of, with)
            }
        }
    }

    /// An input: the whole of each sample, or a part of it.
    fn input(&mut self, index: usize, call: &Call) -> Value {
        if self.program.inputs.len() == 1 {
            return self.graph.input;
        }
        let is_wanted = self.with.as_ref().is_none_or(|with| with.contains(&index));
        let offset = Shape::total(&self.program.inputs[..index]);
        let from = Walk { offset, strides: vec![Dim::from(1)] };
        let part = self.rearrange(self.graph.input, &[call.shape.count()], from, &call.name);
        if is_wanted {
            return part;
        }
        self.graph.push(Op::StopGradient, vec![part], &call.name, call.shape.count())
    }

    /// The outputs as one value of the batch, which no other op writes.
    fn output(&mut self, outputs: Vec<Value>) -> Value {
        let output = if let [single] = outputs.as_slice() {
            *single
        } else {
            let parts: Vec<Dim> = outputs.iter().map(|&output| self.graph.size(output).clone()).collect();
            let size = parts.iter().sum();
            self.graph.push(Op::Concat { outer: Dim::from(1), parts }, outputs, "y", size)
        };
        let is_batched = self.graph.is_batched(self.graph.input);
        let writer = self.graph.nodes.iter().find(|node| node.results.contains(&output));
        let is_computed = writer.is_some_and(|node| !matches!(node.op, Op::Constants(_) | Op::Parameter(_)));
        if !is_computed || self.graph.is_batched(output) != is_batched {
            return self.copy(output, "y");
        }
        output
    }

    /// A copy for each sample.
    fn copy(&mut self, value: Value, name: &str) -> Value {
        let size = self.graph.size(value).clone();
        let map = Map::new(Elementwise::Copy, std::slice::from_ref(&size), &[vec![true]]);
        let is_batched = self.graph.is_batched(self.graph.input);
        self.graph.push_as(Op::Map(map), vec![value], name, size, is_batched)
    }

    pub fn map(&mut self, function: Elementwise, operands: &[(Value, &Shape)], shape: &Shape, name: &str) -> Value {
        if let Elementwise::Activation(activation) = &function {
            return self.activate(activation, operands[0].0, shape, name);
        }
        let layouts: Vec<Vec<bool>> = operands.iter().map(|(_, operand)| layout(operand, shape)).collect();
        let map = Map::new(function, shape.sizes(), &layouts);
        let values = operands.iter().map(|(value, _)| *value).collect();
        self.graph.push(Op::Map(map), values, name, shape.count())
    }

    /// The values that a walk meets, one after the other.
    fn rearrange(&mut self, value: Value, dims: &[Dim], from: Walk, name: &str) -> Value {
        let rearrange = Rearrange { dims: dims.to_vec(), from, to: Walk::whole(dims), is_sparse: false };
        self.graph.push(Op::Rearrange(rearrange), vec![value], name, dims.iter().product())
    }

    fn concat(&mut self, call: &Call, axis: usize) -> Value {
        let sizes = call.shape.sizes();
        let outer = sizes[..axis].iter().product();
        let inner: Dim = sizes[axis + 1..].iter().product();
        let parts: Vec<Dim> =
            (0..call.operands.len()).map(|index| &self.shape(call, index).sizes()[axis] * &inner).collect();
        let operands = (0..call.operands.len()).map(|index| self.operand(call, index)).collect();
        self.graph.push(Op::Concat { outer, parts }, operands, &call.name, call.shape.count())
    }

    fn parameter(&self, layer: usize, field: &'static str) -> Parameter {
        let placed = &self.layers[layer];
        Parameter { layer: placed.name.clone(), field, is_frozen: placed.frozen }
    }

    fn lookup(&mut self, layer: usize, call: &Call) -> Value {
        let table = self.layers[layer].parameters().into_iter().next().expect("a table is a parameter");
        let (rows, width) = (table.shape.sizes()[0].clone(), table.shape.last());
        let op = Op::Lookup { table: self.parameter(layer, table.field), rows, width };
        self.graph.push(op, vec![self.operand(call, 0)], &call.name, call.shape.count())
    }

    /// The number of what draws, by which its random numbers differ from those of others: a layer's own when it is called
    /// first, and else the next one that no layer has.
    fn draw(&mut self, layer: Option<usize>) -> usize {
        if let Some(layer) = layer.filter(|layer| !self.drawn.contains(layer)) {
            self.drawn.push(layer);
            return layer;
        }
        self.draws += 1;
        self.layers.len() + self.draws - 1
    }

    fn dropout(&mut self, rate: &crate::decimal::Decimal, number: usize, x: Value, name: &str) -> Value {
        if self.mode == Mode::Inference || rate.is_zero() {
            return x;
        }
        let size = self.graph.size(x).clone();
        self.graph.push(Op::Dropout(Dropout { rate: rate.clone(), number }), vec![x], name, size)
    }

    fn layer(&mut self, layer: usize, call: &Call) -> Value {
        let (placed, x, name) = (&self.layers[layer], self.operand(call, 0), call.name.as_str());
        let input = self.shape(call, 0).clone();
        match &placed.layer {
            Layer::Dense(dense) => {
                let product = Product {
                    weight: self.parameter(layer, "weight"),
                    rows: input.rows(),
                    inputs: input.last(),
                    outputs: dense.output.clone(),
                };
                let is_linear = dense.activation.kind == Kind::Linear;
                let z_name = if is_linear { name.to_owned() } else { format!("{name}_z") };
                let size = call.shape.count();
                let mut z = self.graph.push(Op::MatMul(product), vec![x], &z_name, size.clone());
                if dense.bias {
                    let op = Op::AddBias { bias: self.parameter(layer, "bias"), outputs: dense.output.clone() };
                    z = self.graph.push(op, vec![z], z_name, size);
                }
                self.activate(&dense.activation, z, &call.shape, name)
            }
            Layer::Activation(activation) => self.activate(activation, x, &call.shape, name),
            Layer::Dropout(rate) => {
                let (rate, number) = (rate.clone(), self.draw(Some(layer)));
                self.dropout(&rate, number, x, name)
            }
            Layer::Embedding(_) => self.lookup(layer, call),
            Layer::Nested(nested) => {
                let x = if self.graph.is_batched(x) { x } else { self.copy(x, "x_for_each_sample") };
                let ty = nested.ty();
                let size = match self.mode {
                    Mode::Training => "TRAINING_WORKSPACE",
                    Mode::Inference => "INFERENCE_WORKSPACE",
                };
                let number = self.draw(Some(layer));
                let per_sample = nested.constant("Model", &format!("{size}.per_sample"));
                let workspace = format!("<{ty} as katachi::Model>::{size}");
                let op = Op::Nested(Nested { layer: placed.name.clone(), workspace, number, is_frozen: placed.frozen });
                let y = self.graph.value(name, call.shape.count(), true);
                let workspace = self.graph.value(format!("{name}_workspace"), per_sample, true);
                let results = vec![y, workspace];
                self.graph.nodes.push(Node { op, operands: vec![x], results, into: None, only_for_input: false });
                y
            }
            // The values stay as they are, row-major: nothing is computed.
            Layer::Flatten | Layer::Reshape(_) | Layer::Input(_) | Layer::Param(_) => x,
        }
    }

    /// Ops by row look at the innermost axis.
    fn activate(&mut self, activation: &Activation, z: Value, shape: &Shape, name: &str) -> Value {
        if activation.kind == Kind::Linear {
            return z;
        }
        let op = Op::Activate { activation: activation.clone(), rows: shape.rows(), width: shape.last() };
        self.graph.push(op, vec![z], name, shape.count())
    }

    /// Numbers of a formula, as a scalar.
    pub fn constant(&mut self, constant: Constant) -> Value {
        self.graph.push_as(Op::Constants(vec![constant]), vec![], "constant", Dim::from(1), false)
    }
}

/// The axes of `shape` that an operand has.
fn layout(operand: &Shape, shape: &Shape) -> Vec<bool> {
    let missing = shape.rank() - operand.rank();
    let has = |axis: usize| axis >= missing && operand.sizes()[axis - missing] == shape.sizes()[axis];
    (0..shape.rank()).map(has).collect()
}
