use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        logits: Dense(32 => 7),
    }
}

fn train(data: &Dataset<shape!(784), Labels<U7>>) -> Result<History, Error> {
    let mut mlp = Mlp::init(22);
    let trainer = Trainer::new(Sgd::new(0.1), SparseCategoricalCrossentropy::from_logits());
    trainer.callback(Adam::<f32>::new(1e-3)).fit(&mut mlp, data)
}

fn main() {}
