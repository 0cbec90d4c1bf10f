//! What the tests share: random numbers, closeness, and central differences.

use katachi::kernels::Write;
use katachi::{BatchView, Model, Parameters, Pass, Shape};

/// Numbers that look random, in -1..1 (`SplitMix64`, Steele et al. 2014).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    pub fn take(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.next()).collect()
    }

    pub fn fill(&mut self, values: &mut [f64], scale: f64) {
        for value in values {
            *value = self.next() * scale;
        }
    }
}

/// Panics at the worst index unless all pairs differ by at most `tolerance`, relative to the larger or to 1e-3.
#[track_caller]
pub fn assert_close(name: &str, actual: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len(), "{name}: lengths");
    let difference = |index: usize| {
        let (a, e) = (actual[index], expected[index]);
        (a - e).abs() / a.abs().max(e.abs()).max(1e-3)
    };
    let worst = (0..actual.len()).max_by(|&a, &b| difference(a).total_cmp(&difference(b)));
    if let Some(worst) = worst {
        assert!(
            difference(worst) <= tolerance,
            "{name}[{worst}]: {} is not {}, off by {:e}",
            actual[worst],
            expected[worst],
            difference(worst)
        );
    }
}

/// The passes of a model on one batch, with buffers of their own for each call.
pub struct Passes<'a, M: Model<Element = f64>> {
    pub model: &'a M,
    pub x: Vec<f64>,
    pub pass: Pass,
}

/// Gradients of parameters and of inputs.
pub struct Gradients {
    pub parameters: Vec<f64>,
    pub inputs: Vec<f64>,
}

impl<M: Model<Element = f64>> Passes<'_, M> {
    fn samples(&self) -> usize {
        self.x.len() / M::Input::SIZE
    }

    pub fn forward(&self) -> Vec<f64> {
        // Workspaces are filled with NaN: whatever reads what it did not write shows.
        let mut workspace = vec![f64::NAN; M::TRAINING_WORKSPACE.for_batch(self.samples())];
        let mut y = vec![f64::NAN; self.samples() * M::Output::SIZE];
        self.model.forward(BatchView::new(&self.x).unwrap(), &mut y, &mut workspace, self.pass);
        y
    }

    pub fn infer(&self) -> Vec<f64> {
        let mut workspace = vec![f64::NAN; M::INFERENCE_WORKSPACE.for_batch(self.samples())];
        let mut y = vec![f64::NAN; self.samples() * M::Output::SIZE];
        self.model.infer(BatchView::new(&self.x).unwrap(), &mut y, &mut workspace);
        y
    }

    /// What all layers give, `row` values for each sample.
    pub fn activations(&self, row: usize) -> Vec<f64> {
        let mut workspace = vec![f64::NAN; M::ACTIVATIONS_WORKSPACE.for_batch(self.samples())];
        let mut y = vec![f64::NAN; self.samples() * row];
        self.model.activations(BatchView::new(&self.x).unwrap(), &mut y, &mut workspace);
        y
    }

    /// The gradients of Σ `weights` · y.
    pub fn backward(&self, weights: &[f64]) -> Gradients {
        let view = BatchView::new(&self.x).unwrap();
        let mut workspace = vec![f64::NAN; M::TRAINING_WORKSPACE.for_batch(self.samples())];
        let mut y = vec![f64::NAN; self.samples() * M::Output::SIZE];
        self.model.forward(view, &mut y, &mut workspace, self.pass);
        let mut gradient = M::zeros();
        gradient.as_mut_slice().fill(f64::NAN);
        let mut inputs = vec![f64::NAN; self.x.len()];
        let mut dy = weights.to_vec();
        self.model.backward(view, &y, &mut dy, Some(&mut inputs), &mut workspace, &mut gradient, Write::Set, self.pass);
        Gradients { parameters: gradient.as_slice().to_vec(), inputs }
    }
}

/// The derivative of `f` at each of `values`, by central differences.
pub fn central_differences(values: &mut [f64], mut f: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    let step = 1e-5;
    (0..values.len())
        .map(|index| {
            let value = values[index];
            values[index] = value + step;
            let above = f(values);
            values[index] = value - step;
            let below = f(values);
            values[index] = value;
            (above - below) / (2.0 * step)
        })
        .collect()
}
