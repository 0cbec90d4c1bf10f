//! Shapes, tables and sizes that the compiler decides: as types, as numbers, as constants.

use katachi::prelude::*;
use katachi::{Memory, model::ParameterInfo};

model! {
    /// The multilayer perceptron of the TensorFlow Core tutorial.
    pub struct Mlp {
        hidden1: Dense(784 => 700, relu),
        hidden2: Dense(700 => 500, relu),
        logits: Dense(500 => 10),
    }
}

model! {
    struct Image {
        Input(28, 28, 1),
        Dropout(0.1),
        Flatten,
        code: Dense(_ => 1568, relu, bias = false),
        Reshape(7, 7, 32),
        Relu,
        channels: Dense(_ => 4),
        Flatten,
        drop: Dropout(0.2),
        Dropout(0.3),
        dropout_1: Dense(196 => 2000),
    }
}

// A budget is an assertion of the compiler.
const _: () = assert!(Mlp::PARAMETER_BYTES + Mlp::INFERENCE_BYTES.for_batch(1) < 4_000_000);

/// Compiles only if both are one type.
fn same<T>(_: std::marker::PhantomData<T>, _: std::marker::PhantomData<T>) {}

#[test]
fn shapes_are_types() {
    use std::marker::PhantomData;
    same(PhantomData::<<Mlp as Model>::Input>, PhantomData::<shape!(784)>);
    same(PhantomData::<<Mlp as Model>::Output>, PhantomData::<shape!(10)>);
    same(PhantomData::<<Image as Model>::Input>, PhantomData::<shape!(28, 28, 1)>);
    same(PhantomData::<<Image as Model>::Output>, PhantomData::<shape!(2000)>);
    same(PhantomData::<shape!(3, U4)>, PhantomData::<shape!(U3, 4)>);
    assert_eq!(<shape!(123_456_789, 2)>::SIZE, 246_913_578);
}

#[test]
fn layers_have_names_shapes_and_counts() {
    let rows: Vec<_> = Image::LAYERS.iter().map(|layer| (layer.name, layer.output, layer.parameters)).collect();
    let expected: [(&str, &[usize], usize); 10] = [
        ("dropout", &[28, 28, 1], 0),
        ("flatten", &[784], 0),
        ("code", &[1568], 784 * 1568),
        ("reshape", &[7, 7, 32], 0),
        ("relu", &[7, 7, 32], 0),
        ("channels", &[7, 7, 4], 32 * 4 + 4),
        ("flatten_1", &[196], 0),
        ("drop", &[196], 0),
        ("dropout_2", &[196], 0), // `dropout_1` is the user's.
        ("dropout_1", &[2000], 196 * 2000 + 2000),
    ];
    assert_eq!(rows, expected);
    assert_eq!(Image::LAYERS[2].declaration, "Dense(784 => 1568, relu, bias = false)");
}

#[test]
fn parameters_lie_in_the_order_of_declaration_without_gaps() {
    let mut end = 0;
    for parameter in Image::PARAMETERS {
        assert_eq!(parameter.offset, end, "{}", parameter.name);
        end += parameter.len();
    }
    assert_eq!(end, Image::init(0).as_slice().len());
    let names: Vec<&str> = Image::PARAMETERS.iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["code.weight", "channels.weight", "channels.bias", "dropout_1.weight", "dropout_1.bias"]);
    let ParameterInfo { shape, .. } = Image::PARAMETERS[1];
    assert_eq!(shape, [32, 4]);
}

/// A field and its place in the flat slice are the same memory.
#[test]
fn fields_are_views_of_the_slice() {
    let mut model = Image::init(3);
    for (index, value) in model.as_mut_slice().iter_mut().enumerate() {
        *value = index as f32;
    }
    let first = |name: &str| {
        let parameter = Image::PARAMETERS.iter().find(|parameter| parameter.name == name).unwrap();
        parameter.offset as f32
    };
    assert_eq!(model.code.weight[0].to_bits(), first("code.weight").to_bits());
    assert_eq!(model.channels.bias[0].to_bits(), first("channels.bias").to_bits());
    assert_eq!(model.dropout_1.weight[0].to_bits(), first("dropout_1.weight").to_bits());
}

#[test]
fn memory_is_known_to_the_compiler() {
    assert_eq!(Mlp::PARAMETER_BYTES, 905_010 * 4);
    assert_eq!(Mlp::INFERENCE_BYTES, Memory { fixed: 0, per_sample: (700 + 500 + 10) * 4 });
    // hidden1, hidden2 with the gradient of hidden1 in one buffer, the gradient of hidden2; outputs and their gradient.
    let per_sample = (700 + 700 + 500 + 10 + 10) * 4;
    assert_eq!(Mlp::TRAINING_BYTES, Memory { fixed: 905_010 * 4, per_sample });
    assert_eq!(Memory::training::<Mlp<f64>>().for_batch(2), 2 * 905_010 * 4 + 2 * 2 * per_sample);
}

/// `Mlp` alone is the model of f32, and f64 is asked for by name.
#[test]
fn f32_is_the_default() {
    let single = Mlp::init(22);
    let double = <Mlp<f64> as Model>::init(22);
    for (single, double) in single.as_slice().iter().zip(double.as_slice()) {
        assert!((f64::from(*single) - double).abs() < 1e-7);
    }
}
