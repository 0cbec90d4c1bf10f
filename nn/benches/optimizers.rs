//! The time of a step of each optimizer, for each parameter: `cargo bench -p katachi --bench optimizers`, five seconds.
//!
//! 905 010 parameters, those of a 784-700-500-10 network, on one thread. A step reads parameters and gradient, reads and
//! writes what is kept, and writes parameters; `arrays` counts the numbers kept for each parameter. The columns are the
//! median and the least time, in nanoseconds for a parameter.

use std::env;
use std::hint::black_box;
use std::time::{Duration, Instant};

use katachi::prelude::*;

const PARAMETERS: usize = 905_010;

fn main() -> Result<(), Error> {
    // Cargo says `--bench`. Without, as in `cargo test --benches`, it is enough that every row runs.
    let seconds = if env::args().any(|argument| argument == "--bench") { 0.25 } else { 0.0 };
    println!("{:24} {:>6} {:>10} {:>10}", "", "arrays", "median ns", "least ns");
    row("Sgd", Sgd::new(1e-4), seconds)?;
    row("Sgd, momentum", Sgd::new(1e-4).momentum(0.9), seconds)?;
    row("Adam", Adam::new(1e-4), seconds)?;
    row("Adam, amsgrad", Adam::new(1e-4).amsgrad(true), seconds)?;
    row("AdamW", AdamW::new(1e-4), seconds)?;
    row("Rmsprop", Rmsprop::new(1e-4), seconds)?;
    row("Rmsprop, centered", Rmsprop::new(1e-4).centered(true), seconds)?;
    row("Adagrad", Adagrad::new(1e-4), seconds)?;
    row("Adadelta", Adadelta::new(1e-4), seconds)?;
    row("Adamax", Adamax::new(1e-4), seconds)?;
    row("Nadam", Nadam::new(1e-4), seconds)?;
    row("Lion", Lion::new(1e-4), seconds)?;
    row("Ftrl", Ftrl::new(1e-4), seconds)?;
    row("Ftrl, power -0.4", Ftrl::new(1e-4).learning_rate_power(-0.4), seconds)?;
    row("Adam, global_clip_norm", Adam::new(1e-4).global_clip_norm(1.0), seconds)?;
    row("Adam, ema", Adam::new(1e-4).ema(0.99), seconds)
}

/// Steps along one gradient, for about so many seconds.
fn row(name: &str, mut optimizer: impl Optimizer<f32>, seconds: f64) -> Result<(), Error> {
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((state >> 16) as u16) / 65536.0 - 0.5
    };
    let mut parameters: Vec<f32> = (0..PARAMETERS).map(|_| noise()).collect();
    let gradient: Vec<f32> = (0..PARAMETERS).map(|_| noise()).collect();
    optimizer.update(&mut parameters, &gradient)?;
    let arrays = optimizer.state().arrays.iter().filter(|(_, kept)| !kept.is_empty()).count();
    let mut times: Vec<Duration> = Vec::new();
    let began = Instant::now();
    while times.is_empty() || began.elapsed().as_secs_f64() < seconds {
        let start = Instant::now();
        optimizer.update(black_box(&mut parameters), black_box(&gradient))?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let [median, least] = [times[times.len() / 2], times[0]].map(|time| time.as_secs_f64() * 1e9 / PARAMETERS as f64);
    println!("{name:24} {arrays:>6} {median:>10.3} {least:>10.3}");
    Ok(())
}
