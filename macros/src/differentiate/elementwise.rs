//! The table of derivatives of functions of each value by itself.
#![allow(clippy::enum_glob_use, reason = "formulas read as formulas")]

use super::expanded::slope;
use super::{Adjoint, result};
use crate::activation::Saves;
use crate::dim::Dim;
use crate::elementwise::Elementwise::{self, *};
use crate::ir::{Map, Node, Op, Reduce, Reduction, Value};

/// A value with the axes that it has.
pub(super) type Laid = (Value, Vec<bool>);

impl Adjoint<'_> {
    /// With dy for the gradient of y = f(x), or of y = f(x, z), the operands' are:
    #[allow(clippy::too_many_lines, reason = "a table has a row for each function")]
    pub(super) fn elementwise(&mut self, map: &Map, node: &Node, dy: Value) {
        let all = vec![true; map.dims.len()];
        let operand = |index: usize| (node.operands[index], map.layouts[index].clone());
        let (x, y, dy) = (operand(0), (result(node), all.clone()), (dy, all));
        let dims = &map.dims;
        let mut f = Formula { adjoint: self, dims };
        match &map.function {
            Copy => f.give(&x, &dy),
            Neg => {
                let dx = f.one(Neg, &dy);
                f.give(&x, &dx);
            }
            // dx = dy · sign(x)
            Abs => {
                let sign = f.one(Sign, &x);
                f.product(&x, &dy, &sign);
            }
            // dx = dy / (2 y)
            Sqrt => {
                let twice = f.two(Add, &y, &y);
                let dx = f.two(Div, &dy, &twice);
                f.give(&x, &dx);
            }
            // dx = -dy · y³ / 2
            Rsqrt => {
                let cube = f.one(Powi(3), &y);
                let slope = f.scaled("-0.5", &cube);
                f.product(&x, &dy, &slope);
            }
            // dx = -dy · y²
            Reciprocal => {
                let square = f.one(Square, &y);
                let slope = f.one(Neg, &square);
                f.product(&x, &dy, &slope);
            }
            // dx = dy · 2 x
            Square => {
                let twice = f.two(Add, &x, &x);
                f.product(&x, &dy, &twice);
            }
            Exp => f.product(&x, &dy, &y),
            // dx = dy / x
            Ln => {
                let dx = f.two(Div, &dy, &x);
                f.give(&x, &dx);
            }
            Sin => {
                let slope = f.one(Cos, &x);
                f.product(&x, &dy, &slope);
            }
            // dx = -dy · sin(x)
            Cos => {
                let sin = f.one(Sin, &x);
                let slope = f.one(Neg, &sin);
                f.product(&x, &dy, &slope);
            }
            // dx = dy · 2/√π · exp(-x²)
            Erf => {
                let square = f.one(Square, &x);
                let exponent = f.one(Neg, &square);
                let bell = f.one(Exp, &exponent);
                let slope = f.scaled("::core::f64::consts::FRAC_2_SQRT_PI", &bell);
                f.product(&x, &dy, &slope);
            }
            // dx = dy · n xⁿ⁻¹
            Powi(power) if *power != 0 => {
                let less = f.one(Powi(power - 1), &x);
                let number = f.integer(*power);
                let slope = f.two(Mul, &number, &less);
                f.product(&x, &dy, &slope);
            }
            Elementwise::Add => {
                f.give(&x, &dy);
                f.give(&operand(1), &dy);
            }
            Sub => {
                f.give(&x, &dy);
                let dz = f.one(Neg, &dy);
                f.give(&operand(1), &dz);
            }
            // dx = dy · z,  dz = dy · x
            Elementwise::Mul => {
                let z = operand(1);
                f.product(&x, &dy, &z);
                f.product(&z, &dy, &x);
            }
            // dx = dy / z,  dz = -dy · y / z
            Div => {
                let z = operand(1);
                let dx = f.two(Div, &dy, &z);
                f.give(&x, &dx);
                let share = f.two(Div, &y, &z);
                let slope = f.one(Neg, &share);
                f.product(&z, &dy, &slope);
            }
            // dx = dy · z xᶻ⁻¹, and 0 where z is 0;  dz = dy · y ln x, and 0 where x is not positive
            Pow => {
                let z = operand(1);
                let (zero, one) = (f.text("0.0"), f.text("1.0"));
                let less = f.two(Sub, &z, &one);
                let is_constant = f.two(Equal, &z, &zero);
                let less = f.three(Select, &is_constant, &one, &less);
                let power = f.two(Pow, &x, &less);
                let slope = f.two(Mul, &z, &power);
                f.product(&x, &dy, &slope);
                let is_positive = f.two(Greater, &x, &zero);
                let safe = f.three(Select, &is_positive, &x, &one);
                let logarithm = f.one(Ln, &safe);
                let slope = f.two(Mul, &y, &logarithm);
                f.product(&z, &dy, &slope);
            }
            // The smaller, or the larger, gets dy; equals share it.
            Minimum => f.chosen(&dy, &x, &operand(1), [&Less, &LessEqual]),
            Maximum => f.chosen(&dy, &x, &operand(1), [&Greater, &GreaterEqual]),
            Select => {
                let zero = f.text("0.0");
                let (a, b) = (operand(1), operand(2));
                let da = f.three(Select, &x, &dy, &zero);
                f.give(&a, &da);
                let db = f.three(Select, &x, &zero, &dy);
                f.give(&b, &db);
            }
            Powi(_) | Sign | Floor | Not | Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual | And | Or => {}
            Activation(activation) if f.adjoint.is_inner => {
                let slope = slope(&mut f, activation, &x, &y);
                f.product(&x, &dy, &slope);
            }
            Activation(activation) => {
                let saved = if activation.kind.saves() == Saves::Output { &y } else { &x };
                let dx = f.two(ActivationAdjoint(activation.clone()), &dy, saved);
                f.give(&x, &dx);
            }
            ActivationAdjoint(_) => unreachable!("not a function of a forward pass"),
        }
    }
}

/// Writes formulas over the indices of `dims`.
pub(super) struct Formula<'a, 'b> {
    pub adjoint: &'a mut Adjoint<'b>,
    pub dims: &'a [Dim],
}

impl Formula<'_, '_> {
    fn map(&mut self, function: Elementwise, operands: &[Laid]) -> Laid {
        // A formula of operands without an axis is computed without it.
        let layout: Vec<bool> = (0..self.dims.len())
            .map(|axis| operands.iter().any(|(_, layout)| layout.get(axis) == Some(&true)))
            .collect();
        let dims: Vec<Dim> = kept(self.dims, &layout);
        let within: Vec<Laid> = operands
            .iter()
            .map(|(value, own)| {
                let own = own.iter().copied().chain(std::iter::repeat(false));
                (*value, own.zip(&layout).filter(|(_, has)| **has).map(|(own, _)| own).collect())
            })
            .collect();
        let name = function.to_string().replace(' ', "_");
        (self.adjoint.map(function, &within, &dims, &name, false), layout)
    }

    pub fn one(&mut self, function: Elementwise, x: &Laid) -> Laid {
        self.map(function, std::slice::from_ref(x))
    }

    pub fn two(&mut self, function: Elementwise, x: &Laid, z: &Laid) -> Laid {
        self.map(function, &[x.clone(), z.clone()])
    }

    pub fn three(&mut self, function: Elementwise, a: &Laid, b: &Laid, c: &Laid) -> Laid {
        self.map(function, &[a.clone(), b.clone(), c.clone()])
    }

    /// A number of a formula, which has no axes.
    pub fn text(&mut self, text: &'static str) -> Laid {
        (self.adjoint.constant(text), vec![false; self.dims.len()])
    }

    pub fn integer(&mut self, number: i32) -> Laid {
        let op = Op::Constants(vec![crate::model::Constant::Integer(number)]);
        let value = self.adjoint.graph.push_as(op, vec![], "constant", Dim::from(1), false);
        (value, vec![false; self.dims.len()])
    }

    pub fn scaled(&mut self, factor: &'static str, x: &Laid) -> Laid {
        let factor = self.text(factor);
        self.two(Mul, &factor, x)
    }

    /// Gives dy · slope to an operand, unless its gradient is not wanted.
    fn product(&mut self, x: &Laid, dy: &Laid, slope: &Laid) {
        if self.adjoint.is_active(x.0) {
            let dx = self.two(Mul, dy, slope);
            self.give(x, &dx);
        }
    }

    /// Of two operands, the one for which `wins` holds gets dy; where only `ties` holds, each gets half.
    fn chosen(&mut self, dy: &Laid, x: &Laid, z: &Laid, [wins, ties]: [&Elementwise; 2]) {
        for (mine, other) in [(x, z), (z, x)] {
            if self.adjoint.is_active(mine.0) {
                let (wins, ties) = (self.two(wins.clone(), mine, other), self.two(ties.clone(), mine, other));
                let both = self.two(Elementwise::Add, &wins, &ties);
                let share = self.scaled("0.5", &both);
                self.product(mine, dy, &share);
            }
        }
    }

    /// Adds a part, which has all axes as dy has, to the gradient of an operand; it is summed over those that the operand
    /// lacks.
    pub fn give(&mut self, x: &Laid, part: &Laid) {
        let ((x, layout), (part, of_part)) = (x, part);
        if !self.adjoint.is_active(*x) {
            return;
        }
        let dims = kept(self.dims, of_part);
        let pairs = || layout.iter().copied().zip(of_part.iter().copied());
        let reduced: Vec<bool> = pairs().filter(|(_, in_part)| *in_part).map(|(own, _)| !own).collect();
        let is_shared = !self.adjoint.graph.is_batched(*x);
        let over_samples = is_shared && self.adjoint.graph.is_batched(*part);
        let mut part = *part;
        if over_samples || reduced.contains(&true) {
            let reduce = Reduce { reduction: Reduction::Sum, dims, reduced, over_samples };
            let size = kept(self.dims, &pairs().map(|(own, in_part)| own && in_part).collect::<Vec<_>>());
            let is_batched = self.adjoint.graph.is_batched(part) && !over_samples;
            let name = format!("d_{}", self.adjoint.graph.name(*x));
            part = self.adjoint.graph.push_as(Op::Reduce(reduce), vec![part], name, size.iter().product(), is_batched);
        }
        self.adjoint.give(*x, part);
    }
}

/// The sizes of the axes that are there.
fn kept(dims: &[Dim], axes: &[bool]) -> Vec<Dim> {
    std::iter::zip(dims, axes).filter(|(_, has)| **has).map(|(dim, _)| dim.clone()).collect()
}
