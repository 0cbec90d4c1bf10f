//! Twelve networks of the literature, written in the language as a user would, against the numbers of JAX
//! (`reference/networks.json`; `networks.py` beside it names their papers): outputs and all gradients.

use std::sync::LazyLock;

use katachi::model::ParameterInfo;
use katachi::{Model, Parameters, Pass, Shape};
use serde_json::Value;

use crate::check::Passes;

/// Basic blocks of He et al.: a sum with what went in, then relu; a projection where the sizes differ.
mod residual_mlp {
    katachi::model! {
        pub struct Network {
            inner1: Dense(6 => 7, relu),
            outer1: Dense(7 => 6),
            inner2: Dense(6 => 8, relu),
            outer2: Dense(8 => 5),
            shortcut: Dense(6 => 5, bias = false),
            head: Dense(5 => 3),
        }

        fn forward(x: [6]) -> [3] {
            let h = relu(x + outer1(inner1(x)));
            let h = relu(shortcut(h) + outer2(inner2(h)));
            head(h)
        }
    }
}

/// A linear model of features and their products beside a deep one of embeddings and numbers.
mod wide_and_deep {
    katachi::model! {
        pub struct Network {
            country: Embedding(4 => 3),
            language: Embedding(3 => 2),
            hidden1: Dense(8 => 6, relu),
            hidden2: Dense(6 => 4, relu),
            deep: Dense(4 => 1),
            wide: Dense(6 => 1, bias = false),
        }

        fn forward(features: [4], categories: [2], numbers: [3]) -> [1] {
            let crossed = features[0..2] * features[2..4];
            let embedded = concat(country(categories[0]), language(categories[1]), numbers);
            sigmoid(wide(concat(features, crossed)) + deep(hidden2(hidden1(embedded))))
        }
    }
}

/// Two samples through the same layers, and the contrastive loss of their distance with margin 1.
mod siamese {
    katachi::model! {
        pub struct Network {
            hidden: Dense(5 => 6, tanh),
            embedding: Dense(6 => 3, bias = false),
        }

        fn forward(first: [5], second: [5], dissimilar: []) -> [] {
            let distance = norm(embedding(hidden(first)) - embedding(hidden(second)));
            let attraction = (1.0 - dissimilar) / 2.0 * square(distance);
            let repulsion = dissimilar / 2.0 * square(maximum(1.0 - distance, 0.0));
            attraction + repulsion
        }
    }
}

/// Two tasks on shared hidden layers: log-probabilities of three classes, and a number.
mod multi_task {
    katachi::model! {
        pub struct Network {
            shared1: Dense(5 => 8, relu),
            shared2: Dense(8 => 6, relu),
            classes: Dense(6 => 3),
            hidden: Dense(6 => 4, tanh),
            number: Dense(4 => 1),
        }

        fn forward(x: [5]) -> ([3], [1]) {
            let h = shared2(shared1(x));
            (log_softmax(classes(h)), number(hidden(h)))
        }
    }
}

/// The decoder's weight is the encoder's, transposed; the reconstruction and its crossentropy.
mod tied_autoencoder {
    katachi::model! {
        pub struct Network {
            weight: Param(6, 4),
            hidden_bias: Param(4),
            visible_bias: Param(6),
        }

        fn forward(x: [6]) -> ([6], []) {
            let h = sigmoid(matmul(x, weight) + hidden_bias);
            let z = sigmoid(matmul(h, transpose(weight)) + visible_bias);
            (z, -sum(x * ln(z) + (1.0 - x) * ln(1.0 - z)))
        }
    }
}

/// Minus the evidence lower bound of one reparameterised sample; the noise is an input.
mod variational_autoencoder {
    katachi::model! {
        pub struct Network {
            encoder: Dense(6 => 5, tanh),
            mu: Dense(5 => 2),
            log_variance: Dense(5 => 2),
            decoder: Dense(2 => 5, tanh),
            logits: Dense(5 => 6),
        }

        fn forward(x: [6], epsilon: [2]) -> [] {
            let h = encoder(x);
            let mu = mu(h);
            let log_variance = log_variance(h);
            let z = mu + exp(log_variance / 2.0) * epsilon;
            let logits = logits(decoder(z));
            let reconstruction = sum(softplus(logits) - x * logits);
            let divergence = sum(square(mu) + exp(log_variance) - log_variance - 1.0) / 2.0;
            reconstruction + divergence
        }
    }
}

/// The negative log-likelihood of a point in the plane under three Gaussian kernels.
mod mixture_density {
    use std::f64::consts::TAU;

    katachi::model! {
        pub struct Network {
            hidden: Dense(2 => 8, tanh),
            mixture: Dense(8 => 12),
        }

        fn forward(x: [2], target: [2]) -> [] {
            let (alpha, log_sigma, mu) = split(mixture(hidden(x)), [3, 3, 6]);
            let distance = sum(square(target - reshape(mu, [3, 2])), axis = 1);
            let log_kernel = -distance / (2.0 * exp(2.0 * log_sigma)) - 2.0 * log_sigma - ln(TAU);
            -logsumexp(log_softmax(alpha) + log_kernel)
        }
    }
}

/// Two gated layers, each a model that is used as a layer.
mod highway {
    katachi::model! {
        pub struct Layer {
            transform: Dense(6 => 6, relu),
            gate: Dense(6 => 6, sigmoid),
        }

        fn forward(x: [6]) -> [6] {
            let gate = gate(x);
            transform(x) * gate + x * (1.0 - gate)
        }
    }

    katachi::model! {
        pub struct Network {
            stem: Dense(4 => 6),
            first: Layer(6 => 6),
            second: Layer(6 => 6),
            head: Dense(6 => 2),
        }

        fn forward(x: [4]) -> [2] {
            head(second(first(stem(x))))
        }
    }
}

/// Gated linear units: both factors from one layer, and from a layer each.
mod gated_linear_unit {
    katachi::model! {
        pub struct Network {
            both: Dense(5 => 12),
            linear: Dense(6 => 4),
            gate: Dense(6 => 4),
            head: Dense(4 => 2),
        }

        fn forward(x: [5]) -> [2] {
            let (a, b) = split(both(x), 2);
            let h = a * sigmoid(b);
            head(linear(h) * sigmoid(gate(h)))
        }
    }
}

/// Burgers' equation: how far the network is from solving it at one point, and from the value known at another.
mod physics_informed {
    use std::f64::consts::PI;

    katachi::model! {
        pub struct Network {
            hidden1: Dense(2 => 6, tanh),
            hidden2: Dense(6 => 5, tanh),
            output: Dense(5 => 1),
        }

        fn forward(t: [], x: [], t_data: [], x_data: [], u_data: []) -> [] {
            let u = output(hidden2(hidden1(stack(t, x))))[0];
            let u_t = grad(u, t);
            let u_x = grad(u, x);
            let u_xx = grad(u_x, x);
            let residual = u_t + u * u_x - 0.01 / PI * u_xx;
            let error = output(hidden2(hidden1(stack(t_data, x_data))))[0] - u_data;
            square(error) + square(residual)
        }
    }
}

/// From the embedding of a task, and of each of two layers, comes that layer's weight and bias.
mod hypernetwork {
    katachi::model! {
        pub struct Network {
            chunk1: Param(2),
            chunk2: Param(2),
            hidden: Dense(5 => 6, relu),
            weights: Dense(6 => 20),
        }

        fn forward(x: [4], task: [3]) -> [4] {
            let (weight, bias) = split(weights(hidden(concat(task, chunk1))), [16, 4]);
            let h = tanh(matmul(x, reshape(weight, [4, 4])) + bias);
            let (weight, bias) = split(weights(hidden(concat(task, chunk2))), [16, 4]);
            matmul(h, reshape(weight, [4, 4])) + bias
        }
    }
}

/// A layer of the transformer's encoder: two heads over four positions, normalised after each sum.
mod attention {
    katachi::model! {
        pub struct Network {
            query: Dense(6 => 6, bias = false),
            key: Dense(6 => 6, bias = false),
            value: Dense(6 => 6, bias = false),
            output: Dense(6 => 6, bias = false),
            norm1_gain: Param(6, init = ones),
            norm1_bias: Param(6),
            inner: Dense(6 => 8, relu),
            outer: Dense(8 => 6),
            norm2_gain: Param(6, init = ones),
            norm2_bias: Param(6),
        }

        fn forward(x: [4, 6]) -> [4, 6] {
            // [heads, positions, 3], and the keys as columns.
            let q = transpose(reshape(query(x), [4, 2, 3]), [1, 0, 2]);
            let k = transpose(reshape(key(x), [4, 2, 3]), [1, 2, 0]);
            let v = transpose(reshape(value(x), [4, 2, 3]), [1, 0, 2]);
            let mixed = matmul(softmax(matmul(q, k) / sqrt(3.0)), v);
            let h = x + output(reshape(transpose(mixed, [1, 0, 2]), [4, 6]));

            let centred = h - mean(h, axis = -1, keep = true);
            let h = centred / sqrt(variance(h, axis = -1, keep = true) + 1e-5) * norm1_gain + norm1_bias;
            let h = h + outer(inner(h));
            let centred = h - mean(h, axis = -1, keep = true);
            centred / sqrt(variance(h, axis = -1, keep = true) + 1e-5) * norm2_gain + norm2_bias
        }
    }
}

static JAX: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("reference/networks.json")).expect("networks.json is JSON"));

/// Compares each module's `Network` with the recorded network of that name, and both lists of names.
macro_rules! compare {
    ($($name:ident)*) => {
        #[test]
        fn every_network_and_its_gradients_are_those_of_jax() {
            let rows = JAX["networks"].as_array().expect("a list");
            let mut rows = rows.iter();
            $(compare::<$name::Network<f64>>(stringify!($name), rows.next().expect("a row for each network"));)*
            assert_eq!(rows.next(), None, "a network for each row");
        }
    };
}

compare! {
    residual_mlp wide_and_deep siamese multi_task tied_autoencoder variational_autoencoder
    mixture_density highway gated_linear_unit physics_informed hypernetwork attention
}

fn compare<M: Model<Element = f64>>(name: &str, row: &'static Value) {
    assert_eq!(row["name"], name);
    let mut model = M::zeros();
    let recorded = arrays(&row["parameters"]);
    let mut ranges = Vec::new();
    let mut rest = recorded.iter();
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
        let recorded = rest.next().unwrap_or_else(|| panic!("{name}: {path} is not recorded"));
        assert_eq!((path.to_string().as_str(), parameter.shape), (recorded.name, &*recorded.shape), "{name}");
        model.as_mut_slice()[offset..][..parameter.len()].copy_from_slice(&recorded.values);
        ranges.push(offset..offset + parameter.len());
    });
    assert!(rest.next().is_none(), "{name}: more parameters are recorded");

    let x = packed(&arrays(&row["inputs"]));
    assert_eq!(x.len(), 5 * M::Input::SIZE, "{name}: inputs");
    let passes = Passes { model: &*model, x, pass: Pass::default() };
    let outputs = arrays(&row["outputs"]);
    assert_recorded(name, &unpacked(&passes.forward(), &outputs), &outputs);
    assert_recorded(&format!("{name}: infer"), &unpacked(&passes.infer(), &outputs), &outputs);

    let gradients = passes.backward(&packed(&arrays(&row["cotangents"])));
    let of_parameters = ranges.into_iter().map(|range| gradients.parameters[range].to_vec());
    let place = format!("{name}: gradient");
    assert_recorded(&place, &of_parameters.collect::<Vec<_>>(), &arrays(&row["parameter_gradients"]));
    let recorded = arrays(&row["input_gradients"]);
    assert_recorded(&place, &unpacked(&gradients.inputs, &recorded), &recorded);
}

struct Recorded {
    name: &'static str,
    shape: Vec<usize>,
    values: Vec<f64>,
}

fn arrays(list: &'static Value) -> Vec<Recorded> {
    let list = list.as_array().expect("a list").iter();
    list.map(|array| {
        let (shape, values) = (array["shape"].as_array().expect("sizes"), array["values"].as_array().expect("numbers"));
        Recorded {
            name: array["name"].as_str().expect("a name"),
            shape: shape.iter().map(|size| size.as_u64().expect("a size").try_into().expect("a size")).collect(),
            values: values.iter().map(|value| value.as_f64().expect("a number")).collect(),
        }
    })
    .collect()
}

impl Recorded {
    /// How many values a sample has.
    fn size(&self) -> usize {
        self.shape[1..].iter().product()
    }
}

/// All arrays as one: a sample's values are those of the first array, then those of the second.
fn packed(arrays: &[Recorded]) -> Vec<f64> {
    let sample =
        |sample: usize| arrays.iter().flat_map(move |array| &array.values[sample * array.size()..][..array.size()]);
    (0..arrays[0].shape[0]).flat_map(sample).copied().collect()
}

/// The way back from `packed`, to arrays of the sizes of `like`.
fn unpacked(values: &[f64], like: &[Recorded]) -> Vec<Vec<f64>> {
    let row: usize = like.iter().map(Recorded::size).sum();
    let mut offset = 0;
    like.iter()
        .map(|array| {
            let of_sample = |sample: &[f64]| sample[offset..][..array.size()].to_vec();
            let values = values.chunks(row).flat_map(of_sample).collect();
            offset += array.size();
            values
        })
        .collect()
}

/// A number may be off by 1e-9 of the largest of its array; where all are 0, by 1e-15.
///
/// The scale is that of the array, as small sums of large terms are as exact as the terms, not as the sums.
#[track_caller]
fn assert_recorded(place: &str, actual: &[Vec<f64>], recorded: &[Recorded]) {
    assert_eq!(actual.len(), recorded.len(), "{place}: arrays");
    for (actual, Recorded { name, values: expected, .. }) in std::iter::zip(actual, recorded) {
        assert_eq!(actual.len(), expected.len(), "{place} {name}: length");
        let largest = expected.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let allowed = 1e-9 * largest.max(1e-6);
        for (index, (actual, expected)) in std::iter::zip(actual, expected).enumerate() {
            let off = (actual - expected).abs();
            // Written so that NaN is not close to anything.
            assert!(off <= allowed, "{place} {name}[{index}]: {actual} is not {expected}: off by {off:e}");
        }
    }
}
