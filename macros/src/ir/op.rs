//! The ops. What each computes stands here; the size of its result in `verify`, its derivative in `differentiate`, its
//! kernel in `emit`.

use super::Dropout;
use crate::activation::Activation;
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::model::Constant;

/// A parameter: the layer's name and the field of its struct, as in `hidden1.weight`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Parameter {
    pub layer: String,
    /// Empty where the layer is its parameter.
    pub field: &'static str,
    /// Whether training leaves it alone.
    pub is_frozen: bool,
}

/// What an op computes from its operands, which stand in the node.
#[derive(Clone)]
pub enum Op {
    /// A parameter as it stands.
    Parameter(Parameter),
    /// Numbers that the generated code holds.
    Constants(Vec<Constant>),
    /// x · W
    MatMul(Product),
    /// x + b, for each row
    AddBias { bias: Parameter, outputs: Dim },
    /// f(x), for rows of `width` values
    Activate { activation: Activation, rows: Dim, width: Dim },
    /// x ⊙ mask / (1 - rate). It is its own adjoint.
    Dropout(Dropout),
    /// f(x · W + b), in one kernel
    Dense { product: Product, bias: Option<Parameter>, activation: Activation },
    /// ∂W = xᵀ · dz, from x and dz
    WeightAdjoint(Product),
    /// ∂b = Σ dz, from dz
    BiasAdjoint { outputs: Dim },
    /// dx = dz · Wᵀ, from dz
    MatMulAdjoint(Product),
    /// dx = dy ⊙ f'(…), from dy and what the activation saves
    ActivateAdjoint { activation: Activation, width: Dim },
    /// A function of each value by itself.
    Map(Map),
    /// Several such functions in one loop.
    Loop(Loop),
    /// Sums, or largest or smallest values, over axes.
    Reduce(Reduce),
    /// The index of the largest value over one axis, of `[rows, size, inner]`.
    Argmax { rows: Dim, size: Dim, inner: Dim },
    /// Values moved to other places; zeros where none goes. Its adjoint moves them back.
    Rearrange(Rearrange),
    /// Rows of several operands, one after the other: of `outer` rows each.
    Concat { outer: Dim, parts: Vec<Dim> },
    /// c = a · b, for stacks of matrices.
    Contract(Contract),
    /// Rows of a parameter `[rows, width]` by their numbers.
    Lookup { table: Parameter, rows: Dim, width: Dim },
    /// ∂table: each row of dy is added to the row of its number, from the numbers and dy.
    LookupAdjoint { rows: Dim, width: Dim },
    /// 1 at an index, 0 elsewhere.
    OneHot { depth: Dim },
    /// Another model. Its second result is its workspace.
    Nested(Nested),
    /// The gradients of another model's parameters and of its input, from x, y, dy and its workspace.
    NestedAdjoint(Nested),
    /// The same values, which no gradient passes.
    StopGradient,
    /// The gradient of a parameter is this value.
    Store,
}

/// A product of each row of a sample with a weight `[inputs, outputs]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Product {
    pub weight: Parameter,
    /// Rows in one sample: 1, unless the layer works on the innermost of several dimensions.
    pub rows: Dim,
    pub inputs: Dim,
    pub outputs: Dim,
}

/// A function of each value by itself, over the indices of `dims`.
#[derive(Clone, PartialEq, Debug)]
pub struct Map {
    pub function: Elementwise,
    pub dims: Vec<Dim>,
    /// For each operand, the axes that it has; it is repeated along the others.
    pub layouts: Vec<Vec<bool>>,
}

/// Functions one after the other, over the indices of `dims`. The results are those of the steps in `stores`.
#[derive(Clone, PartialEq, Debug)]
pub struct Loop {
    pub dims: Vec<Dim>,
    pub layouts: Vec<Vec<bool>>,
    pub steps: Vec<(Elementwise, Vec<Source>)>,
    pub stores: Vec<usize>,
}

/// Where a step of a [`Loop`] takes a value from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// An operand, by its number.
    Operand(usize),
    /// An earlier step, by its number.
    Step(usize),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reduce {
    pub reduction: Reduction,
    pub dims: Vec<Dim>,
    pub reduced: Vec<bool>,
    /// Whether the samples are summed too; then the result is shared.
    pub over_samples: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reduction {
    Sum,
    Maximum,
    Minimum,
}

/// For each index of `dims`, the place that a value is taken from and the place that it is put to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rearrange {
    pub dims: Vec<Dim>,
    pub from: Walk,
    pub to: Walk,
    /// Whether places of the result get no value: those are 0.
    pub is_sparse: bool,
}

/// Places in an array: the first, and how far apart they are along each axis.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Walk {
    pub offset: Dim,
    pub strides: Vec<Dim>,
}

/// `stack` products of `[rows, depth]` by `[depth, columns]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contract {
    pub stack: Dim,
    pub rows: Dim,
    pub depth: Dim,
    pub columns: Dim,
    pub a: Factor,
    pub b: Factor,
    /// Whether the result has a matrix for each of the stack, not their sum.
    pub is_stacked: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Factor {
    /// Whether the matrix is stored with its axes exchanged.
    pub is_transposed: bool,
    /// Whether there is a matrix for each of the stack, not one for all.
    pub is_stacked: bool,
}

/// Another model as a layer.
#[derive(Clone, Debug)]
pub struct Nested {
    /// The name of the layer.
    pub layer: String,
    /// The size of its workspace, as code.
    pub workspace: String,
    /// What tells its random numbers from those of others.
    pub number: usize,
    pub is_frozen: bool,
}

impl Map {
    /// The same function with as few axes as it needs: neighbours that all operands have, or lack, are one axis.
    pub fn new(function: Elementwise, dims: &[Dim], layouts: &[Vec<bool>]) -> Self {
        let mut merged: Vec<Dim> = Vec::new();
        let mut masks: Vec<Vec<bool>> = Vec::new();
        for (axis, dim) in dims.iter().enumerate().filter(|(_, dim)| !dim.is(1)) {
            let mask: Vec<bool> = layouts.iter().map(|layout| layout[axis]).collect();
            match (merged.last_mut(), masks.last()) {
                (Some(last), Some(before)) if *before == mask => *last = &*last * dim,
                _ => {
                    merged.push(dim.clone());
                    masks.push(mask);
                }
            }
        }
        let layouts = (0..layouts.len()).map(|operand| masks.iter().map(|mask| mask[operand]).collect()).collect();
        Self { function, dims: merged, layouts }
    }
}

impl Walk {
    /// The places of an array that holds `dims`, one after the other.
    pub fn whole(dims: &[Dim]) -> Self {
        let strides = (0..dims.len()).map(|axis| dims[axis + 1..].iter().product()).collect();
        Self { offset: Dim::from(0), strides }
    }
}
