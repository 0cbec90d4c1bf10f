//! The derivatives of activations as formulas that have derivatives themselves, for gradients of gradients.
#![allow(clippy::enum_glob_use, reason = "formulas read as formulas")]

use super::Adjoint;
use super::elementwise::{Formula, Laid};
use crate::activation::{Activation, Kind};
use crate::dim::Dim;
use crate::elementwise::Elementwise::{self, *};
use crate::ir::{Op, Reduce, Reduction, Value};

/// λ and λα of selu (Klambauer et al., 2017).
const SELU_SCALE: &str = "1.0507009873554805";
const SELU_SCALE_ALPHA: &str = "1.7580993408473766";
/// √(2/π), and 0.044715 and three times that, of gelu's approximation (Hendrycks and Gimpel, 2016).
const GELU_SLOPE: &str = "0.7978845608028654";
const GELU_CUBIC: &str = "0.044715";
const GELU_THREE_CUBICS: &str = "0.134145";
/// 1/√2 and 1/√(2π).
const INVERSE_ROOT_2: &str = "::core::f64::consts::FRAC_1_SQRT_2";
const INVERSE_ROOT_2_PI: &str = "0.5 * ::core::f64::consts::FRAC_2_SQRT_PI * ::core::f64::consts::FRAC_1_SQRT_2";

impl Adjoint<'_> {
    /// The gradient of x, from dy and y = f(x).
    pub(super) fn expanded_activation(
        &mut self,
        activation: &Activation,
        [rows, width]: [&Dim; 2],
        x: Value,
        y: Value,
        dy: Value,
    ) -> Value {
        if activation.kind.is_by_row() {
            return self.by_row(activation.kind, &[rows.clone(), width.clone()], y, dy);
        }
        let dims = [self.graph.size(x).clone()];
        let laid = |value| (value, vec![true]);
        let (x, y, dy) = (laid(x), laid(y), laid(dy));
        let mut f = Formula { adjoint: self, dims: &dims };
        let slope = slope(&mut f, activation, &x, &y);
        f.two(Mul, &dy, &slope).0
    }

    /// softmax: dx = y (dy - Σ dy y).  Its logarithm: dx = dy - eʸ Σ dy.
    fn by_row(&mut self, kind: Kind, dims: &[Dim; 2], y: Value, dy: Value) -> Value {
        let all = |value| (value, vec![true, true]);
        let (y, dy) = (all(y), all(dy));
        let summed = |adjoint: &mut Self, value: Value| {
            let reduced = vec![false, true];
            let reduce = Reduce { reduction: Reduction::Sum, dims: dims.to_vec(), reduced, over_samples: false };
            let is_batched = adjoint.graph.is_batched(value);
            (
                adjoint.graph.push_as(Op::Reduce(reduce), vec![value], "sum", dims[0].clone(), is_batched),
                vec![true, false],
            )
        };
        if kind == Kind::LogSoftmax {
            let sum = summed(self, dy.0);
            let mut f = Formula { adjoint: self, dims };
            let softmax = f.one(Exp, &y);
            let share = f.two(Mul, &softmax, &sum);
            return f.two(Sub, &dy, &share).0;
        }
        let product = Formula { adjoint: self, dims }.two(Mul, &dy, &y);
        let sum = summed(self, product.0);
        let mut f = Formula { adjoint: self, dims };
        let rest = f.two(Sub, &dy, &sum);
        f.two(Mul, &y, &rest).0
    }
}

/// f'(x), as the documentation of the activation in `katachi_core` has it.
pub(super) fn slope(f: &mut Formula<'_, '_>, activation: &Activation, x: &Laid, y: &Laid) -> Laid {
    let zero = f.text("0.0");
    let one = f.text("1.0");
    // 1 where x is larger than a number, else 0: itself without a derivative.
    let above = |f: &mut Formula<'_, '_>, number: &'static str| {
        let number = f.text(number);
        f.two(Greater, x, &number)
    };
    match activation.kind {
        Kind::Linear => one,
        Kind::Relu => above(f, "0.0"),
        Kind::Relu6 => between(f, x, "0.0", "6.0"),
        Kind::HardSigmoid => {
            let inside = between(f, x, "-3.0", "3.0");
            f.scaled("0.16666666666666666", &inside)
        }
        Kind::LeakyRelu => {
            let is_right = above(f, "0.0");
            let slope = parameter(f, activation);
            f.three(Select, &is_right, &one, &slope)
        }
        Kind::Elu => {
            let is_right = above(f, "0.0");
            let alpha = parameter(f, activation);
            let left = f.three(Select, &is_right, &zero, x);
            let exponential = f.one(Exp, &left);
            let slope = f.two(Mul, &alpha, &exponential);
            f.three(Select, &is_right, &one, &slope)
        }
        Kind::Selu => {
            let is_right = above(f, "0.0");
            let left = f.three(Select, &is_right, &zero, x);
            let exponential = f.one(Exp, &left);
            let slope = f.scaled(SELU_SCALE_ALPHA, &exponential);
            let scale = f.text(SELU_SCALE);
            f.three(Select, &is_right, &scale, &slope)
        }
        // Φ(x) + x φ(x)
        Kind::Gelu => {
            let scaled = f.scaled(INVERSE_ROOT_2, x);
            let erf = f.one(Erf, &scaled);
            let half = f.scaled("0.5", &erf);
            let half_more = f.text("0.5");
            let distribution = f.two(Add, &half, &half_more);
            let square = f.one(Square, x);
            let exponent = f.scaled("-0.5", &square);
            let bell = f.one(Exp, &exponent);
            let density = f.scaled(INVERSE_ROOT_2_PI, &bell);
            let product = f.two(Mul, x, &density);
            f.two(Add, &distribution, &product)
        }
        // The product rule on x (1 + tanh u) / 2, with u = √(2/π) (x + 0.044715 x³).
        Kind::GeluTanh => {
            let square = f.one(Square, x);
            let cubic = f.scaled(GELU_CUBIC, &square);
            let bracket = f.two(Add, &one, &cubic);
            let argument = f.two(Mul, x, &bracket);
            let argument = f.scaled(GELU_SLOPE, &argument);
            let t = f.one(Elementwise::activation(Kind::Tanh), &argument);
            let t_more = f.two(Add, &one, &t);
            let first = f.scaled("0.5", &t_more);
            let t_square = f.one(Square, &t);
            let rest = f.two(Sub, &one, &t_square);
            let three = f.scaled(GELU_THREE_CUBICS, &square);
            let inner = f.two(Add, &one, &three);
            let inner = f.scaled(GELU_SLOPE, &inner);
            let product = f.two(Mul, x, &rest);
            let product = f.two(Mul, &product, &inner);
            let second = f.scaled("0.5", &product);
            f.two(Add, &first, &second)
        }
        // s (1 + x (1 - s))
        Kind::Silu => {
            let s = f.one(Elementwise::activation(Kind::Sigmoid), x);
            let rest = f.two(Sub, &one, &s);
            let product = f.two(Mul, x, &rest);
            let more = f.two(Add, &one, &product);
            f.two(Mul, &s, &more)
        }
        Kind::Sigmoid => {
            let rest = f.two(Sub, &one, y);
            f.two(Mul, y, &rest)
        }
        Kind::Tanh => {
            let square = f.one(Square, y);
            f.two(Sub, &one, &square)
        }
        Kind::Softplus => f.one(Elementwise::activation(Kind::Sigmoid), x),
        // 1 / (1 + |x|)²
        Kind::Softsign => {
            let size = f.one(Abs, x);
            let more = f.two(Add, &one, &size);
            let square = f.one(Square, &more);
            f.one(Reciprocal, &square)
        }
        Kind::Softmax | Kind::LogSoftmax => unreachable!("these work by row"),
    }
}

/// 1 where low < x < high, else 0.
fn between(f: &mut Formula<'_, '_>, x: &Laid, low: &'static str, high: &'static str) -> Laid {
    let (low, high) = (f.text(low), f.text(high));
    let (above, below) = (f.two(Greater, x, &low), f.two(Less, x, &high));
    f.two(And, &above, &below)
}

/// The argument of an activation, as written or else its default.
fn parameter(f: &mut Formula<'_, '_>, activation: &Activation) -> Laid {
    match &activation.parameter {
        Some(decimal) => {
            let op = Op::Constants(vec![crate::model::Constant::Written(decimal.clone())]);
            let value = f.adjoint.graph.push_as(op, vec![], "constant", Dim::from(1), false);
            (value, vec![false; f.dims.len()])
        }
        None => f.text(activation.kind.default_parameter()),
    }
}
