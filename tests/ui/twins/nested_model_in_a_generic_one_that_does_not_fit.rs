use katachi::prelude::*;

model! {
    pub struct Block {
        inner: Dense(32 => 32, relu),
    }
}

model! {
    pub struct Classifier<Hidden> {
        stem: Dense(60 => Hidden),
        block: Block(Hidden => Hidden),
    }
}

fn main() {
    let model = Classifier::<U32>::zeros();
    println!("{:?}", model.predict(&Tensor::from([0.0; 60])));
}
