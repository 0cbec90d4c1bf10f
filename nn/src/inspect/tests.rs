use super::*;
use crate::{Batch, Parameters, Predict, Tensor, model};

model! {
    struct Encoder {
        hidden: Dense(3 => 4, tanh),
        #[frozen]
        code: Dense(4 => 2),
    }
}

model! {
    struct Sequence {
        Input(2, 3),
        rows: Dense(_ => 5, relu),
        Dropout(0.5),
        Flatten,
        Softmax,
        logits: Dense(10 => 2, bias = false),
        LogSoftmax,
    }
}

model! {
    struct Graph {
        table: Embedding(4 => 3),
        shared: Dense(3 => 3, tanh),
        encoder: Encoder(3 => 2),
        scale: Param(2),
    }

    fn forward(x: [3], word: []) -> [2] {
        let h = shared(x + table(word));
        let h = shared(h);
        encoder(h) * scale
    }
}

model! {
    struct Generic<In, Out> {
        hidden: Dense(In => Out, relu),
        output: Dense(Out => In),
    }
}

fn affine(x: &[f32], weight: &[f32], bias: &[f32], outputs: usize) -> Vec<f32> {
    let sum = |o: usize| x.iter().enumerate().map(|(i, x)| x * weight[i * outputs + o]).sum::<f32>();
    (0..outputs).map(|o| sum(o) + bias.get(o).copied().unwrap_or_default()).collect()
}

#[track_caller]
fn assert_near(actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len());
    for (a, e) in actual.iter().zip(expected) {
        assert!((a - e).abs() <= 1e-5, "{actual:?} is not {expected:?}");
    }
}

#[test]
fn a_trace_has_what_each_line_of_a_sequence_gives() {
    let model = Sequence::init(3);
    let x = [1.0, -2.0, 0.5, 0.3, 0.7, -0.4, 0.0, 1.0, 1.0, -1.0, 2.0, 0.1_f32];
    let x = crate::BatchView::<crate::shape!(2, 3), f32>::new(&x).unwrap();
    let trace = model.trace(&x);
    let lines: Vec<_> = trace.iter().map(|call| (call.name(), call.kind(), call.shape())).collect();
    let expected: [(&str, &str, &[usize]); 6] = [
        ("rows", "Dense", &[2, 5]),
        ("dropout", "Dropout", &[2, 5]),
        ("flatten", "Flatten", &[10]),
        ("softmax", "Softmax", &[10]),
        ("logits", "Dense", &[2]),
        ("log_softmax", "LogSoftmax", &[2]),
    ];
    assert_eq!(lines, expected);
    assert_eq!((trace.len(), trace.samples()), (6, 2));
    for (sample, x) in x.as_slice().chunks(6).enumerate() {
        let of = |name: &str| trace.layer(name).unwrap().sample(sample);
        let rows: Vec<f32> =
            x.chunks(3).flat_map(|x| affine(x, model.rows.weight.as_slice(), model.rows.bias.as_slice(), 5)).collect();
        let rows: Vec<f32> = rows.into_iter().map(|z| z.max(0.0)).collect();
        assert!(rows.contains(&0.0));
        assert_near(of("rows"), &rows);
        assert_eq!(of("dropout"), of("rows"));
        assert_eq!(of("flatten"), of("rows"));
        let sum: f32 = rows.iter().map(|z| z.exp()).sum();
        assert_near(of("softmax"), &rows.iter().map(|z| z.exp() / sum).collect::<Vec<_>>());
        assert_near(of("logits"), &affine(of("softmax"), model.logits.weight.as_slice(), &[], 2));
    }
    assert_eq!(trace.layer("log_softmax").unwrap().values(), model.predict(&x).as_slice());
}

#[test]
fn a_trace_of_a_function_has_each_call() {
    let mut model = Graph::init(4);
    model.scale = Tensor::from([2.0, -1.0]);
    let rows = [1.0, -2.0, 0.5, 1.0, 0.3, 0.7, -0.4, 3.0_f32];
    let x = BatchOf::new(&rows).unwrap();
    let trace = model.trace(&x);
    let calls: Vec<_> = trace.iter().map(|call| (call.name(), call.call(), call.shape())).collect();
    let expected: [(&str, usize, &[usize]); 4] =
        [("table", 0, &[3]), ("shared", 0, &[3]), ("shared", 1, &[3]), ("encoder", 0, &[2])];
    assert_eq!(calls, expected);
    let calls: Vec<&Traced<f32>> = trace.iter().collect();
    for (sample, row) in [(0, 1_usize), (1, 3)] {
        let of = |call: usize| calls[call].sample(sample);
        assert_eq!(of(0), &model.table.weight.as_slice()[row * 3..][..3]);
        let sums: Vec<f32> = rows[sample * 4..][..3].iter().zip(of(0)).map(|(x, t)| x + t).collect();
        let shared = |x: &[f32]| {
            let z = affine(x, model.shared.weight.as_slice(), model.shared.bias.as_slice(), 3);
            z.into_iter().map(f32::tanh).collect::<Vec<_>>()
        };
        assert_near(of(1), &shared(&sums));
        assert_near(of(2), &shared(of(1)));
    }
    let of_encoder =
        model.encoder.predict(&Batch::from([[calls[2].values()[0], calls[2].values()[1], calls[2].values()[2]]]));
    assert_near(calls[3].sample(0), of_encoder.as_slice());
    let scaled: Vec<f32> =
        calls[3].values().iter().zip([2.0, -1.0].iter().cycle()).map(|(y, scale)| y * scale).collect();
    assert_eq!(model.predict(&x).as_slice(), scaled);
}

type BatchOf<'a> = crate::BatchView<'a, (crate::shape!(3), crate::shape!()), f32>;

#[test]
fn many_samples_and_none_are_traced() {
    let model = Generic::<crate::typenum::U2, crate::typenum::U3>::init(5);
    let values: Vec<f32> = (0_u16..1200).map(|i| (f32::from(i) * 0.37).sin()).collect();
    let x = crate::BatchView::<crate::shape!(2), f32>::new(&values).unwrap();
    let trace = model.trace(&x);
    assert_eq!(trace.layer("hidden").unwrap().values().len(), 600 * 3);
    assert_eq!(trace.layer("output").unwrap().values(), model.predict(&x).as_slice());
    let none = model.trace(&crate::BatchView::<crate::shape!(2), f32>::new(&[]).unwrap());
    assert_eq!((none.samples(), none.layer("hidden").unwrap().values().len()), (0, 0));
}

#[test]
fn a_model_written_by_hand_has_an_empty_trace() {
    let model = crate::model::example::Scaled::<f32>::init(1);
    let trace = model.trace(&Batch::from([[1.0, 2.0]]));
    assert!(trace.is_empty());
    assert_eq!(
        trace.layer("scaled").unwrap_err().to_string(),
        "`trace(…).layer(\"scaled\")`: `Scaled` calls no layer of that name; it tells nothing of its layers",
    );
}

#[test]
fn layers_and_parameters_are_found_by_name_and_by_number() {
    let mut model = Graph::init(4);
    let lines: Vec<_> = model.layers().map(|layer| (layer.name().to_owned(), layer.kind(), layer.len())).collect();
    let line = |name: &str, kind, len| (name.to_owned(), kind, len);
    assert_eq!(
        lines,
        [
            line("table", "Embedding", 12),
            line("shared", "Dense", 12),
            line("encoder", "Encoder", 26),
            line("scale", "Param", 2)
        ],
    );
    let hidden = model.layer("encoder.hidden").unwrap();
    assert_eq!((hidden.name(), hidden.kind(), hidden.output()), ("encoder.hidden", "Dense", [4].as_slice()));
    let names: Vec<&str> = hidden.parameters().iter().map(ParameterView::name).collect();
    assert_eq!(names, ["encoder.hidden.weight", "encoder.hidden.bias"]);
    assert_eq!(model.layer(2).unwrap().nested().len(), 2);
    assert_eq!(model.layer(&"scale".to_owned()).unwrap().parameters()[0].shape(), [2]);

    let weight = model.parameter("encoder.code.weight").unwrap();
    assert_eq!((weight.shape(), weight.is_trainable()), ([4, 2].as_slice(), false));
    assert_eq!(weight.values(), model.encoder.code.weight.as_slice());
    assert_eq!(model.parameter(2).unwrap().name(), "shared.bias");
    assert!(model.parameter("scale").unwrap().is_trainable());
    model.parameter_mut("scale").unwrap().copy_from_slice(&[7.0, 8.0]);
    model.parameter_mut(2).unwrap()[1] = 9.0;
    assert_eq!((model.scale.as_slice(), model.shared.bias[1]), ([7.0, 8.0].as_slice(), 9.0));
    assert_eq!(model.parameters().len(), 8);
}

#[test]
fn what_is_not_there_is_an_error_with_what_was_meant() {
    let mut model = Graph::init(4);
    let text = |error: Option<Error>| error.unwrap().to_string();
    assert_eq!(
        text(model.layer("sharde").err()),
        "`layer(\"sharde\")`: `Graph` has no layer of that name; did you mean `shared`?",
    );
    assert_eq!(
        text(model.layer("hidden").err()),
        "`layer(\"hidden\")`: `Graph` has no layer of that name; did you mean `encoder.hidden`?",
    );
    assert_eq!(text(model.layer(4).err()), "`layer(4)`: `Graph` has 4 layers; they are counted from 0 to 3");
    assert_eq!(
        text(model.parameter("shared.wieght").err()),
        "`parameter(\"shared.wieght\")`: `Graph` has no parameter of that name; did you mean `shared.weight`?",
    );
    assert_eq!(
        text(model.parameter_mut("x").err()),
        "`parameter_mut(\"x\")`: `Graph` has no parameter of that name; known are `table.weight`, `shared.weight`, \
         `shared.bias`, `encoder.hidden.weight`, `encoder.hidden.bias`, `encoder.code.weight`, `encoder.code.bias`, \
         `scale`",
    );
    assert_eq!(
        text(model.parameter(8).err()),
        "`parameter(8)`: `Graph` has 8 parameters; they are counted from 0 to 7"
    );
}

#[test]
fn norms_are_those_of_the_values() {
    let mut gradient = Graph::zeros();
    gradient.shared.weight[4] = 3.0;
    gradient.shared.bias[0] = -4.0;
    gradient.encoder.hidden.bias[2] = 12.0;
    let norms = gradient.norms();
    assert_eq!(norms.layers, [("table", 0.0), ("shared", 5.0), ("encoder", 12.0), ("scale", 0.0)]);
    assert_eq!(norms.parameters[1], ("shared.weight".to_owned(), 3.0));
    assert_eq!(norms.parameters[4], ("encoder.hidden.bias".to_owned(), 12.0));
    assert_eq!(norms.total, 13.0);
    let text = norms.to_string();
    assert!(text.contains("\nshared.bias            4.000000e0\n"), "{text}");
    assert!(text.ends_with("\ntotal                  1.300000e1"), "{text}");
}
