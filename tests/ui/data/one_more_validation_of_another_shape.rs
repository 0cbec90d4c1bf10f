use katachi::callback::Validate;
use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        logits: Dense(32 => 7),
    }
}

fn train(data: &Dataset<shape!(784), Labels<U7>>, other: &Dataset<shape!(54), Labels<U7>>) -> Result<History, Error> {
    let mut mlp = Mlp::init(22);
    let loss = SparseCategoricalCrossentropy::from_logits();
    Trainer::new(Adam::new(1e-3), loss).callback(Validate::new("other", other, loss)).fit(&mut mlp, data)
}

fn main() {}
