//! The linear regression of the `TensorFlow` tutorial, with bare parameters and a loop written by hand: 100 samples of a
//! feature, three outputs, a hundred steps. The loss falls as a straight line in logarithm, down to the noise.

use katachi::Element;
use katachi::prelude::*;

use crate::check::{Numbers, assert_close};

model! {
    struct Regression {
        w: Param(1, 3),
        b: Param(3),
    }

    fn forward(x: [1]) -> [3] {
        matmul(x, w) + b
    }
}

const SAMPLES: usize = 100;
const STEPS: u64 = 100;
/// While the distance to the minimum is far above the noise, and above the roundings of f32.
const STRAIGHT: usize = 50;
const TRUTH: [(f64, f64); 3] = [(3.0, 2.0), (-2.0, 0.5), (0.5, -1.0)];

/// Values of about the variance 1, so that both directions of descent are as steep and the line is straight.
fn samples() -> (Vec<f64>, Vec<f64>) {
    let mut numbers = Numbers(1);
    let x: Vec<f64> = numbers.take(SAMPLES).iter().map(|x| 3_f64.sqrt() * x).collect();
    let y = x.iter().flat_map(|x| TRUTH.map(|(slope, offset)| slope * x + offset + 0.2 * numbers.next())).collect();
    (x, y)
}

/// The weights and biases of least squares: the covariance over the variance, and what the means leave.
fn least_squares(x: &[f64], y: &[f64]) -> [f64; 6] {
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / SAMPLES as f64;
    let x_mean = mean(&mut x.iter().copied());
    let variance = mean(&mut x.iter().map(|x| (x - x_mean).powi(2)));
    let mut parameters = [0.0; 6];
    for output in 0..3 {
        let y = || y.iter().skip(output).step_by(3);
        let y_mean = mean(&mut y().copied());
        let slope = mean(&mut x.iter().zip(y()).map(|(x, y)| (x - x_mean) * (y - y_mean))) / variance;
        parameters[output] = slope;
        parameters[3 + output] = y_mean - slope * x_mean;
    }
    parameters
}

fn mean_squared_error(parameters: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let squares = y.iter().enumerate().map(|(index, y)| {
        let (sample, output) = (index / 3, index % 3);
        (parameters[output] * x[sample] + parameters[3 + output] - y).powi(2)
    });
    squares.sum::<f64>() / y.len() as f64
}

/// The parameters, and the loss before each step.
fn train<T: Element>(x: &[f64], y: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let data = Dataset::<shape!(1), Values<shape!(3), f64>, f64>::from_values(x.to_vec(), y.to_vec());
    let data = data.expect("whole samples").cast::<T>();
    let mut model = Regression::<T>::zeros();
    let (mut workspace, mut sgd, mut losses) = (Workspace::new(SAMPLES), Sgd::new(0.1), Vec::new());
    for step in 0..STEPS {
        let pass = Pass { seed: 0, step };
        workspace.forward(&*model, &data, pass).expect("the workspace is as large as the batch");
        losses.push(workspace.loss(&*model, &MeanSquaredError, data.targets()).to_f64());
        let gradient = workspace.backward(&*model, &data, pass);
        sgd.step(&mut *model, gradient).expect("as many gradients as parameters");
    }
    (model.as_slice().iter().map(|value| value.to_f64()).collect(), losses)
}

/// Pearson's correlation of the values with their indices.
fn correlation_with_index(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let (index_mean, value_mean) = ((n - 1.0) / 2.0, values.iter().sum::<f64>() / n);
    let (mut both, mut of_index, mut of_value) = (0.0, 0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let (i, v) = (index as f64 - index_mean, value - value_mean);
        both += i * v;
        of_index += i * i;
        of_value += v * v;
    }
    both / (of_index * of_value).sqrt()
}

#[test]
fn the_loss_falls_as_a_line_in_logarithm_to_the_noise() {
    fn check<T: Element>() {
        let (x, y) = samples();
        let best = least_squares(&x, &y);
        let floor = mean_squared_error(&best, &x, &y);
        assert!((0.005..0.02).contains(&floor), "the noise is uniform in ±0.2, its variance 0.0133: {floor}");

        let (found, losses) = train::<T>(&x, &y);
        let heights: Vec<f64> = losses[..STRAIGHT].iter().map(|loss| (loss - floor).log10()).collect();
        let correlation = correlation_with_index(&heights);
        assert!(correlation < -0.99, "{}: {correlation} of {heights:?}", T::NAME);
        assert!(heights[0] - heights[STRAIGHT - 1] > 2.0, "{}: it falls by orders of magnitude", T::NAME);

        let last = losses[losses.len() - 1];
        assert!((last - floor).abs() < 1e-2 * floor, "{}: {last} is not the noise's {floor}", T::NAME);
        assert_close(T::NAME, &found, &best, 2e-2);
    }
    check::<f64>();
    check::<f32>();
}

/// Descent on a parabola by hand: what the hundred steps must give, to rounding.
#[test]
fn the_steps_are_those_of_the_formula() {
    let (x, y) = samples();
    let (found, losses) = train::<f64>(&x, &y);
    let mut parameters = vec![0.0; 6];
    for loss in losses {
        assert_close("loss", &[loss], &[mean_squared_error(&parameters, &x, &y)], 1e-12);
        let mut gradient = [0.0; 6];
        for (index, y) in y.iter().enumerate() {
            let (sample, output) = (index / 3, index % 3);
            let error = parameters[output] * x[sample] + parameters[3 + output] - y;
            gradient[output] += 2.0 * error * x[sample] / (3 * SAMPLES) as f64;
            gradient[3 + output] += 2.0 * error / (3 * SAMPLES) as f64;
        }
        for (parameter, gradient) in parameters.iter_mut().zip(gradient) {
            *parameter -= 0.1 * gradient;
        }
    }
    assert_close("parameters", &found, &parameters, 1e-12);
}
