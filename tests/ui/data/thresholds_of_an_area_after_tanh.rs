use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        amount: Dense(32 => 1, tanh),
    }
}

fn train(data: &Dataset<shape!(784), Values<shape!(1)>>) -> Result<History, Error> {
    let mut mlp = Mlp::init(22);
    Trainer::new(Adam::new(1e-3), MeanSquaredError)
        .metric(Auc::precision_recall().thresholds(200))
        .fit(&mut mlp, data)
}

fn main() {}
