//! What is computed over axes, from sums and from largest and smallest values.

use super::Lower;
use crate::activation::{Activation, Kind};
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::ir::{Op, Reduce, Reduction, Value};
use crate::model::{Constant, Statistic};
use crate::shape::Shape;

impl Lower<'_> {
    pub fn statistic(&mut self, statistic: Statistic, x: Value, shape: &Shape, axes: &[usize], name: &str) -> Value {
        let kept = kept(shape, axes);
        match statistic {
            Statistic::Sum => self.reduce(Reduction::Sum, x, shape, axes, name),
            Statistic::Max => self.reduce(Reduction::Maximum, x, shape, axes, name),
            Statistic::Min => self.reduce(Reduction::Minimum, x, shape, axes, name),
            Statistic::Mean => self.mean(x, shape, axes, name),
            // Σ (x - mean)² / n, the variance of the values themselves.
            Statistic::Variance => {
                let mean = self.mean(x, shape, axes, "mean");
                let from_mean = self.map(Elementwise::Sub, &[(x, shape), (mean, &kept)], shape, "from_mean");
                let squares = self.map(Elementwise::Square, &[(from_mean, shape)], shape, "squares");
                self.mean(squares, shape, axes, name)
            }
            Statistic::Norm => {
                let squares = self.map(Elementwise::Square, &[(x, shape)], shape, "squares");
                let sum = self.reduce(Reduction::Sum, squares, shape, axes, "sum_of_squares");
                // The root has no slope at 0, where the norm has its least value: the gradient there is 0.
                let (scalar, zero, one) = (Shape::scalar(), self.text("0.0"), self.text("1.0"));
                let is_positive =
                    self.map(Elementwise::Greater, &[(sum, &kept), (zero, &scalar)], &kept, "is_positive");
                let operands = [(is_positive, &kept), (sum, &kept), (one, &scalar)];
                let safe = self.map(Elementwise::Select, &operands, &kept, "safe");
                let root = self.map(Elementwise::Sqrt, &[(safe, &kept)], &kept, "root");
                self.map(Elementwise::Mul, &[(root, &kept), (is_positive, &kept)], &kept, name)
            }
            Statistic::LogSumExp => {
                let (largest, exponentials) = self.exponentials(x, shape, axes);
                let sum = self.reduce(Reduction::Sum, exponentials, shape, axes, "sum");
                let logarithm = self.map(Elementwise::Ln, &[(sum, &kept)], &kept, "logarithm");
                self.map(Elementwise::Add, &[(logarithm, &kept), (largest, &kept)], &kept, name)
            }
        }
    }

    /// Softmax over the last axis has a kernel; over another, eˣ / Σ eˣ.
    pub fn softmax(&mut self, x: Value, shape: &Shape, axis: usize, log: bool, name: &str) -> Value {
        if axis + 1 == shape.rank() {
            let kind = if log { Kind::LogSoftmax } else { Kind::Softmax };
            return self.activate(&Activation { kind, parameter: None }, x, shape, name);
        }
        let axes = [axis];
        let kept = kept(shape, &axes);
        if log {
            let sum = self.statistic(Statistic::LogSumExp, x, shape, &axes, "logsumexp");
            return self.map(Elementwise::Sub, &[(x, shape), (sum, &kept)], shape, name);
        }
        let (_, exponentials) = self.exponentials(x, shape, &axes);
        let sum = self.reduce(Reduction::Sum, exponentials, shape, &axes, "sum");
        self.map(Elementwise::Div, &[(exponentials, shape), (sum, &kept)], shape, name)
    }

    /// The largest value, and e to the power of all others less it: so nothing overflows. It is no part of the result, so
    /// it has no gradient.
    fn exponentials(&mut self, x: Value, shape: &Shape, axes: &[usize]) -> (Value, Value) {
        let kept = kept(shape, axes);
        let largest = self.reduce(Reduction::Maximum, x, shape, axes, "largest");
        let largest = self.graph.push(Op::StopGradient, vec![largest], "largest", kept.count());
        let less = self.map(Elementwise::Sub, &[(x, shape), (largest, &kept)], shape, "less");
        (largest, self.map(Elementwise::Exp, &[(less, shape)], shape, "exponentials"))
    }

    /// A number of a formula.
    fn text(&mut self, text: &'static str) -> Value {
        self.constant(Constant::Text(text))
    }

    fn mean(&mut self, x: Value, shape: &Shape, axes: &[usize], name: &str) -> Value {
        let count: Dim = axes.iter().map(|&axis| &shape.sizes()[axis]).product();
        let sum = self.reduce(Reduction::Sum, x, shape, axes, "sum");
        let count = self.constant(Constant::Count(count));
        let kept = kept(shape, axes);
        self.map(Elementwise::Div, &[(sum, &kept), (count, &Shape::scalar())], &kept, name)
    }

    fn reduce(&mut self, reduction: Reduction, x: Value, shape: &Shape, axes: &[usize], name: &str) -> Value {
        let reduced = (0..shape.rank()).map(|axis| axes.contains(&axis)).collect();
        let reduce = Reduce { reduction, dims: shape.sizes().to_vec(), reduced, over_samples: false };
        self.graph.push(Op::Reduce(reduce), vec![x], name, kept(shape, axes).count())
    }
}

/// The shape with 1 for the axes that are reduced.
fn kept(shape: &Shape, axes: &[usize]) -> Shape {
    let size = |(axis, size): (usize, &Dim)| if axes.contains(&axis) { Dim::from(1) } else { size.clone() };
    Shape::new(shape.sizes().iter().enumerate().map(size).collect()).expect("a reduction has fewer values")
}
