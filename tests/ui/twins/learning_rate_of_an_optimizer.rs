use katachi::prelude::*;
use katachi::schedule::CosineDecay;

fn main() {
    let _optimizer = Adam::<f32>::new(1.0);
    let _optimizer = Sgd::<f32>::new(CosineDecay::new(0.1, 1000));
    let _schedule = Schedule::constant(0.1).then(100, 0.01);
}
