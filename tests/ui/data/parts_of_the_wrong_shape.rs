use katachi::prelude::*;

model! {
    pub struct Mover {
        step: Dense(5 => 2),
    }

    fn forward(position: [2], other: [3]) -> ([2], []) {
        let step = step(concat(position, other));
        (position + step, norm(step))
    }
}

fn predict(mover: &Mover, positions: &Batch<shape!(2)>, others: &Batch<shape!(4)>) -> Result<Batch<(shape!(2), shape!())>, Error> {
    Ok(mover.predict(&Batch::zip((positions, others))?))
}

fn train(mover: &mut Mover, data: &Dataset<(shape!(2), shape!(3)), Values<shape!(3)>>) -> Result<History, Error> {
    Trainer::new(Adam::new(1e-3), MeanSquaredError).fit(mover, data)
}

fn main() {}
