use katachi::prelude::*;
use katachi::schedule::CosineDecay;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        logits: Dense(32 => 7),
    }
}

fn train(data: &Dataset<shape!(784), Labels<U7>>) -> Result<History, Error> {
    let mut mlp = Mlp::init(22);
    let loss = SparseCategoricalCrossentropy::from_logits();
    Trainer::new(CosineDecay::new(1e-3, 1000), loss).fit(&mut mlp, data)
}

fn main() {}
