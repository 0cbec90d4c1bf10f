//! Models whose sizes are chosen where they are used, and models written by hand as layers.

use katachi::accepts::{AcceptsSamples, AcceptsTargets, Same};
use katachi::ending::LinearOutputs;
use katachi::kernels::Write;
use katachi::model::{LayerInfo, ParameterInfo, WorkspaceSize};
use katachi::prelude::*;
use katachi::{Element, Initializer, Regularizer};

use crate::check::{Numbers, Passes, assert_close, central_differences};

model! {
    pub struct Mlp<In, Hidden, Out> {
        hidden: Dense(In => Hidden, tanh),
        logits: Dense(Hidden => Out),
    }
}

type Small = Mlp<U64, U32, U10>;

model! {
    struct Literal {
        hidden: Dense(64 => 32, tanh),
        logits: Dense(32 => 10),
    }
}

#[test]
fn a_generic_model_computes_what_one_of_literal_sizes_does() {
    let (small, literal) = (Small::init(3), Literal::init(3));
    assert_eq!(small.as_slice(), literal.as_slice());
    assert_eq!(Small::PARAMETERS, Literal::PARAMETERS);
    assert_eq!(Small::TRAINING_BYTES, Literal::TRAINING_BYTES);
    let samples =
        Batch::<shape!(64)>::from_vec(Numbers(1).take(5 * 64).into_iter().map(f32::from_f64).collect()).unwrap();
    assert_eq!(small.predict(&samples), literal.predict(&samples));

    let (small, literal) = (<Mlp<U64, U32, U10, f64> as Model>::init(3), <Literal<f64> as Model>::init(3));
    let x = Numbers(2).take(5 * 64);
    let dy = Numbers(3).take(5 * 10);
    let of_small = Passes { model: &*small, x: x.clone(), pass: Pass::default() }.backward(&dy);
    let of_literal = Passes { model: &*literal, x, pass: Pass::default() }.backward(&dy);
    assert_eq!(of_small.parameters, of_literal.parameters);
    assert_eq!(of_small.inputs, of_literal.inputs);
}

model! {
    struct Images<H, W, C> {
        Input(H, W, C),
        Flatten,
        hidden: Dense(H * W * C => 4, tanh),
        Dropout(0.25),
        logits: Dense(_ => C),
    }
}

model! {
    struct LiteralImages {
        Input(4, 3, 2),
        Flatten,
        hidden: Dense(24 => 4, tanh),
        Dropout(0.25),
        logits: Dense(_ => 2),
    }
}

model! {
    struct Inferred<H, W, C> {
        Input(H, W, C),
        Flatten,
        hidden: Dense(_ => 4, tanh),
        Dropout(0.25),
        logits: Dense(_ => C),
    }
}

model! {
    struct Joined<A, B> {
        first: Dense(A => B, tanh),
        both: Dense(A + B => 2 * B),
    }

    fn forward(x: [A], rows: [B, A]) -> ([B + B], [B]) {
        let joined: [A + B] = concat(x, first(x));
        let (left, right) = split(both(joined), [B, B]);
        (concat(right, left), matmul(rows, x))
    }
}

model! {
    struct LiteralJoined {
        first: Dense(3 => 2, tanh),
        both: Dense(5 => 4),
    }

    fn forward(x: [3], rows: [2, 3]) -> ([4], [2]) {
        let joined = concat(x, first(x));
        let (left, right) = split(both(joined), [2, 2]);
        (concat(right, left), matmul(rows, x))
    }
}

#[test]
fn sums_and_products_of_dimensions_are_sizes() {
    assert_eq!(Images::<U4, U3, U2>::PARAMETERS[0].shape, [24, 4]);
    assert_eq!(Inferred::<U4, U3, U2>::PARAMETERS[0].shape, [24, 4]);
    assert_eq!(Joined::<U3, U2>::PARAMETERS[2].shape, [5, 4]);
    the_same::<Images<U4, U3, U2, f64>, LiteralImages<f64>>();
    the_same::<Inferred<U4, U3, U2, f64>, LiteralImages<f64>>();
    the_same::<Joined<U3, U2, f64>, LiteralJoined<f64>>();
}

/// Two models of equal parameters compute the same bits in all passes.
fn the_same<A: Model<Element = f64>, B: Model<Element = f64>>() {
    let mut numbers = Numbers(4);
    let (mut a, mut b) = (crate::models::random::<A>(&mut numbers), B::zeros());
    b.as_mut_slice().copy_from_slice(a.as_mut_slice());
    let (x, dy) = (numbers.take(5 * A::Input::SIZE), numbers.take(5 * A::Output::SIZE));
    let pass = Pass { seed: 1, step: 2 };
    let (a, b) = (Passes { model: &*a, x: x.clone(), pass }, Passes { model: &*b, x, pass });
    assert_eq!(a.infer(), b.infer());
    assert_eq!(a.forward(), b.forward());
    let (a, b) = (a.backward(&dy), b.backward(&dy));
    assert_eq!(a.parameters, b.parameters);
    assert_eq!(a.inputs, b.inputs);
    assert!(a.inputs.iter().any(|value| *value != 0.0));
}

katachi::parameters! {
    /// y = x ⊙ factor.
    struct Scale {
        factor: [3],
    }
}

impl<T: Element> Model for Scale<T> {
    type Input = shape!(3);
    type Output = shape!(3);
    type Ending = LinearOutputs;

    const NAME: &'static str = "Scale";
    const LAYERS: &'static [LayerInfo] = &[];
    const PARAMETERS: &'static [ParameterInfo] = &[ParameterInfo {
        name: "factor",
        shape: &[3],
        offset: 0,
        trainable: true,
        initializer: Initializer::Ones,
        regularizer: Regularizer::NONE,
        constraint: None,
        nested: &[],
    }];
    const INFERENCE_WORKSPACE: WorkspaceSize = WorkspaceSize { fixed: 2, per_sample: 1 };
    const TRAINING_WORKSPACE: WorkspaceSize = WorkspaceSize { fixed: 1, per_sample: 4 };

    fn infer(&self, x: BatchView<'_, shape!(3), T>, y: &mut [T], workspace: &mut [T]) {
        assert_eq!(workspace.len(), 2 + x.len());
        for (y, x) in y.chunks_mut(3).zip(x.samples()) {
            y.iter_mut().zip(x).zip(self.factor.iter()).for_each(|((y, x), factor)| *y = *x * *factor);
        }
    }

    fn forward(&self, x: BatchView<'_, shape!(3), T>, y: &mut [T], workspace: &mut [T], _pass: Pass) {
        assert_eq!(workspace.len(), 1 + 4 * x.len());
        // It is found again in the backward pass: a workspace that two calls share would hold the samples of the other.
        workspace[0] = T::ONE;
        workspace[1..][..3 * x.len()].copy_from_slice(x.as_slice());
        self.infer(x, y, &mut vec![T::ZERO; 2 + x.len()]);
    }

    fn backward(
        &self,
        x: BatchView<'_, shape!(3), T>,
        _y: &[T],
        dy: &mut [T],
        dx: Option<&mut [T]>,
        workspace: &mut [T],
        gradient: &mut Self,
        write: Write,
        _pass: Pass,
    ) {
        assert_eq!((workspace.len(), workspace[0]), (1 + 4 * x.len(), T::ONE));
        assert_eq!(&workspace[1..][..3 * x.len()], x.as_slice());
        if write == Write::Set {
            gradient.factor.fill(T::ZERO);
        }
        for (dy, x) in dy.chunks(3).zip(x.samples()) {
            for index in 0..3 {
                gradient.factor[index] += dy[index] * x[index];
            }
        }
        if let Some(dx) = dx {
            for (dx, dy) in dx.chunks_mut(3).zip(dy.chunks(3)) {
                dx.iter_mut().zip(dy).zip(self.factor.iter()).for_each(|((dx, dy), factor)| *dx = *dy * *factor);
            }
        }
        dy.fill(T::ZERO); // It is used up.
    }
}

impl<T: Element> AcceptsSamples<Same> for Scale<T> {}
impl<T: Element> AcceptsTargets<Same> for Scale<T> {}

model! {
    struct InARow {
        hidden: Dense(4 => 3, tanh),
        scale: Scale,
        last: Dense(3 => 2),
    }
}

model! {
    struct CalledTwice {
        scale: Scale(3 => 3),
    }

    fn forward(x: [3]) -> [3] {
        let h = tanh(scale(x));
        scale(h) + h
    }
}

#[test]
fn a_model_written_by_hand_is_a_layer() {
    gradients_are_right::<InARow<f64>>();
    gradients_are_right::<CalledTwice<f64>>();
    let names = InARow::init(1).summary().to_string();
    assert!(names.contains("scale (Scale)"), "{names}");
}

fn gradients_are_right<M: Model<Element = f64>>() {
    let mut numbers = Numbers(5);
    let mut model = crate::models::random::<M>(&mut numbers);
    let (x, dy) = (numbers.take(2 * M::Input::SIZE), numbers.take(2 * M::Output::SIZE));
    let loss = |model: &M, x: &[f64]| {
        let y = Passes { model, x: x.to_vec(), pass: Pass::default() }.forward();
        std::iter::zip(&y, &dy).map(|(y, dy)| y * dy).sum::<f64>()
    };
    let found = Passes { model: &*model, x: x.clone(), pass: Pass::default() }.backward(&dy);
    let inputs = central_differences(&mut x.clone(), |x| loss(&model, x));
    assert_close("inputs", &found.inputs, &inputs, 1e-6);
    let mut parameters = model.as_slice().to_vec();
    let expected = central_differences(&mut parameters, |parameters| {
        model.as_mut_slice().copy_from_slice(parameters);
        loss(&model, &x)
    });
    assert_close("parameters", &found.parameters, &expected, 1e-6);
}

/// y = 2 x₀ + x₁ / 2 + x₂ is learned through a layer that is written by hand, called once and twice, in both element types.
///
/// No slope is negative: factor and weight begin equal, and the product of equals is a square.
#[test]
fn a_model_written_by_hand_is_trained() {
    model! {
        struct Sequential {
            Input(3),
            scale: Scale,
            sum: Dense(3 => 1, kernel_initializer = ones),
        }
    }

    model! {
        struct Functional {
            scale: Scale(3 => 3),
            shift: Param(3),
        }

        fn forward(x: [3]) -> [1] {
            reshape(sum(scale(x) + 0.5 * scale(x + shift) - 0.5 * x), [1])
        }
    }

    learns::<Sequential<f64>>(|model| model.scale.factor[0] * model.sum.weight[0]);
    learns::<Sequential<f32>>(|model| f64::from(model.scale.factor[0] * model.sum.weight[0]));
    learns::<Functional<f64>>(|model| 1.5 * model.scale.factor[0] - 0.5);
    learns::<Functional<f32>>(|model| f64::from(1.5 * model.scale.factor[0] - 0.5));
}

/// `slope` is what the model has learned in place of 2.
fn learns<M>(slope: fn(&M) -> f64)
where
    M: Model<Input = shape!(3), Output = shape!(1)> + AcceptsSamples<Same> + AcceptsTargets<Same>,
{
    let x = Numbers(9).take(40 * 3);
    let y = x.chunks(3).map(|x| M::Element::from_f64(2.0 * x[0] + 0.5 * x[1] + x[2])).collect();
    let x = x.into_iter().map(M::Element::from_f64).collect();
    let data = Dataset::<shape!(3), Values<shape!(1), M::Element>, M::Element>::from_values(x, y).unwrap();
    let mut model = M::init(1);
    let mut trainer = Trainer::new(Adam::new(0.02), MeanSquaredError).epochs(300).verbose(Verbosity::Silent);
    trainer.fit(&mut model, &data).unwrap();
    assert!((slope(&model) - 2.0).abs() < 1e-2, "{} has learned {}", M::NAME, slope(&model));
}
