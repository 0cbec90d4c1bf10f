//! Laws that hold of every model: batch = loop, inference = training without dropout, backward is linear and exact;
//! and of every linear function: backward is its adjoint.

use katachi::model::ActivationInfo;
use katachi::{Model, Parameters, Pass, Shape};

use crate::check::{Numbers, Passes, assert_close};
use crate::models::{Visit, for_each, random};

/// A batch gives what its samples give one by one.
struct BatchIsLoop(Numbers);

impl Visit for BatchIsLoop {
    fn model<M: Model<Element = f64>>(&mut self, name: &str) {
        let model = random::<M>(&mut self.0);
        for samples in [0, 1, 2, 3, 7, 33] {
            let x = self.0.take(samples * M::Input::SIZE);
            let pass = Pass::default();
            let batch = Passes { model: &*model, x: x.clone(), pass }.infer();
            let one_by_one: Vec<f64> =
                x.chunks(M::Input::SIZE).flat_map(|x| Passes { model: &*model, x: x.to_vec(), pass }.infer()).collect();
            assert_close(name, &batch, &one_by_one, 1e-12);
        }
    }
}

#[test]
fn a_batch_gives_what_its_samples_give() {
    for_each(&mut BatchIsLoop(Numbers(2)));
}

/// Without dropout, use is training.
struct InferIsForward(Numbers);

impl Visit for InferIsForward {
    fn model<M: Model<Element = f64>>(&mut self, name: &str) {
        let drops = name.ends_with("_that_drops")
            || M::LAYERS.iter().any(|layer| layer.kind == "Dropout" && !layer.declaration.contains("(0)"));
        let model = random::<M>(&mut self.0);
        let x = self.0.take(5 * M::Input::SIZE);
        let passes = Passes { model: &*model, x, pass: Pass { seed: 1, step: 1 } };
        if drops {
            assert_ne!(passes.infer(), passes.forward(), "{name}: nothing was dropped");
        } else {
            assert_close(name, &passes.infer(), &passes.forward(), 1e-14);
        }
    }
}

#[test]
fn use_is_training_without_dropout() {
    for_each(&mut InferIsForward(Numbers(3)));
}

/// What the layers give: all of it is written, and what a sequence gives is what its last layer gives.
struct LastLayerIsOutput(Numbers, usize);

impl Visit for LastLayerIsOutput {
    fn model<M: Model<Element = f64>>(&mut self, name: &str) {
        let model = random::<M>(&mut self.0);
        let x = self.0.take(5 * M::Input::SIZE);
        let passes = Passes { model: &*model, x, pass: Pass::default() };
        let row: usize = M::ACTIVATIONS.iter().map(ActivationInfo::size).sum();
        let values = passes.activations(row);
        assert!(values.iter().all(|value| value.is_finite()), "{name}: a value that was not written");
        let (Some(last), outputs) = (M::ACTIVATIONS.last(), passes.infer()) else { return };
        assert!(M::ACTIVATIONS.iter().all(|call| M::LAYERS[call.layer].kind != "Input"), "{name}");
        let is_output = last.size() == M::Output::SIZE
            && std::iter::zip(values.chunks(row), outputs.chunks(last.size()))
                .all(|(values, y)| std::iter::zip(&values[row - y.len()..], y).all(|(a, b)| (a - b).abs() <= 1e-12));
        self.1 += usize::from(is_output);
    }
}

#[test]
fn the_last_layer_of_a_sequence_gives_its_outputs() {
    let mut law = LastLayerIsOutput(Numbers(12), 0);
    for_each(&mut law);
    assert!(law.1 >= 30, "so of {} models only", law.1);
}

/// The gradient is linear in the gradient of the outputs: that of 2u - v is twice that of u less that of v.
struct BackwardIsLinear(Numbers);

impl Visit for BackwardIsLinear {
    fn model<M: Model<Element = f64>>(&mut self, name: &str) {
        let model = random::<M>(&mut self.0);
        let x = self.0.take(4 * M::Input::SIZE);
        let passes = Passes { model: &*model, x, pass: Pass { seed: 2, step: 3 } };
        let (u, v) = (self.0.take(4 * M::Output::SIZE), self.0.take(4 * M::Output::SIZE));
        let combine = |u: &[f64], v: &[f64]| std::iter::zip(u, v).map(|(u, v)| 2.0 * u - v).collect::<Vec<f64>>();
        let (at_u, at_v, at_both) = (passes.backward(&u), passes.backward(&v), passes.backward(&combine(&u, &v)));
        assert_close(name, &at_both.parameters, &combine(&at_u.parameters, &at_v.parameters), 1e-11);
        assert_close(name, &at_both.inputs, &combine(&at_u.inputs, &at_v.inputs), 1e-11);
    }
}

#[test]
fn the_backward_pass_is_linear() {
    for_each(&mut BackwardIsLinear(Numbers(4)));
}

/// Dropout differs from step to step and from layer to layer, and is the same again for the same step.
#[test]
fn dropout_is_drawn_from_seed_step_and_layer() {
    let model = random::<crate::models::dropped_first::M<f64>>(&mut Numbers(5));
    let x = Numbers(6).take(6 * 20);
    let at = |seed, step| Passes { model: &*model, x: x.clone(), pass: Pass { seed, step } }.forward();
    assert_eq!(at(1, 1), at(1, 1));
    assert_ne!(at(1, 1), at(1, 2));
    assert_ne!(at(1, 1), at(2, 1));
    let pass = Pass { seed: 1, step: 1 };
    assert_ne!(pass.key(0), pass.key(1));
    assert_ne!(Pass { seed: 1, step: 2 }.key(0), Pass { seed: 2, step: 1 }.key(0));
}

/// A layer that drops draws anew wherever it is called, and so does a model that does.
#[test]
fn each_call_of_a_layer_drops_on_its_own() {
    katachi::model! {
        struct Twice { drop: Dropout(0.5), inner: Drops(64 => 64) }
        fn forward(x: [64]) -> ([64], [64], [64], [64]) { (drop(x), drop(x), inner(x), inner(x)) }
    }
    katachi::model! {
        struct Drops { Input(64), Dropout(0.5) }
    }

    let model = <Twice<f64> as Model>::init(1);
    let y = Passes { model: &*model, x: vec![1.0; 64], pass: Pass { seed: 1, step: 1 } }.forward();
    let parts: Vec<&[f64]> = y.chunks(64).collect();
    for (index, part) in parts.iter().enumerate() {
        assert!(part.iter().all(|value| [0.0, 2.0].contains(value)));
        assert!(parts[..index].iter().all(|other| other != part), "part {index} drops what another does");
    }
}

/// A batch without samples gives nothing, and gradients of 0.
struct EmptyBatch;

impl Visit for EmptyBatch {
    fn model<M: Model<Element = f64>>(&mut self, name: &str) {
        let model = random::<M>(&mut Numbers(7));
        let passes = Passes { model: &*model, x: Vec::new(), pass: Pass::default() };
        assert_eq!(passes.forward(), [0.0; 0], "{name}");
        let gradients = passes.backward(&[]);
        assert!(gradients.parameters.iter().all(|value| *value == 0.0), "{name}");
    }
}

#[test]
fn an_empty_batch_gives_gradients_of_zero() {
    for_each(&mut EmptyBatch);
}

/// A model for each function, and those of its inputs, by their places in a sample, that it is linear in: in each by
/// itself. It is linear in its parameters, all together, if it has any.
macro_rules! linear {
    ($($name:ident { $($parameters:tt)* } ($($inputs:tt)*) -> $output:tt $body:tt in [$($range:expr),*];)*) => {
        mod linear {
            $(pub mod $name {
                katachi::model! {
                    pub struct M { $($parameters)* }
                    fn forward($($inputs)*) -> $output $body
                }
            })*
        }

        /// ⟨A x, y⟩ = ⟨x, Aᵀ y⟩ for all x and y.
        #[test]
        fn the_adjoint_of_each_linear_function_is_exact() {
            $(adjoint::<linear::$name::M<f64>>(stringify!($name), &[$($range),*]);)*
        }
    };
}

linear! {
    neg {} (x: [5]) -> [5] { -x } in [0..5];
    add {} (x: [2, 3], y: [3]) -> [2, 3] { x + y } in [0..9];
    sub {} (x: [2, 1], y: [3]) -> [2, 3] { x - y } in [0..5];
    mul {} (x: [2, 1], y: [3]) -> [2, 3] { x * y } in [0..2, 2..5];
    mul_by_a_parameter { w: Param(3) } (x: [2, 3]) -> [2, 3] { x * w } in [0..6];
    div {} (x: [3], y: [2, 3]) -> [2, 3] { x / (2.0 + y) } in [0..3];
    transpose {} (x: [2, 3, 4]) -> [2, 4, 3] { transpose(x) } in [0..24];
    transpose_of_axes {} (x: [2, 3, 4]) -> [3, 4, 2] { transpose(x, [1, 2, 0]) } in [0..24];
    reshape {} (x: [2, 6]) -> [3, 4] { reshape(x, [3, 4]) } in [0..12];
    flatten {} (x: [2, 3]) -> [6] { flatten(x) } in [0..6];
    broadcast {} (x: [2, 1]) -> [3, 2, 4] { broadcast(x, [3, 2, 4]) } in [0..2];
    concat {} (x: [2, 3], y: [2, 1]) -> [2, 7] { concat(x, y, x) } in [0..8];
    concat_of_rows {} (x: [1, 3], y: [2, 3]) -> [3, 3] { concat(x, y, axis = 0) } in [0..9];
    stack {} (x: [3], y: [3]) -> [3, 2] { stack(x, y, axis = 1) } in [0..6];
    array {} (x: [3], y: [3]) -> [3, 3] { [x, y, x] } in [0..6];
    split {} (x: [2, 5]) -> ([2, 3], [2, 2]) { let (a, b) = split(x, [2, 3]); (b, a) } in [0..10];
    split_of_rows {} (x: [4, 3]) -> ([2, 3], [2, 3]) { split(x, 2, axis = 0) } in [0..12];
    slice {} (x: [3, 5]) -> [3, 2] { slice(x, 1..3) } in [0..15];
    slice_of_rows {} (x: [4, 2]) -> [2, 2] { slice(x, 2.., axis = 0) } in [0..8];
    index {} (x: [4, 2]) -> [2] { x[2] } in [0..8];
    range {} (x: [4, 2]) -> [2, 2] { x[1..3] + x[..2] } in [0..8];
    pad {} (x: [2, 3]) -> [2, 6] { pad(x, 2, 1) } in [0..6];
    pad_of_rows {} (x: [2, 3]) -> [4, 3] { pad(x, 1, 1, axis = 0) } in [0..6];
    sum {} (x: [2, 3]) -> [] { sum(x) } in [0..6];
    sum_over_axes {} (x: [2, 3, 4]) -> [1, 3, 1] { sum(x, axis = [0, 2], keep = true) } in [0..24];
    mean {} (x: [2, 3]) -> [3] { mean(x, axis = 0) } in [0..6];
    mean_of_all {} (x: [2, 3]) -> [] { mean(x) } in [0..6];
    matmul {} (x: [2, 3], y: [3, 4]) -> [2, 4] { matmul(x, y) } in [0..6, 6..18];
    matmul_of_a_row {} (x: [3], y: [3, 4]) -> [4] { matmul(x, y) } in [0..3, 3..15];
    matmul_of_a_column {} (x: [2, 3], y: [3]) -> [2] { matmul(x, y) } in [0..6, 6..9];
    matmul_of_stacks {} (x: [2, 1, 2, 3], y: [4, 3, 2]) -> [2, 4, 2, 2] { matmul(x, y) } in [0..12, 12..36];
    matmul_by_a_parameter { w: Param(3, 4) } (x: [2, 3]) -> [2, 4] { matmul(x, w) } in [0..6];
    matmul_of_a_parameter { w: Param(4, 3) } (x: [3, 2]) -> [4, 2] { matmul(w, x) } in [0..6];
    dot {} (x: [5], y: [5]) -> [] { dot(x, y) } in [0..5, 5..10];
    dot_by_a_parameter { w: Param(5) } (x: [5]) -> [] { dot(x, w) } in [0..5];
    outer {} (x: [2], y: [3]) -> [2, 3] { outer(x, y) } in [0..2, 2..5];
    outer_by_a_parameter { w: Param(3) } (x: [2]) -> [2, 3] { outer(x, w) } in [0..2];
    dense { w: Dense(3 => 4, bias = false) } (x: [3]) -> [4] { w(x) } in [0..3];
    dense_of_rows { w: Dense(3 => 17, bias = false) } (x: [5, 3]) -> [5, 17] { w(x) } in [0..15];
    lookup { table: Param(3, 4) } (i: [5]) -> [5, 4] { lookup(table, floor(abs(i) * 3.0)) } in [];
    embedding { table: Embedding(3 => 4) } (i: []) -> [4] { table(floor(abs(i) * 3.0)) } in [];
    select {} (c: [4], x: [2, 4], y: [2, 1]) -> [2, 4] { select(c > 0.0, x, y) } in [4..14];
    dropout {} (x: [30]) -> [30] { dropout(x, 0.5) } in [0..30];
}

fn adjoint<M: Model<Element = f64>>(name: &str, linear_in: &[std::ops::Range<usize>]) {
    let mut numbers = Numbers(11);
    for samples in [1, 2, 5, 17] {
        let model = random::<M>(&mut numbers);
        let (x, y) = (numbers.take(samples * M::Input::SIZE), numbers.take(samples * M::Output::SIZE));
        let passes = Passes { model: &*model, x, pass: Pass { seed: 6, step: 2 } };
        let image = passes.forward();
        let gradients = passes.backward(&y);
        // Both sums, and their terms' absolute values, to which a sum of such terms is exact.
        let dot =
            |a: &mut dyn Iterator<Item = f64>| a.fold((0.0, 0.0), |(sum, all), term| (sum + term, all + term.abs()));
        let (forward, scale) = dot(&mut std::iter::zip(&image, &y).map(|(a, b)| a * b));
        let check = |of: &str, (backward, all): (f64, f64)| {
            let off = (forward - backward).abs();
            assert!(off <= 1e-12 * scale.max(all), "{name}, {samples} samples, {of}: {backward} is not {forward}");
        };
        for range in linear_in {
            let parts = passes.x.chunks(M::Input::SIZE).zip(gradients.inputs.chunks(M::Input::SIZE));
            let terms = parts.flat_map(|(x, dx)| std::iter::zip(&x[range.clone()], &dx[range.clone()]));
            check(&format!("{range:?}"), dot(&mut terms.map(|(x, dx)| x * dx)));
        }
        if gradients.parameters.is_empty() {
            assert!(!linear_in.is_empty(), "{name}: nothing is compared");
        } else {
            let terms = std::iter::zip(model.as_slice(), &gradients.parameters);
            check("parameters", dot(&mut terms.map(|(x, dx)| x * dx)));
        }
    }
}
