//! Which calls the outputs depend on, and which of them a gradient reaches.

use std::collections::HashSet;

use super::function::Walk;
use crate::ast::Differentiable;
use crate::errors::Errors;
use crate::layer::Layer;
use crate::model::{Program, Var, What};

/// What outputs depend on.
pub struct Reach {
    /// The calls that an output depends on.
    values: HashSet<Var>,
    /// The calls that the gradient of an output reaches.
    gradients: HashSet<Var>,
    /// The calls without a gradient that it meets on its way, and what their operands depend on.
    ends: Vec<(Var, HashSet<Var>)>,
}

/// Follows the outputs to what they depend on.
pub fn reach(walk: &Walk<'_>, outputs: &[Var]) -> Reach {
    let all = |_: Var| true;
    let has_gradient = |call: Var| match &walk.calls[call.0].what {
        What::Argmax(_) | What::OneHot | What::StopGradient => false,
        What::Map(function) => !function.is_flat(),
        _ => true,
    };
    let values = follow(walk, outputs, &all);
    let gradients = follow(walk, outputs, &has_gradient);
    let ends = gradients.iter().copied().filter(|&call| matches!(walk.calls[call.0].what, What::Argmax(_)));
    let no_stop = |call: Var| !matches!(walk.calls[call.0].what, What::StopGradient);
    let mut ends: Vec<_> = ends.map(|end| (end, follow(walk, &walk.calls[end.0].operands, &no_stop))).collect();
    ends.sort_by_key(|(end, _)| end.0);
    Reach { values, gradients, ends }
}

/// All calls that are reached through those that are `open`.
fn follow(walk: &Walk<'_>, from: &[Var], open: &dyn Fn(Var) -> bool) -> HashSet<Var> {
    let mut reached = HashSet::new();
    let mut rest = from.to_vec();
    while let Some(call) = rest.pop() {
        if reached.insert(call) && open(call) {
            rest.extend(&walk.calls[call.0].operands);
        }
    }
    reached
}

/// Reports parameters that only a call without a gradient uses, and warns of those that nothing uses.
pub fn report(walk: &mut Walk<'_>, reach: &Reach) {
    let uses = |calls: &HashSet<Var>, layer: usize| {
        calls.iter().any(|call| match walk.calls[call.0].what {
            What::Layer(called) | What::Lookup(called) | What::Parameter(called, _) => called == layer,
            _ => false,
        })
    };
    let mut sentences = Vec::new();
    let mut ended = HashSet::new();
    for (layer, line) in walk.lines.iter().enumerate() {
        let has_parameters = matches!(
            walk.layers[layer],
            Some(Layer::Dense(_) | Layer::Param(_) | Layer::Embedding(_) | Layer::Nested(_))
        );
        let Some(name) = &line.name else { continue };
        if !has_parameters {
            if walk.layers[layer].is_some() && !uses(&reach.values, layer) {
                sentences.push((name, format!("no output depends on `{name}`: it does nothing")));
            }
            continue;
        }
        if uses(&reach.gradients, layer) {
            continue;
        }
        let end = reach.ends.iter().find(|(_, below)| uses(below, layer));
        if let (Some((end, _)), None) = (end, &line.frozen) {
            if ended.insert(*end) {
                let message = format!("the gradient of `{name}` leads through `argmax`, which has none");
                let help = format!(
                    "make its argument the output, whose largest value `predict_classes` finds; or mark `{name}` as \
                     `#[frozen]` if it is not trained"
                );
                walk.cx.report_with_help(&walk.tokens[end.0], message, help);
            }
            continue;
        }
        if !uses(&reach.values, layer) {
            sentences.push((name, format!("no output depends on `{name}`: it takes memory and does nothing")));
        } else if line.frozen.is_none() {
            let help = "mark it `#[frozen]` if that is meant";
            sentences.push((name, format!("no gradient reaches `{name}`, so training never changes it: {help}")));
        }
    }
    let sentences: Vec<_> = sentences.into_iter().map(|(name, text)| (quote::quote!(#name), text)).collect();
    walk.warnings.sentences.extend(sentences);
}

/// Reports that a function has no gradient because all ways to its arguments lead through `argmax`.
pub fn report_function(cx: &Errors, function: &Differentiable, program: &Program) {
    let mut reached = vec![false; program.calls.len()];
    let mut rest = program.outputs.clone();
    while let Some(var) = rest.pop() {
        let call = program.call(var);
        let is_end = match &call.what {
            What::Argmax(_) | What::OneHot | What::StopGradient => true,
            What::Map(function) => function.is_flat(),
            _ => false,
        };
        if !std::mem::replace(&mut reached[var.0], true) && !is_end {
            rest.extend(&call.operands);
        }
    }
    let ends =
        program.calls.iter().zip(&reached).any(|(call, reached)| *reached && matches!(call.what, What::Argmax(_)));
    let is_reached = program.calls.iter().zip(&reached).any(|(call, reached)| match call.what {
        What::Input(input) => *reached && function.with.contains(&input),
        _ => false,
    });
    if ends && !is_reached {
        let message = format!("the gradient of `{}` leads through `argmax`, which has none", function.name);
        cx.report_with_help(&function.output, message, "take the gradient of what comes before it");
    }
}
