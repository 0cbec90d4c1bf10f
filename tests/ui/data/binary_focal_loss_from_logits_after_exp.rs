use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        outputs: Dense(32 => 7),
    }

    fn forward(x: [784]) -> [7] {
        exp(outputs(hidden(x)))
    }
}

fn train(data: &Dataset<shape!(784), Values<shape!(7)>>) -> Result<History, Error> {
    let mut mlp = Mlp::init(22);
    Trainer::new(Adam::new(1e-3), BinaryFocalCrossentropy::from_logits()).fit(&mut mlp, data)
}

fn main() {}
