//! Laws that hold of every model: batch = loop, inference = training without dropout, backward is linear and exact.

use katachi::{Model, Pass, Shape};

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
