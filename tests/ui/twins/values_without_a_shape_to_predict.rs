use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        logits: Dense(32 => 7),
    }
}

fn main() {
    let mlp = Mlp::init(22);
    let _ = mlp.predict(&Tensor::<shape!(784)>::zeros());
}
