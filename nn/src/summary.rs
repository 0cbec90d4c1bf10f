//! [`Summary`]: a model as a table, as Keras prints it.

use core::fmt::{self, Write as _};

use alloc::{format, string::String, vec::Vec};

use crate::memory::Memory;
use crate::model::{LayerInfo, Model, ParameterInfo};
use crate::parameters::Parameters;

/// A model's layers, output shapes and parameters. Displayed it is Keras' table.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    /// The model.
    pub name: &'static str,
    /// Its layers, in the order of declaration.
    pub layers: &'static [LayerInfo],
    /// How many numbers training changes.
    pub trainable: usize,
    /// How many it leaves alone.
    pub non_trainable: usize,
    /// The bytes of one number.
    pub element_bytes: usize,
    /// The bytes of workspace that a prediction needs for each sample.
    pub inference_bytes: usize,
    /// The bytes of workspace that a training step needs for each sample.
    pub training_bytes: usize,
    /// All that a prediction needs beside the parameters and the samples.
    pub inference: Memory,
    /// All that a training step needs beside the parameters, the samples and the optimizer.
    pub training: Memory,
    /// The size of batches that the memory is shown for, if it is.
    pub batch_size: Option<usize>,
}

impl Summary {
    /// The summary of `M`.
    pub fn of<M: Model>() -> Self {
        let mut trainable = 0;
        ParameterInfo::for_each(M::PARAMETERS, &mut |path, _, parameter| {
            trainable += if path.is_trainable() { parameter.len() } else { 0 };
        });
        let element_bytes = size_of::<M::Element>();
        Self {
            name: M::NAME,
            layers: M::LAYERS,
            trainable,
            non_trainable: <M as Parameters>::LEN - trainable,
            element_bytes,
            inference_bytes: M::INFERENCE_WORKSPACE.per_sample * element_bytes,
            training_bytes: M::TRAINING_WORKSPACE.per_sample * element_bytes,
            inference: Memory::inference::<M>(),
            training: Memory::training::<M>(),
            batch_size: None,
        }
    }

    /// With a line about the memory that batches of this size need.
    ///
    /// ```
    /// use katachi::prelude::*;
    ///
    /// model! {
    ///     struct Line { line: Dense(1 => 1) }
    /// }
    ///
    /// let text = Line::init(22).summary().for_batch(64).to_string();
    /// assert!(text.ends_with(" Memory for batches of 64: 256.00 B for inference, 520.00 B for training"), "{text}");
    /// ```
    pub fn for_batch(self, samples: usize) -> Self {
        Self { batch_size: Some(samples), ..self }
    }

    /// With what is frozen while a program runs counted as not trainable.
    ///
    /// ```
    /// use katachi::prelude::*;
    ///
    /// model! {
    ///     struct Mlp { hidden: Dense(2 => 4, tanh), output: Dense(4 => 1) }
    /// }
    ///
    /// # fn main() -> Result<(), Error> {
    /// let summary = Mlp::init(22).summary().frozen(&Frozen::<Mlp>::new().freeze("hidden")?);
    /// assert_eq!((summary.trainable, summary.non_trainable), (5, 12));
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "std")]
    pub fn frozen<M: Model>(self, frozen: &crate::optimizer::Frozen<M>) -> Self {
        let (total, non_trainable) = (self.trainable + self.non_trainable, frozen.len());
        Self { trainable: total - non_trainable, non_trainable, ..self }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 3]> = self.layers.iter().map(row).collect();
        let head = ["Layer (type)", "Output Shape", "Param #"].map(String::from);
        let width = |column: usize| {
            rows.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or_default() + 2
        };
        let widths = [0, 1, 2].map(width);

        writeln!(f, "Model: \"{}\"", self.name)?;
        rule(f, ['┏', '━', '┳', '┓'], widths)?;
        line(f, '┃', &head, widths)?;
        rule(f, ['┡', '━', '╇', '┩'], widths)?;
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                rule(f, ['├', '─', '┼', '┤'], widths)?;
            }
            line(f, '│', row, widths)?;
        }
        rule(f, ['└', '─', '┴', '┘'], widths)?;
        for (name, count) in [
            ("Total", self.trainable + self.non_trainable),
            ("Trainable", self.trainable),
            ("Non-trainable", self.non_trainable),
        ] {
            writeln!(f, " {name} params: {} ({})", thousands(count), bytes(count * self.element_bytes))?;
        }
        write!(
            f,
            " Workspace per sample: {} for inference, {} for training",
            bytes(self.inference_bytes),
            bytes(self.training_bytes)
        )?;
        let Some(samples) = self.batch_size else { return Ok(()) };
        let [inference, training] = [self.inference, self.training].map(|memory| bytes(memory.for_batch(samples)));
        write!(f, "\n Memory for batches of {samples}: {inference} for inference, {training} for training")
    }
}

fn row(layer: &LayerInfo) -> [String; 3] {
    let mut shape = String::from("(None");
    for size in layer.output {
        let _ = write!(shape, ", {size}"); // A string takes all that is written.
    }
    shape += ")";
    [format!("{} ({})", layer.name, layer.kind), shape, thousands(layer.parameters)]
}

/// A line of the frame: its left end, dash, crossing and right end.
fn rule(f: &mut fmt::Formatter<'_>, [left, dash, crossing, right]: [char; 4], widths: [usize; 3]) -> fmt::Result {
    for (column, width) in widths.into_iter().enumerate() {
        f.write_char(if column == 0 { left } else { crossing })?;
        for _ in 0..width {
            f.write_char(dash)?;
        }
    }
    writeln!(f, "{right}")
}

/// A line of the table; the numbers stand on the right.
fn line(f: &mut fmt::Formatter<'_>, bar: char, cells: &[String; 3], widths: [usize; 3]) -> fmt::Result {
    let [layer, shape, count] = cells;
    let [a, b, c] = widths.map(|width| width - 2);
    writeln!(f, "{bar} {layer:<a$} {bar} {shape:<b$} {bar} {count:>c$} {bar}")
}

/// 905010 → `905,010`.
fn thousands(number: usize) -> String {
    let digits = format!("{number}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// 3620040 → `3.45 MB`, in powers of 1024 as Keras.
fn bytes(count: usize) -> String {
    let mut value = count as f64;
    for unit in ["B", "KB", "MB"] {
        if value < 1024.0 {
            return format!("{value:.2} {unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.2} GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_keras() {
        const LAYERS: &[LayerInfo] = &[
            LayerInfo {
                name: "hidden",
                kind: "Dense",
                declaration: "",
                output: &[700],
                parameters: 549_500,
                nested: &[],
            },
            LayerInfo {
                name: "dropout_1",
                kind: "Dropout",
                declaration: "",
                output: &[700],
                parameters: 0,
                nested: &[],
            },
            LayerInfo { name: "logits", kind: "Dense", declaration: "", output: &[10], parameters: 7010, nested: &[] },
        ];
        let summary = Summary {
            name: "Mlp",
            layers: LAYERS,
            trainable: 556_510,
            non_trainable: 0,
            element_bytes: 4,
            inference_bytes: 2800,
            training_bytes: 5600,
            inference: Memory { fixed: 0, per_sample: 2840 },
            training: Memory { fixed: 0, per_sample: 5680 },
            batch_size: None,
        };
        assert_eq!(
            summary.to_string(),
            r#"Model: "Mlp"
┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
┃ Layer (type)        ┃ Output Shape ┃ Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
│ hidden (Dense)      │ (None, 700)  │ 549,500 │
├─────────────────────┼──────────────┼─────────┤
│ dropout_1 (Dropout) │ (None, 700)  │       0 │
├─────────────────────┼──────────────┼─────────┤
│ logits (Dense)      │ (None, 10)   │   7,010 │
└─────────────────────┴──────────────┴─────────┘
 Total params: 556,510 (2.12 MB)
 Trainable params: 556,510 (2.12 MB)
 Non-trainable params: 0 (0.00 B)
 Workspace per sample: 2.73 KB for inference, 5.47 KB for training"#
        );
    }

    mod nested {
        crate::model! {
            pub struct Encoder {
                #[frozen]
                fixed: Dense(8 => 8, bias = false),
                hidden: Dense(8 => 4, relu),
            }
        }

        crate::model! {
            pub struct Classifier {
                stem: Dense(10 => 8),
                encoder: Encoder(8 => 4),
                #[frozen]
                other: Encoder(8 => 4),
                scale: Param(4),
            }

            fn forward(x: [10]) -> [4] {
                let h = stem(x);
                (encoder(h) - other(h)) * scale
            }
        }
    }

    #[test]
    fn a_model_within_a_model_is_a_line_whose_parameters_are_counted_one_by_one() {
        let summary = Summary::of::<nested::Classifier>();
        let lines: Vec<_> = summary.layers.iter().map(|layer| (layer.name, layer.kind, layer.parameters)).collect();
        assert_eq!(
            lines,
            [("stem", "Dense", 88), ("encoder", "Encoder", 64 + 36), ("other", "Encoder", 100), ("scale", "Param", 4)],
        );
        assert_eq!((summary.trainable, summary.non_trainable), (88 + 36 + 4, 64 + 100));
        let text = summary.to_string();
        assert!(text.contains("│ encoder (Encoder) │ (None, 4)    │     100 │"), "{text}");
        assert!(text.contains(" Non-trainable params: 164 (656.00 B)"), "{text}");
    }

    #[test]
    fn numbers_are_grouped() {
        let texts = [0, 999, 1000, 1_234_567].map(thousands);
        assert_eq!(texts, ["0", "999", "1,000", "1,234,567"]);
    }
}
