use katachi::prelude::*;

model! {
    pub struct Mlp {
        hidden: Dense(784 => 32, relu),
        logits: Dense(32 => 7),
    }
}

fn evaluate(mlp: &Mlp, data: &Dataset<shape!(784), Labels<U10>>) -> (ConfusionMatrix, ClassificationReport) {
    (mlp.confusion_matrix(data), mlp.classification_report(data))
}

fn main() {}
