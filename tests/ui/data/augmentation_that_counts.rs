#![allow(unused)]

use katachi::prelude::*;

fn main() {
    let mut mirrored = 0;
    let data = data::digits().augment(move |image, random| {
        if random.unit() < 0.5 {
            image.reverse();
            mirrored += 1;
        }
    });
    println!("{mirrored} of {}", data.len());
}
