use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use katachi::prelude::*;

fn main() {
    let mirrored = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&mirrored);
    let data = data::digits().augment(move |image, random| {
        if random.unit() < 0.5 {
            image.reverse();
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    println!("{mirrored:?} of {}", data.len());
}
