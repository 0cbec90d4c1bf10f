//! [`model`](crate::model) → [`ir`](crate::ir): layers become ops.

use crate::activation::{Activation, Kind};
use crate::ir::{Graph, Op, Parameter, Product, Value};
use crate::layer::Layer;
use crate::model::{Model, Placed};

/// What the graph is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Training,
    /// Without what only training does.
    Inference,
}

/// The forward pass of a model.
pub fn lower(model: &Model, mode: Mode) -> Graph {
    let mut graph = Graph::new(model.input.count());
    let mut value = graph.input;
    for (index, placed) in model.layers.iter().enumerate() {
        value = layer(&mut graph, placed, index, mode, value);
    }
    if value == graph.input {
        value = graph.push(Op::Copy, vec![value], "y", model.input.count());
    }
    graph.output = value;
    graph.forward = graph.nodes.len();
    graph.verify();
    graph
}

fn layer(graph: &mut Graph, placed: &Placed, index: usize, mode: Mode, x: Value) -> Value {
    let (name, size) = (&placed.name, placed.output.count());
    match &placed.layer {
        Layer::Dense(dense) => {
            let parameter = |field| Parameter { layer: name.clone(), field };
            let product = Product {
                weight: parameter("weight"),
                rows: placed.input.rows(),
                inputs: placed.input.last(),
                outputs: dense.output,
            };
            let z_name = if dense.activation.kind == Kind::Linear { name.clone() } else { format!("{name}_z") };
            let mut z = graph.push(Op::MatMul(product), vec![x], &z_name, size);
            if dense.bias {
                let op = Op::AddBias { bias: parameter("bias"), outputs: dense.output };
                z = graph.push(op, vec![z], z_name, size);
            }
            activate(graph, &dense.activation, placed, z)
        }
        Layer::Activation(activation) => activate(graph, activation, placed, x),
        Layer::Dropout(rate) if mode == Mode::Training && !rate.is_zero() => {
            graph.push(Op::Dropout { rate: rate.clone(), layer: index }, vec![x], name, size)
        }
        // The values stay as they are, row-major: nothing is computed.
        Layer::Dropout(_) | Layer::Flatten | Layer::Reshape(_) | Layer::Input(_) => x,
    }
}

fn activate(graph: &mut Graph, activation: &Activation, placed: &Placed, z: Value) -> Value {
    if activation.kind == Kind::Linear {
        return z;
    }
    let op = Op::Activate { activation: activation.clone(), width: placed.output.last() };
    graph.push(op, vec![z], &placed.name, placed.output.count())
}
