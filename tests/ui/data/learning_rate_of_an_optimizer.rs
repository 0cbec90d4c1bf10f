use katachi::prelude::*;

fn main() {
    let _optimizer = Adam::<f32>::new(1);
    let _optimizer = Sgd::<f32>::new("cosine");
    let _schedule = Schedule::constant(0.1).then(100, Adam::<f32>::new(0.1));
}
