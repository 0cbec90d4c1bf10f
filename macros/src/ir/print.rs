//! Graphs as text, for tests and for whoever looks into the compiler.

use std::fmt;

use super::{Graph, Loop, Op, Parameter, Rearrange, Source, Value};

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let print = |value: &Value| format!("%{}", value.0);
        writeln!(f, "x = {}, y = {}", print(&self.input), print(&self.output))?;
        for (number, node) in self.nodes.iter().enumerate() {
            if let (Some(gradients), true) = (self.gradients, number == self.forward) {
                let input = gradients.input.map_or_else(|| "none".to_owned(), |input| print(&input));
                writeln!(f, "dy = {}, dx = {input}", print(&gradients.output))?;
            }
            let results: Vec<String> = node
                .results
                .iter()
                .map(|result| {
                    let shared = if self.is_batched(*result) { "" } else { " shared" };
                    format!("{} {}[{}]{shared}", print(result), self.name(*result), self.size(*result))
                })
                .collect();
            let equals = if results.is_empty() { "" } else { " = " };
            let operands: Vec<String> = node.operands.iter().map(print).collect();
            let target = node.into.as_ref().map_or_else(String::new, |parameter| format!("gradient of {parameter}: "));
            let rest = if node.only_for_input { "  only for dx" } else { "" };
            writeln!(f, "  {}{equals}{target}{}({}){rest}", results.join(", "), node.op, operands.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(parameter) => write!(f, "parameter {parameter}"),
            Self::Constants(constants) => write!(f, "{} constants", constants.len()),
            Self::MatMul(product) => write!(f, "matmul {}", product.weight),
            Self::AddBias { bias, .. } => write!(f, "add {bias}"),
            Self::Activate { activation, .. } => write!(f, "{activation}"),
            Self::Dropout(dropout) => write!(f, "dropout {} #{}", dropout.rate, dropout.number),
            Self::Dense { product, bias, activation } => {
                write!(f, "dense {}", product.weight)?;
                if let Some(bias) = bias {
                    write!(f, " {bias}")?;
                }
                write!(f, " {activation}")
            }
            Self::WeightAdjoint(_) => write!(f, "weight adjoint"),
            Self::BiasAdjoint { .. } => write!(f, "bias adjoint"),
            Self::MatMulAdjoint(product) => write!(f, "matmul {} transposed", product.weight),
            Self::ActivateAdjoint { activation, .. } => write!(f, "adjoint of {activation}"),
            Self::Map(map) => write!(f, "{}", map.function),
            Self::Loop(steps) => steps.fmt(f),
            Self::Reduce(reduce) => {
                let axes: Vec<String> = std::iter::zip(&reduce.dims, &reduce.reduced)
                    .map(|(dim, &reduced)| if reduced { format!("({dim})") } else { dim.to_string() })
                    .collect();
                let samples = if reduce.over_samples { " and samples" } else { "" };
                write!(f, "{} over [{}]{samples}", format!("{:?}", reduce.reduction).to_lowercase(), axes.join(", "))
            }
            Self::Argmax { size, .. } => write!(f, "argmax of {size}"),
            Self::Rearrange(rearrange) => rearrange.fmt(f),
            Self::Concat { parts, .. } => {
                write!(f, "concat {}", parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + "))
            }
            Self::Contract(contract) => {
                let turned = |turned: bool| if turned { " transposed" } else { "" };
                write!(
                    f,
                    "{} × [{}, {}]{} · [{}, {}]{}",
                    contract.stack,
                    contract.rows,
                    contract.depth,
                    turned(contract.a.is_transposed),
                    contract.depth,
                    contract.columns,
                    turned(contract.b.is_transposed)
                )
            }
            Self::Lookup { table, .. } => write!(f, "lookup in {table}"),
            Self::LookupAdjoint { .. } => write!(f, "lookup adjoint"),
            Self::OneHot { depth } => write!(f, "one_hot {depth}"),
            Self::Nested(nested) => write!(f, "model {}", nested.layer),
            Self::NestedAdjoint(nested) => write!(f, "adjoint of model {}", nested.layer),
            Self::StopGradient => write!(f, "stop_gradient"),
            Self::Store => write!(f, "store"),
        }
    }
}

impl fmt::Display for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = |source: &Source| match source {
            Source::Operand(operand) => format!("{}", (b'a' + u8::try_from(*operand % 26).expect("a letter")) as char),
            Source::Step(step) => format!("#{step}"),
        };
        let steps = self.steps.iter().map(|(function, sources)| {
            let sources: Vec<String> = sources.iter().map(source).collect();
            format!("{function} {}", sources.join(" "))
        });
        write!(f, "loop {{ {} }}", steps.collect::<Vec<_>>().join("; "))
    }
}

impl fmt::Display for Rearrange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |dims: &[crate::dim::Dim]| dims.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let walk = |walk: &super::Walk| {
            let start = if walk.offset.is(0) { String::new() } else { format!("{} + ", walk.offset) };
            format!("{start}[{}]", list(&walk.strides))
        };
        write!(f, "move [{}] from {} to {}", list(&self.dims), walk(&self.from), walk(&self.to))
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            "" => f.write_str(&self.layer),
            field => write!(f, "{}.{field}", self.layer),
        }
    }
}
