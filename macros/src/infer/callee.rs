//! Calls of other differentiable functions: their statements, and their gradients, stand in the place of the call.

use proc_macro2::Ident;

use super::arguments::count;
use super::function::{Bound, Local, Value, Walk};
use crate::ast::{Differentiable, Expression, Given};
use crate::decimal::Decimal;
use crate::elementwise::Elementwise;
use crate::model::{Constant, What};

impl<'a> Walk<'a> {
    /// The differentiable function of that name.
    pub(super) fn callee(&self, name: &Ident) -> Option<&'a Differentiable> {
        let is_value = self.locals.iter().any(|local| local.name == *name);
        self.functions.iter().find(|function| function.name == *name).filter(|_| !is_value)
    }

    /// `f(x)`
    pub(super) fn call_function(&mut self, call: &Expression, function: &'a Differentiable, given: &[Given]) -> Bound {
        let Some(arguments) = self.arguments_of(call, function, given) else { return Bound::Unknown };
        self.inlined(function, &arguments)
    }

    /// `f::grad(x)`, `f::value_and_grad(x)`
    pub(super) fn gradient_of(&mut self, call: &Expression, name: &Ident, what: &Ident, given: &[Given]) -> Bound {
        let Some(function) = self.functions.iter().find(|function| function.name == *name) else {
            let (message, help) = if name == self.owner {
                let help = "write `grad(y, x)`, with the expression of its result for y";
                (format!("`{name}` would call itself without end"), help)
            } else {
                let help = "a function under `#[differentiable]` can call it; here write `grad(y, x)`, with its expression for y";
                (format!("the body of `{name}` is not known here"), help)
            };
            self.cx.report_with_help(call, message, help);
            return Bound::Unknown;
        };
        let Some(arguments) = self.arguments_of(call, function, given) else { return Bound::Unknown };
        // A value that is given twice is two arguments, each with a gradient of its own.
        let arguments: Vec<Value> = arguments
            .into_iter()
            .zip(&function.arguments)
            .map(|(value, argument)| {
                let shape = argument.typed.shape.clone();
                self.push(What::Map(Elementwise::Copy), vec![value], shape, argument.name.to_string(), call)
            })
            .collect();
        let Bound::Value(result) = self.inlined(function, &arguments) else { return Bound::Unknown };
        let mut gradients: Vec<Bound> = function
            .with
            .iter()
            .map(|&index| Bound::Value(self.part_of_gradient(call, function, index, result, arguments[index])))
            .collect();
        let gradient = if gradients.len() == 1 { gradients.remove(0) } else { Bound::Tuple(gradients) };
        if what == "grad" { gradient } else { Bound::Tuple(vec![Bound::Value(result), gradient]) }
    }

    /// The gradient with respect to one argument; zeros where the result does not depend on it.
    fn part_of_gradient(
        &mut self,
        call: &Expression,
        function: &Differentiable,
        index: usize,
        result: Value,
        argument: Value,
    ) -> Value {
        let shape = function.arguments[index].typed.shape.clone();
        if self.path_to(result, argument).is_ok() {
            return self.push(What::Gradient, vec![result, argument], shape, "grad", call);
        }
        let zero = Decimal::new(false, syn::parse_quote!(0.0)).expect("a literal is a number");
        let zero = self.constant(Constant::Written(zero), call);
        self.push(What::Broadcast, vec![zero], shape, "zeros", call)
    }

    /// The arguments of a call, if they have the shapes that the function takes.
    fn arguments_of(&mut self, call: &Expression, function: &Differentiable, given: &[Given]) -> Option<Vec<Value>> {
        let name = &function.name;
        if let Some(Given { name: Some(option), .. }) = given.iter().find(|given| given.name.is_some()) {
            let help = format!("write its arguments in their order: `{name}({})`", names_of(function));
            self.cx.report_with_help(option, format!("`{name}` has no options"), help);
            return None;
        }
        let values: Vec<Option<Value>> = given.iter().map(|given| self.number(&given.value)).collect();
        if given.len() != function.arguments.len() {
            let takes = function.arguments.len();
            let plural = if takes == 1 { "argument" } else { "arguments" };
            let message = format!("`{name}` takes {takes} {plural}, but {} given", count(given.len()));
            self.cx.report_with_help(call, message, format!("write it as `{name}({})`", names_of(function)));
            return None;
        }
        let values = values.into_iter().collect::<Option<Vec<Value>>>()?;
        for ((value, given), argument) in values.iter().zip(given).zip(&function.arguments) {
            let found = self.known(*value, &given.value)?;
            let takes = &argument.typed.shape;
            if found != *takes {
                let message = format!(
                    "`{}` of `{name}` has shape {takes}, but {} has shape {found}",
                    argument.name,
                    given.value.called()
                );
                self.cx.report_with_help(&given.value, message, "give it the shape that the function takes");
                return None;
            }
        }
        Some(values)
    }

    /// The result of a function's statements, for these values of its arguments.
    fn inlined(&mut self, function: &'a Differentiable, arguments: &[Value]) -> Bound {
        let outside = std::mem::take(&mut self.locals);
        let warnings = self.warnings.unused.len();
        self.locals = function
            .arguments
            .iter()
            .zip(arguments)
            .map(|(argument, value)| Local {
                name: argument.name.clone(),
                bound: Bound::Value(*value),
                is_used: true,
                is_input: true,
            })
            .collect();
        let result = self.block(&function.body);
        self.locals = outside;
        // The function itself has said what it does not use.
        self.warnings.unused.truncate(warnings);
        result
    }
}

/// `x, y`
fn names_of(function: &Differentiable) -> String {
    function.arguments.iter().map(|argument| argument.name.to_string()).collect::<Vec<_>>().join(", ")
}
