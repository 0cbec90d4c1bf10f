//! Every layer and activation against central differences in f64, and no gradient all zero.

use katachi::model::ParameterInfo;
use katachi::{Model, Parameters, Pass, Shape};

use crate::check::{Numbers, Passes, assert_close, central_differences};
use crate::models::{Visit, for_each, random};

struct Check {
    numbers: Numbers,
    models: usize,
}

impl Visit for Check {
    fn model<M: Model<Element = f64>>(&mut self, name: &str) {
        let numbers = &mut self.numbers;
        let samples = 3;
        let mut model = random::<M>(numbers);
        let pass = Pass { seed: 5, step: 7 };
        let mut x = numbers.take(samples * M::Input::SIZE);
        let weights = numbers.take(samples * M::Output::SIZE);
        let loss = |model: &M, x: &[f64]| {
            let y = Passes { model, x: x.to_vec(), pass }.forward();
            std::iter::zip(&y, &weights).map(|(y, weight)| y * weight).sum::<f64>()
        };
        let gradients = Passes { model: &*model, x: x.clone(), pass }.backward(&weights);

        let expected = central_differences(&mut x, |x| loss(&model, x));
        assert_close(&format!("{name}: inputs"), &gradients.inputs, &expected, 1e-6);
        assert_not_zero(name, "inputs", &gradients.inputs);

        let mut parameters = model.as_slice().to_vec();
        let expected = central_differences(&mut parameters, |parameters| {
            model.as_mut_slice().copy_from_slice(parameters);
            loss(&model, &x)
        });
        ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
            let range = offset..offset + parameter.len();
            let gradient = &gradients.parameters[range.clone()];
            if path.is_trainable() {
                assert_close(&format!("{name}: {path}"), gradient, &expected[range], 1e-6);
                assert_not_zero(name, &path.to_string(), gradient);
            } else {
                assert!(gradient.iter().all(|value| *value == 0.0), "{name}: {path} is frozen");
            }
        });
        self.models += 1;
    }
}

fn assert_not_zero(model: &str, name: &str, gradient: &[f64]) {
    assert!(gradient.iter().any(|value| value.abs() > 1e-6), "{model}: the gradient of {name} is all zero");
}

#[test]
fn every_model_agrees_with_central_differences() {
    let mut check = Check { numbers: Numbers(1), models: 0 };
    for_each(&mut check);
    assert!(check.models > 45, "the table of models was not walked");
}
