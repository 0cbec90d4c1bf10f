//! A random function, statement by statement.

use std::collections::BTreeSet;

use crate::operations::{OPERATIONS, UNARY};
use crate::random::Random;
use crate::shapes::{list, size};

/// What an element may be: a larger one loses digits in a difference.
const LARGEST: f64 = 30.0;
const MOST_ELEMENTS: usize = 36;
pub const MOST_AXES: usize = 3;

/// A named value of the function.
#[derive(Clone)]
pub struct Value {
    pub id: usize,
    pub name: String,
    pub dims: Vec<usize>,
    /// No element is larger.
    pub bound: f64,
    /// The values through which it has a derivative; itself is one of them.
    pub ancestors: BTreeSet<usize>,
    pub used: bool,
}

/// An expression that is not named yet.
pub struct Term {
    pub text: String,
    pub dims: Vec<usize>,
    pub bound: f64,
    pub uses: Vec<usize>,
    pub ancestors: BTreeSet<usize>,
}

impl Term {
    pub fn new(text: String, dims: Vec<usize>, bound: f64, of: &[&Value]) -> Self {
        let ancestors = of.iter().flat_map(|value| value.ancestors.clone()).collect();
        Self { text, dims, bound, uses: of.iter().map(|value| value.id).collect(), ancestors }
    }

    /// Without a derivative through `of`, as in a condition.
    pub fn also_uses(mut self, of: &[&Value]) -> Self {
        self.uses.extend(of.iter().map(|value| value.id));
        self
    }

    pub fn fits(&self) -> bool {
        self.dims.len() <= MOST_AXES && size(&self.dims) <= MOST_ELEMENTS && self.bound <= LARGEST
    }
}

/// A function as it grows.
pub struct Graph<'a> {
    pub random: &'a mut Random,
    arguments: Vec<Value>,
    pub values: Vec<Value>,
    lines: Vec<String>,
    names: usize,
    ids: usize,
}

impl<'a> Graph<'a> {
    /// One to three arguments, and 4 to 12 statements.
    pub fn random(random: &'a mut Random) -> Self {
        let mut graph = Self { random, arguments: Vec::new(), values: Vec::new(), lines: Vec::new(), names: 0, ids: 0 };
        for _ in 0..=graph.random.below(3) {
            let rank = *graph.random.pick(&[0, 0, 1, 1, 1, 2, 2, 2, 3]);
            let dims: Vec<usize> = (0..rank).map(|_| graph.random.size()).collect();
            let name = graph.new_name();
            graph.define(name, dims, 1.0, BTreeSet::new());
        }
        graph.arguments = graph.values.clone();
        for _ in 0..4 + graph.random.below(9) {
            graph.statement();
        }
        graph
    }

    /// One of the values that fit, the later ones more often.
    pub fn any(&mut self, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let fitting: Vec<&Value> = self.values.iter().filter(|value| fits(value)).collect();
        let count = fitting.len().max(1);
        let chosen = self.random.below(count).max(self.random.below(count));
        fitting.get(chosen).map(|value| (*value).clone())
    }

    /// The option `axis`, counted from either end.
    pub fn axis(&mut self, axis: usize, rank: usize) -> String {
        let from_the_end = self.random.chance(40);
        if from_the_end { format!(", axis = -{}", rank - axis) } else { format!(", axis = {axis}") }
    }

    /// As `axis`; the default may go without.
    pub fn axis_unless(&mut self, axis: usize, rank: usize, default: usize) -> String {
        if axis == default && self.random.chance(70) { String::new() } else { self.axis(axis, rank) }
    }

    fn new_name(&mut self) -> String {
        let letter = b"abcdefghijklmnopqrstuvwxyz"[self.names % 26] as char;
        let round = self.names / 26;
        self.names += 1;
        if round == 0 { letter.to_string() } else { format!("{letter}{round}") }
    }

    /// A new value; one of the same name is no longer seen.
    fn define(&mut self, name: String, dims: Vec<usize>, bound: f64, mut ancestors: BTreeSet<usize>) {
        let id = self.ids;
        self.ids += 1;
        ancestors.insert(id);
        self.values.retain(|value| value.name != name);
        self.values.push(Value { id, name, dims, bound, ancestors, used: false });
    }

    fn mark_used(&mut self, ids: &[usize]) {
        for value in self.values.iter_mut().filter(|value| ids.contains(&value.id)) {
            value.used = true;
        }
    }

    fn statement(&mut self) {
        loop {
            if self.random.chance(6) && self.split().is_some() {
                return;
            }
            let operation = self.random.pick(OPERATIONS);
            let Some(term) = operation(self).filter(Term::fits) else { continue };
            self.mark_used(&term.uses);
            let (text, bound) = if self.random.chance(8) { self.block(&term) } else { (term.text, term.bound) };
            let seen: Vec<String> = self.values.iter().filter(|v| v.used).map(|v| v.name.clone()).collect();
            let shadows = !seen.is_empty() && self.random.chance(15);
            let name = if shadows { self.random.pick(&seen).clone() } else { self.new_name() };
            self.lines.push(format!("let {name} = {text};"));
            return self.define(name, term.dims, bound, term.ancestors);
        }
    }

    /// The term with a step more in a block, whose own name may be one of outside.
    fn block(&mut self, term: &Term) -> (String, f64) {
        let outside = self.values[self.random.below(self.values.len())].name.clone();
        let name = if self.random.chance(50) { outside } else { "inner".to_owned() };
        let bounded: Vec<_> = UNARY.iter().filter(|(_, bound)| bound(term.bound) <= LARGEST).collect();
        let (template, bound) = self.random.pick(&bounded);
        (format!("{{ let {name} = {}; {} }}", term.text, template.replace("{}", &name)), bound(term.bound))
    }

    /// Several values from one, of which some may be dropped.
    fn split(&mut self) -> Option<()> {
        let x = self.any(|x| x.dims.iter().any(|&size| size > 1))?;
        let axes: Vec<usize> = (0..x.dims.len()).filter(|&axis| x.dims[axis] > 1).collect();
        let axis = *self.random.pick(&axes);
        let size = x.dims[axis];
        let options = self.axis_unless(axis, x.dims.len(), x.dims.len() - 1);
        let divisors: Vec<usize> = (2..=size).filter(|divisor| size.is_multiple_of(*divisor)).collect();
        let (parts, sizes) = if self.random.chance(50) {
            let parts = *self.random.pick(&divisors);
            (parts.to_string(), vec![size / parts; parts])
        } else {
            let first = 1 + self.random.below(size - 1);
            (list([first, size - first]), vec![first, size - first])
        };
        self.mark_used(&[x.id]);
        let dropped = if self.random.chance(30) { self.random.below(sizes.len()) } else { sizes.len() };
        let mut pattern = Vec::new();
        for (part, size) in sizes.into_iter().enumerate() {
            if part == dropped {
                pattern.push("_".to_owned());
                continue;
            }
            let (name, mut dims) = (self.new_name(), x.dims.clone());
            dims[axis] = size;
            pattern.push(name.clone());
            self.define(name, dims, x.bound, x.ancestors.clone());
        }
        self.lines.push(format!("let ({}) = split({}, {parts}{options});", pattern.join(", "), x.name));
        Some(())
    }

    /// The function's text, the arguments of a call that reads them one by one, and how many values those have.
    pub fn function(mut self, name: &str) -> (String, String, usize) {
        let (mut parameters, mut arguments) = (Vec::new(), Vec::new());
        for argument in self.arguments.clone() {
            let dims = list(argument.dims.iter().copied());
            let dims = dims.trim_matches(['[', ']']);
            let (kind, read) = match argument.dims.len() {
                0 => ("f64".to_owned(), "read(&mut v)"),
                1 if self.random.chance(40) => (format!("[f64; {dims}]"), "read(&mut v)"),
                _ => (format!("&Tensor<shape!({dims}), f64>"), "&read(&mut v)"),
            };
            parameters.push(format!("{}: {kind}", argument.name));
            arguments.push(read);
        }
        // The last line reads every value that no other reads, so that none is without effect.
        let unused: Vec<Value> = self.values.iter().filter(|value| !value.used).cloned().collect();
        let terms: Vec<String> = unused.iter().map(|value| self.scalar(value)).collect();
        let body =
            self.lines.iter().chain([&terms.join(" + ")]).fold(String::new(), |body, line| body + "    " + line + "\n");
        let text = format!("fn {name}({}) -> f64 {{\n{body}}}\n", parameters.join(", "));
        let values = self.arguments.iter().map(|argument| size(&argument.dims)).sum();
        (text, arguments.join(", "), values)
    }

    /// A scalar of the value: each element has a weight of its own where it can be.
    fn scalar(&mut self, value: &Value) -> String {
        let (name, number) = (&value.name, self.random.number());
        let Some(&last) = value.dims.last() else { return format!("{number} * {name}") };
        match self.random.below(4) {
            0 => format!("{number} * mean(square({name} + 0.3))"),
            1 => format!("sum(sin({name} * [{}]))", self.random.numbers(last)),
            _ => format!("sum({name} * [{}])", self.random.numbers(last)),
        }
    }
}
