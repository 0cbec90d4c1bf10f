//! The table of models that every law is checked on: each layer, option and activation stands in one of them.

use katachi::{Model, Parameters};

use crate::check::Numbers;

/// Declares a module with a model for each row, and `for_each`, which calls a macro with all of them.
macro_rules! models {
    ($($module:ident { $($layers:tt)* } $(=> fn $function:ident($($inputs:tt)*) -> $output:tt $body:tt)?)*) => {
        $(pub mod $module {
            #[allow(unused_imports, reason = "some models have others as layers")]
            use super::parts::*;

            katachi::model! {
                pub struct M { $($layers)* }
                $(fn $function($($inputs)*) -> $output $body)?
            }
        })*

        /// Calls `visit` with each model of the table.
        pub fn for_each(visit: &mut impl Visit) {
            $(visit.model::<$module::M<f64>>(stringify!($module));)*
        }
    };
}

/// What is done with each model.
pub trait Visit {
    fn model<M: Model<Element = f64>>(&mut self, name: &str);
}

/// A model with parameters of either sign, small enough that no activation saturates.
pub fn random<M: Model<Element = f64>>(numbers: &mut Numbers) -> Box<M> {
    let mut model = M::zeros();
    numbers.fill(model.as_mut_slice(), 0.8);
    model
}

models! {
    linear { a: Dense(3 => 4), b: Dense(4 => 2, linear) }
    relu { a: Dense(3 => 6, relu), b: Dense(6 => 2) }
    relu6 { a: Dense(3 => 6, relu6), b: Dense(6 => 2) }
    leaky_relu { a: Dense(3 => 6, leaky_relu), b: Dense(6 => 2) }
    leaky_relu_with_slope { a: Dense(3 => 6, leaky_relu(-0.3)), b: Dense(6 => 2, leaky_relu(negative_slope = 0.01)) }
    elu { a: Dense(3 => 6, elu), b: Dense(6 => 2, elu(alpha = 0.5)) }
    selu { a: Dense(3 => 6, selu), b: Dense(6 => 2) }
    gelu { a: Dense(3 => 6, gelu), b: Dense(6 => 2, gelu(approximate = true)) }
    silu { a: Dense(3 => 6, silu), b: Dense(6 => 2) }
    sigmoid { a: Dense(3 => 6, sigmoid), b: Dense(6 => 2, sigmoid) }
    hard_sigmoid { a: Dense(3 => 6, hard_sigmoid), b: Dense(6 => 2) }
    tanh { a: Dense(3 => 6, tanh), b: Dense(6 => 2, tanh) }
    softplus { a: Dense(3 => 6, softplus), b: Dense(6 => 2) }
    softsign { a: Dense(3 => 6, softsign), b: Dense(6 => 2) }
    softmax { a: Dense(3 => 6, softmax), b: Dense(6 => 4, softmax) }
    log_softmax { a: Dense(3 => 6, log_softmax), b: Dense(6 => 4, log_softmax) }

    by_their_own_names {
        Input(5), Tanh, a: Dense(5 => 5), Relu, b: Dense(5 => 5), Relu6, c: Dense(5 => 5), LeakyRelu(0.1), d: Dense(5 => 5),
        Elu, e: Dense(5 => 5), Selu, f: Dense(5 => 5), Gelu, g: Dense(5 => 5), Gelu(approximate = true), h: Dense(5 => 5), Silu,
        i: Dense(5 => 5), Sigmoid, j: Dense(5 => 5), HardSigmoid, k: Dense(5 => 5), Softplus, l: Dense(5 => 5), Softsign,
        m: Dense(5 => 5), Activation(tanh), n: Dense(5 => 5), Linear, o: Dense(5 => 3), LogSoftmax,
    }
    activations_in_a_row { Input(4), Silu, Tanh, a: Dense(4 => 3, gelu), Softplus, Sigmoid, Softmax }
    without_bias { a: Dense(3 => 5, tanh, bias = false), b: Dense(5 => 2, bias = false) }
    inferred_sizes { Input(2, 3), Flatten, a: Dense(_ => 4, tanh), b: Dense(_ => 2) }
    over_the_innermost { Input(2, 3), a: Dense(3 => 4, tanh), Softmax, b: Dense(4 => 2), Flatten, c: Dense(4 => 3) }
    reshaped { a: Dense(4 => 6, tanh), Reshape(2, 3), b: Dense(3 => 2), Softmax }
    dropped { a: Dense(3 => 8, tanh), Dropout(0.5), b: Dense(8 => 6, relu), drop: Dropout(rate = 0.25), c: Dense(6 => 2) }
    dropped_first { Input(6), Dropout(0.3), a: Dense(6 => 2), Dropout(0.5) }
    not_dropped { Input(3), Dropout(0), a: Dense(3 => 2) }
    names_of_generated_variables {
        x: Dense(3 => 3, tanh), y: Dense(3 => 3, gelu), n: Dense(3 => 3, tanh), dy: Dense(3 => 3), workspace: Dense(3 => 3, tanh),
        d_x: Dense(3 => 3), buffer0: Dense(3 => 3), r#fn: Dense(3 => 3, tanh), gradient: Dense(3 => 3), pass: Dense(3 => 3), r#type: Dense(3 => 2),
    }
    one_by_one { a: Dense(1 => 1) }
    no_parameters { Input(2, 3), Tanh, Softmax }
    nothing_but_a_new_shape { Input(2, 3), Flatten }
    regularised { a: Dense(3 => 4, tanh, l1 = 0.01, l2 = 0.1), b: Dense(4 => 2, l2 = 1) }
    initialised {
        a: Dense(30 => 40, tanh, kernel_initializer = he_normal, bias_initializer = constant(-0.5)),
        b: Dense(40 => 2, activation = sigmoid, kernel_initializer = lecun_uniform, bias_initializer = ones),
    }

    skip_connection { stem: Dense(4 => 3, tanh), body: Dense(3 => 3, gelu), scale: Param(3), shift: Param() } =>
    fn forward(x: [4]) -> [3] {
        let h = stem(x);
        h + body(h) * scale + shift
    }

    shared_weights { encode: Dense(4 => 3, tanh), head: Dense(6 => 2) } =>
    fn forward(a: [4], b: [4]) -> [2] { head(concat(encode(a), encode(b) * 2.0)) }

    needed_by_a_parameter_and_the_input { offset: Param(4) } =>
    fn forward(x: [4]) -> [4] { softmax(x + offset) }

    several_outputs { trunk: Dense(4 => 5, tanh), mean: Dense(5 => 2), deviation: Dense(5 => 2, softplus), of_all: Dense(5 => 1) } =>
    fn forward(x: [4]) -> ([2], [2], []) {
        let h = trunk(x);
        (mean(h), deviation(h), of_all(h)[0])
    }

    tied { encoder: Dense(6 => 3, tanh), bias: Param(6) } =>
    fn forward(x: [6]) -> [6] { matmul(encoder(x), transpose(encoder.weight)) + bias }

    weights_of_norm_one { direction: Param(4, 3), length: Param(3), frame: Param(2, 2) } =>
    fn forward(x: [4]) -> [3] {
        let weight = direction / norm(direction, axis = 0, keep = true) * length;
        matmul(x, weight) + sum(matmul(frame, transpose(frame)))
    }

    embedded { table: Embedding(5 => 3), more: Param(4, 2), head: Dense(8 => 2) } =>
    fn forward(x: [2]) -> [2] {
        let indices = floor(abs(x) * 3.9);
        head(concat(flatten(table(indices)), lookup(more, indices[0]))) * sum(x)
    }

    frozen_in_the_middle { first: Dense(3 => 4, tanh), #[frozen] middle: Dense(4 => 4, tanh), last: Dense(4 => 2) }
    frozen_first { #[frozen] first: Dense(3 => 4, tanh), last: Dense(4 => 2) }

    model_as_a_layer { first: Dense(4 => 3, tanh), inner: Inner(3 => 2), last: Dense(2 => 2) }
    model_as_the_first_layer { inner: Inner(3 => 2), Tanh, last: Dense(2 => 2) }
    model_called_twice { inner: Square, scale: Param(3) } =>
    fn forward(x: [3]) -> [3] { inner(inner(x) * scale) + x }
    frozen_model { first: Dense(4 => 3, tanh), #[frozen] inner: Inner(3 => 2), last: Dense(2 => 2) }
    generic_model_as_a_layer { first: Dense(4 => 5, tanh), inner: Sized<katachi::typenum::U5, katachi::typenum::U2>([5] => [4]), last: Dense(4 => 2) }
    function_that_drops { first: Dense(4 => 8, tanh), last: Dense(8 => 2) } =>
    fn forward(x: [4]) -> [2] { last(dropout(first(x), 0.5)) + mean(dropout(x, 0.25)) }
    model_that_drops { first: Dense(4 => 8, tanh), inner: Dropping(8 => 4), last: Dense(4 => 2) }

    gradient_of_a_gradient { first: Dense(3 => 4, tanh), second: Dense(4 => 4, silu), third: Dense(4 => 4, gelu(approximate = true)), last: Dense(4 => 1) } =>
    fn forward(x: [3]) -> ([3], []) {
        let y = last(third(second(first(x))))[0];
        let slope = grad(y, x);
        (slope, y + pow(norm(slope) - 1.0, 2))
    }

    axes_of_all_kinds { w: Param(2, 3, 2) } =>
    fn forward(x: [2, 3]) -> [3] {
        let stacked = matmul(transpose(reshape(x, [3, 2, 1]), [1, 2, 0]), w); // [2, 1, 2]
        let (a, b) = split(softmax(reshape(stacked, [2, 2]), axis = 0), 2, axis = 0);
        let joined = pad(concat(a, b), 1, 2); // [1, 7]
        logsumexp(joined) + slice(joined[0], 1..4) * min(x, axis = 0) + max(stacked)
    }
}

/// Models that others have as layers.
pub mod parts {
    katachi::model! {
        pub struct Inner { hidden: Dense(3 => 3, tanh), out: Dense(3 => 2) }
    }

    katachi::model! {
        pub struct Square { only: Dense(3 => 3, tanh), scale: Param(3, init = ones) }
        fn forward(x: [3]) -> [3] { only(x) * (scale / sum(exp(scale))) }
    }

    katachi::model! {
        pub struct Sized<In, Half> { a: Dense(In => Half, tanh), b: Dense(In => Half), mix: Dense(Half + Half => 2 * Half) }
        fn forward(x: [In]) -> [Half + Half] { mix(concat(a(x), b(x))) }
    }

    katachi::model! {
        pub struct Dropping { first: Dense(8 => 6, tanh), Dropout(0.5), last: Dense(6 => 4) }
    }
}
