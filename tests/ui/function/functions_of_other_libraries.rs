use katachi::prelude::*;

model! {
    pub struct M {
        hidden: Dense(4 => 2),
    }

    fn forward(x: [4]) -> [2] {
        let h = view(hidden(x), [2, 1]);
        let h = where(h > 0.0, log(h), clamp(h, 0.0, 1.0));
        squeeze(h, axis = 1)
    }
}

fn main() {}
