//! The time of a training step and of a prediction: `cargo bench -p katachi`, half a minute.
//!
//! Four models: `mnist`, 784-700-500-10 in batches of 128; `covtype`, 54-32-32-32-7 in batches of 32; `sine`, 1-10-10-1
//! in batches of 1000, all with relu between the layers; and `residual`, a function of 54 inputs with two gated skip
//! connections, in batches of 32. All are trained with Adam. The rows of each:
//!
//! * `step`: forward pass, loss, backward pass and Adam, for a batch that lies ready. [`Trainer`](katachi::Trainer)
//!   does the same, after gathering the batch from a shuffled dataset.
//! * `forward`: the first part of that. A step is some multiple of it: 3 where products are all that counts, less the
//!   gradient of the first layer's input, which nobody asks for.
//! * `predict`: one sample, in a workspace that is kept. It reads every weight once and uses it once, so that for a large
//!   model memory is the limit and not arithmetic.
//!
//! The columns: the median and the least time; the multiplications and additions of the matrix products alone, over the
//! median; and that as a part of what the same number of threads reach in the same run with nothing but fused
//! multiply-adds in registers. A machine with other work to do shows in medians far above the least times; the ratios of
//! step to forward are of the latter.

use std::env;
use std::hint::black_box;
use std::time::{Duration, Instant};

use katachi::model::ParameterInfo;
use katachi::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

model! {
    struct Mnist {
        hidden1: Dense(784 => 700, relu),
        hidden2: Dense(700 => 500, relu),
        logits: Dense(500 => 10),
    }
}

model! {
    struct Covtype {
        hidden1: Dense(54 => 32, relu),
        hidden2: Dense(32 => 32, relu),
        hidden3: Dense(32 => 32, relu),
        logits: Dense(32 => 7),
    }
}

model! {
    struct Sine {
        hidden1: Dense(1 => 10, relu),
        hidden2: Dense(10 => 10, relu),
        y: Dense(10 => 1),
    }
}

model! {
    struct Residual {
        stem: Dense(54 => 32, relu),
        body1: Dense(32 => 32, relu),
        gate1: Dense(32 => 32),
        body2: Dense(32 => 32, relu),
        gate2: Dense(32 => 32),
        scale: Param(32, init = ones),
        logits: Dense(32 => 7),
    }

    fn forward(x: [54]) -> [7] {
        let h = stem(x);
        let h = h + body1(h) * sigmoid(gate1(h)) * scale;
        let h = h + body2(h) * sigmoid(gate2(h)) * scale;
        logits(h)
    }
}

/// The rows of one model. As a function this would need the bounds of [`Workspace`]'s methods, one by one.
macro_rules! rows {
    ($name:literal, $model:ident, $data:ident, $batch:literal, $loss:expr, $machines:ident, $seconds:ident) => {{
        let loss = $loss;
        let mut model = $model::init(1);
        let mut adam = Adam::new(1e-3);
        let mut workspace = Workspace::new($batch);
        let mut inference = InferenceWorkspace::new(1);
        let batches: Vec<_> = $data.batches($batch)?.collect();
        let one = $data.take(1)?;
        let pass = Pass::default();
        let (of_sample, of_step) = operations(<$model as Model>::PARAMETERS);
        let mut ratios = Vec::new();
        for machine in &$machines {
            let mut next = batches.iter().cycle();
            let step = machine.time($seconds, || {
                let Some((x, targets)) = next.next() else { unreachable!("a cycle never ends") };
                workspace.forward(&model, x, pass)?;
                black_box(workspace.loss(&model, &loss, *targets));
                let gradient = workspace.backward(&model, x, pass);
                adam.step(&mut model, gradient)
            })?;
            let forward = machine.time($seconds, || {
                let Some((x, _)) = next.next() else { unreachable!("a cycle never ends") };
                black_box(workspace.forward(&model, x, pass)?);
                Ok(())
            })?;
            machine.print($name, "step", &step, of_step * $batch);
            machine.print($name, "forward", &forward, of_sample * $batch);
            ratios.push(step.least / forward.least);
        }
        // A single sample is not split over threads.
        let predict = $machines[0].time($seconds, || {
            black_box(model.predict_into(black_box(&one), &mut inference)?);
            Ok(())
        })?;
        $machines[0].print($name, "predict", &predict, of_sample);
        let [alone, together] = ratios[..] else { unreachable!("two machines") };
        println!("{:8} step / forward: {alone:.2} on one thread, {together:.2} on two\n", $name);
    }};
}

fn main() -> Result<(), Error> {
    // Cargo says `--bench`. Without, as in `cargo test --benches`, it is enough that every row runs.
    let seconds = if env::args().any(|argument| argument == "--bench") { 1.5 } else { 0.0 };
    let machines = [1, 2].map(|threads| Machine::new(threads, seconds));
    for machine in &machines {
        println!("{} thread(s) reach {:.1} GFLOP/s", machine.threads, machine.peak / 1e9);
    }
    println!(
        "\n{:8} {:8} {:>7} {:>11} {:>11} {:>8} {:>8}",
        "", "", "threads", "median µs", "least µs", "GFLOP/s", "of peak"
    );

    let labels = |classes| move |sample: u32| sample * sample / 3 % classes;
    let mnist = Dataset::<shape!(784), Labels<U10>>::from_labels(
        noise(16 * 128 * 784),
        (0..16 * 128).map(labels(10)).collect(),
    )?;
    rows!("mnist", Mnist, mnist, 128, SparseCategoricalCrossentropy::from_logits(), machines, seconds);

    let covtype =
        Dataset::<shape!(54), Labels<U7>>::from_labels(noise(64 * 32 * 54), (0..64 * 32).map(labels(7)).collect())?;
    rows!("covtype", Covtype, covtype, 32, SparseCategoricalCrossentropy::from_logits(), machines, seconds);
    rows!("residual", Residual, covtype, 32, SparseCategoricalCrossentropy::from_logits(), machines, seconds);

    let x = noise(4 * 1000);
    let sine =
        Dataset::<shape!(1), Values<shape!(1)>>::from_values(x.clone(), x.iter().map(|x| (6.3 * x).sin()).collect())?;
    rows!("sine", Sine, sine, 1000, MeanSquaredError, machines, seconds);
    Ok(())
}

/// So many threads, and what they can reach.
struct Machine {
    pool: ThreadPool,
    threads: usize,
    /// Operations in a second.
    peak: f64,
}

/// Times of one call, in seconds.
struct Times {
    median: f64,
    least: f64,
}

impl Machine {
    fn new(threads: usize, seconds: f64) -> Self {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("the system has threads to give");
        let mut operations = 0.0;
        let Ok(times) = time(seconds, || {
            operations = pool.broadcast(|_| peak::run()).iter().sum();
            Ok(())
        }) else {
            unreachable!("arithmetic does not fail")
        };
        Self { pool, threads, peak: operations / times.least }
    }

    /// Times of `call`, inside the pool, for about so many seconds.
    fn time(&self, seconds: f64, call: impl FnMut() -> Result<(), Error> + Send) -> Result<Times, Error> {
        self.pool.install(|| time(seconds, call))
    }

    fn print(&self, model: &str, what: &str, times: &Times, operations: usize) {
        let rate = operations as f64 / times.median;
        let (median, least) = (times.median * 1e6, times.least * 1e6);
        let (threads, rate, part) = (self.threads, rate / 1e9, 100.0 * rate / self.peak);
        println!("{model:8} {what:8} {threads:>7} {median:>11.2} {least:>11.2} {rate:>8.1} {part:>7.1}%");
    }
}

/// Times of `call`. Reading the clock takes some 30 ns, so short calls are timed many at a time.
fn time(seconds: f64, mut call: impl FnMut() -> Result<(), Error>) -> Result<Times, Error> {
    let mut bundle = |calls: u32| {
        let began = Instant::now();
        for _ in 0..calls {
            call()?;
        }
        Ok::<_, Error>(began.elapsed())
    };
    let mut calls = 1;
    while bundle(calls)? < Duration::from_micros(50) {
        calls *= 2;
    }
    let began = Instant::now();
    let mut times = vec![bundle(calls)?];
    while began.elapsed().as_secs_f64() < seconds {
        times.push(bundle(calls)?);
    }
    times.sort_unstable();
    let [median, least] = [times[times.len() / 2], times[0]].map(|time| time.as_secs_f64() / f64::from(calls));
    Ok(Times { median, least })
}

/// The multiplications and additions of the products, for one sample: of a forward pass, and of a step, which has three
/// products for each of the forward pass but one less for the first layer.
fn operations(parameters: &'static [ParameterInfo]) -> (usize, usize) {
    let mut weights = Vec::new();
    ParameterInfo::for_each(parameters, &mut |_, _, parameter| {
        if parameter.shape.len() == 2 {
            weights.push(2 * parameter.len());
        }
    });
    let forward: usize = weights.iter().sum();
    (forward, 3 * forward - weights[0])
}

/// Numbers from 0 to 1 without pattern.
fn noise(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((state >> 16) as u16) / 65536.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// Nothing but fused multiply-adds, in as many registers as hide their latency.
mod peak {
    use std::hint::black_box;

    #[cfg(target_arch = "x86_64")]
    use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_set1_ps, _mm512_fmadd_ps, _mm512_set1_ps};

    const ROUNDS: usize = 1_000_000; // Some 2 ms, beside which waking a thread is nothing.
    const REGISTERS: usize = 12;

    /// How many multiplications and additions it has done.
    pub fn run() -> f64 {
        let lanes = lanes();
        (2 * ROUNDS * REGISTERS * lanes) as f64
    }

    fn lanes() -> usize {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                // SAFETY: The processor was found to have AVX-512 F.
                unsafe { avx512() };
                return 16;
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                // SAFETY: The processor was found to have AVX2 and FMA.
                unsafe { avx2() };
                return 8;
            }
        }
        let mut sums = [[0.0_f32; 4]; REGISTERS];
        for _ in 0..ROUNDS {
            for sum in sums.as_flattened_mut() {
                *sum = *sum * 0.5 + 0.5;
            }
        }
        black_box(sums);
        4
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn avx512() {
        let half = _mm512_set1_ps(0.5);
        let mut sums = [half; REGISTERS];
        for _ in 0..ROUNDS {
            for sum in &mut sums {
                *sum = _mm512_fmadd_ps(*sum, half, half);
            }
        }
        black_box(sums);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn avx2() {
        let half = _mm256_set1_ps(0.5);
        let mut sums = [half; REGISTERS];
        for _ in 0..ROUNDS {
            for sum in &mut sums {
                *sum = _mm256_fmadd_ps(*sum, half, half);
            }
        }
        black_box(sums);
    }
}
