use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        logits: Dense(32 => 7),
    }
}

fn train(data: &Dataset<shape!(784), Labels<U7>>) -> Result<History, Error> {
    let mut mlp = Mlp::init(22);
    Trainer::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits())
        .metric(Auc::roc())
        .fit(&mut mlp, data)
}

fn main() {}
