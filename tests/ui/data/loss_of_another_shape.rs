use katachi::accepts::Same;
use katachi::loss::{FitsOutputs, SampleLoss};
use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        numbers: Dense(32 => 10),
    }
}

/// As `#[differentiable]` writes it for a function of outputs of shape [7].
#[derive(Clone, Copy, Debug)]
pub struct Huber;

impl SampleLoss for Huber {
    type Element = f32;
    type Outputs = shape!(7);
    type Fits = HuberFits;
    const NAME: &'static str = "huber";

    fn value(outputs: &[f32], targets: &[f32]) -> f32 {
        let huber = |(y, t): (&f32, &f32)| if (y - t).abs() < 1.0 { (y - t).powi(2) / 2.0 } else { (y - t).abs() - 0.5 };
        outputs.iter().zip(targets).map(huber).sum()
    }

    fn value_and_gradient(outputs: &[f32], targets: &[f32], gradient: &mut [f32]) -> f32 {
        gradient.iter_mut().zip(outputs).zip(targets).for_each(|((d, y), t)| *d = (y - t).clamp(-1.0, 1.0));
        Self::value(outputs, targets)
    }
}

pub struct HuberFits;
impl<V: SameShape> FitsOutputs<V> for HuberFits {}

#[diagnostic::on_unimplemented(message = "`huber` takes outputs of shape [7]", label = "this model gives outputs of another shape")]
pub trait SameShape {}
impl SameShape for Same {}

fn train(data: &Dataset<shape!(784), Values<shape!(10)>>) -> Result<History, Error> {
    let mut mlp = Mlp::init(22);
    Trainer::new(Adam::new(1e-3), Huber).fit(&mut mlp, data)
}

fn evaluate(data: &Dataset<shape!(784), Values<shape!(10)>>, mlp: &Mlp) -> Result<Evaluation, Error> {
    mlp.evaluate(data, &Huber, MeanSquaredError)
}

fn step(workspace: &mut Workspace<Mlp>, mlp: &Mlp, data: &Dataset<shape!(784), Values<shape!(10)>>) -> f32 {
    workspace.loss(mlp, &Huber, data.targets())
}

fn main() {}
