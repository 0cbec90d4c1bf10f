use katachi::prelude::*;

model! {
    pub struct M {
        words: Embedding(1000, 16),
        places: Embedding(_ => 16),
    }

    fn forward(word: [], place: []) -> [16] {
        words(word) + places(place)
    }
}

fn main() {}
