//! Products of vectors, matrices and stacks of matrices.

use super::Lower;
use crate::dim::Dim;
use crate::elementwise::Elementwise;
use crate::ir::{Contract, Factor, Op, Value};
use crate::shape::Shape;

impl Lower<'_> {
    /// `matmul(a, b)`, whose shapes fit: a vector on the left is a row, on the right a column.
    pub fn matmul(&mut self, (a, left): (Value, &Shape), (b, right): (Value, &Shape), name: &str) -> Value {
        let matrix = |shape: &Shape, is_left: bool| match (shape.sizes(), is_left) {
            ([size], true) => (Dim::from(1), size.clone()),
            ([size], false) => (size.clone(), Dim::from(1)),
            ([.., rows, columns], _) => (rows.clone(), columns.clone()),
            ([], _) => unreachable!("the shapes of a product were checked"),
        };
        let (rows, depth) = matrix(left, true);
        let (_, columns) = matrix(right, false);
        let stack_of = |shape: &Shape| shape.sizes()[..shape.rank().saturating_sub(2)].to_vec();
        let (mut stack_a, mut stack_b) = (stack_of(left), stack_of(right));
        let (mut a, mut b) = (a, b);
        let count = |stack: &[Dim]| stack.iter().product::<Dim>();
        if stack_a != stack_b && !count(&stack_a).is(1) && !count(&stack_b).is(1) {
            let stacks = Shape::new(stack_a.clone()).zip(Shape::new(stack_b.clone()));
            let (of_a, of_b) = stacks.expect("a stack is smaller than its array");
            let both = crate::infer::broadcast(&of_a, &of_b).expect("the stacks were checked");
            a = self.repeated(a, &stack_a, both.sizes(), &[&rows, &depth]);
            b = self.repeated(b, &stack_b, both.sizes(), &[&depth, &columns]);
            stack_a = both.sizes().to_vec();
            stack_b.clone_from(&stack_a);
        }
        let (in_a, in_b) = (count(&stack_a), count(&stack_b));
        let stack = if in_a.is(1) { in_b.clone() } else { in_a.clone() };
        let factor = |count: &Dim| Factor { is_transposed: false, is_stacked: !count.is(1) };
        let size = &stack * &(&rows * &columns);
        let (a_factor, b_factor) = (factor(&in_a), factor(&in_b));
        let is_stacked = !stack.is(1);
        let contract = Contract { stack, rows, depth, columns, a: a_factor, b: b_factor, is_stacked };
        self.graph.push(Op::Contract(contract), vec![a, b], name, size)
    }

    /// A stack of matrices that is repeated to a larger stack.
    fn repeated(&mut self, value: Value, stack: &[Dim], to: &[Dim], matrix: &[&Dim; 2]) -> Value {
        if stack == to {
            return value;
        }
        let with = |stack: &[Dim]| {
            let sizes = stack.iter().chain(matrix.iter().copied()).cloned().collect();
            Shape::new(sizes).expect("the result is larger")
        };
        self.map(Elementwise::Copy, &[(value, &with(stack))], &with(to), "repeated")
    }
}
