//! Writes a thousand random functions in the language, which `random_graphs.rs` compares with central differences.
//!
//! The seed is fixed: they are the same everywhere and always. Every operation keeps to a domain where it is defined, and
//! every value has a bound, so that central differences are exact enough.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::{env, fs, path::PathBuf};

const FUNCTIONS: usize = 1000;
const MODULES: usize = 10;
const SEED: u64 = 1;

/// What a value may be: larger ones lose digits in a difference.
const LARGEST: f64 = 30.0;
const MOST_ELEMENTS: usize = 36;
const MOST_AXES: usize = 3;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    fs::write(folder.join("random_graphs.rs"), modules()).expect("a file in the folder of cargo");
}

fn modules() -> String {
    let (mut text, mut names) = (String::new(), String::new());
    let mut random = Random(SEED);
    for module in 0..MODULES {
        let (mut functions, mut cases) = (String::new(), String::new());
        for index in module * FUNCTIONS / MODULES..(module + 1) * FUNCTIONS / MODULES {
            let name = format!("graph_{index}");
            let (function, arguments, values) = Graph::random(&mut random).function(&name);
            write!(functions, "\n#[differentiable]\n{function}").unwrap();
            write!(
                cases,
                "Case {{\nname: \"{name}\",\nsource: r#\"{function}\"#,\narguments: {values},\n\
                 value: |mut v| {name}({arguments}),\n\
                 gradient: |mut v| flat(&{name}::grad({arguments})),\n\
                 value_and_gradient: |mut v| {{ let (y, dx) = {name}::value_and_grad({arguments}); (y, flat(&dx)) }},\n}},\n"
            )
            .unwrap();
        }
        writeln!(text, "mod part{module} {{\nuse katachi::prelude::*;\nuse crate::{{Case, flat, read}};\n{functions}")
            .unwrap();
        writeln!(text, "pub const CASES: &[Case] = &[\n{cases}];\n}}\n").unwrap();
        write!(names, "part{module}::CASES, ").unwrap();
    }
    writeln!(text, "const PARTS: &[&[Case]] = &[{names}];").unwrap();
    text
}

/// `SplitMix64` (Steele et al. 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % count as u64).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A literal of 0.25 to 1.95, of either sign.
    fn number(&mut self) -> String {
        let hundredths = 25 + 5 * self.below(35);
        let sign = if self.chance(40) { "-" } else { "" };
        format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }

    fn numbers(&mut self, count: usize) -> String {
        (0..count).map(|_| self.number()).collect::<Vec<_>>().join(", ")
    }

    fn size(&mut self) -> usize {
        *self.pick(&[1, 2, 2, 2, 3, 3, 3, 4])
    }
}

/// A named value of the function.
#[derive(Clone)]
struct Value {
    id: usize,
    name: String,
    dims: Vec<usize>,
    /// No element is larger.
    bound: f64,
    /// The values through which it has a derivative; itself is one of them.
    ancestors: BTreeSet<usize>,
    used: bool,
}

/// An expression that is not named yet.
struct Term {
    text: String,
    dims: Vec<usize>,
    bound: f64,
    uses: Vec<usize>,
    ancestors: BTreeSet<usize>,
}

impl Term {
    fn new(text: String, dims: Vec<usize>, bound: f64, of: &[&Value]) -> Self {
        let ancestors = of.iter().flat_map(|value| value.ancestors.clone()).collect();
        Self { text, dims, bound, uses: of.iter().map(|value| value.id).collect(), ancestors }
    }

    /// Without a derivative through `of`, as in a condition.
    fn also_uses(mut self, of: &[&Value]) -> Self {
        self.uses.extend(of.iter().map(|value| value.id));
        self
    }

    fn fits(&self) -> bool {
        self.dims.len() <= MOST_AXES && size(&self.dims) <= MOST_ELEMENTS && self.bound <= LARGEST
    }
}

fn size(dims: &[usize]) -> usize {
    dims.iter().product()
}

/// NumPy's rule: aligned at the right, sizes are equal or one of them is 1.
fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let size = |dims: &[usize], axis: usize| (axis + dims.len()).checked_sub(rank).map_or(1, |axis| dims[axis]);
    (0..rank)
        .map(|axis| match (size(a, axis), size(b, axis)) {
            (1, n) | (n, 1) => Some(n),
            (m, n) => (m == n).then_some(n),
        })
        .collect()
}

/// NumPy's matmul.
fn product(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let (a_stack, rows, a_depth) = match a {
        [] => return None,
        [depth] => (&[][..], None, depth),
        [stack @ .., rows, depth] => (stack, Some(*rows), depth),
    };
    let (b_stack, b_depth, columns) = match b {
        [] => return None,
        [depth] => (&[][..], depth, None),
        [stack @ .., depth, columns] => (stack, depth, Some(*columns)),
    };
    let mut dims = broadcast(a_stack, b_stack).filter(|_| a_depth == b_depth)?;
    dims.extend(rows.into_iter().chain(columns));
    Some(dims)
}

fn list(numbers: impl IntoIterator<Item = usize>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(", "))
}

/// With `{}` for the operand, and how large the result can be.
const UNARY: &[(&str, fn(f64) -> f64)] = &[
    ("-{}", |b| b),
    ("abs({})", |b| b),
    ("square({})", |b| b * b),
    ("{} * {}", |b| b * b),
    ("pow({}, 3.0)", |b| b.powi(3)),
    ("pow(abs({}) + 0.5, 1.5)", |b| (b + 0.5).powf(1.5)),
    ("sqrt(square({}) + 0.5)", |b| b + 1.0),
    ("rsqrt(square({}) + 0.5)", |_| 1.5),
    ("exp(tanh({}))", |_| 3.0),
    ("exp(-square({}))", |_| 1.0),
    ("ln(abs({}) + 1.0)", |b| b.ln_1p()),
    ("1.0 / (1.0 + exp(-{}))", |_| 1.0),
    ("sin({})", |_| 1.0),
    ("cos({})", |_| 1.0),
    ("tanh({})", |_| 1.0),
    ("sigmoid({})", |_| 1.0),
    ("erf({})", |_| 1.0),
    ("clip({}, -0.7, 0.9)", |_| 0.9),
    ("relu({})", |b| b),
    ("relu6(4.0 * {})", |_| 6.0),
    ("leaky_relu({}, 0.1)", |b| b),
    ("elu({})", |b| b + 1.0),
    ("selu({})", |b| 1.1 * b + 1.8),
    ("gelu({})", |b| b),
    ("silu({})", |b| b),
    ("hard_sigmoid(3.0 * {})", |_| 1.0),
    ("softplus({})", |b| b + 0.7),
    ("softsign({})", |_| 1.0),
    ("{} * sign({})", |b| b),
    ("{} - floor({})", |_| 1.0),
    ("{} * stop_gradient(sign({}))", |b| b),
    ("2.0 * {} - 0.5", |b| 2.0 * b + 0.5),
    ("(1.5 - {}) / 2.0", |b| (b + 1.5) / 2.0),
    ("{} / core::f64::consts::PI", |b| b),
];

const BINARY: &[(&str, fn(f64, f64) -> f64)] = &[
    ("{a} + {b}", |a, b| a + b),
    ("{a} - {b}", |a, b| a + b),
    ("{a} * {b}", |a, b| a * b),
    ("{a} / (square({b}) + 0.5)", |a, _| 2.0 * a),
    ("minimum({a}, {b})", f64::max),
    ("maximum({a}, {b})", f64::max),
    ("pow(abs({a}) + 0.5, tanh({b}))", |a, _| a + 2.0),
    ("{a} * tanh({b}) - 0.5 * {a}", |a, _| 1.5 * a),
];

const CONDITIONS: &[&str] = &[
    "{a} < {b}",
    "{a} > 0.1",
    "{a} != {b}",
    "({a} <= {b}) & ({b} <= 0.5)",
    "({a} >= 0.2) | ({b} == 0.0)",
    "!({a} < {b}) | ({b} > 0.3)",
];

/// What stands before and behind the operand, and how large the result over `n` elements can be. A norm has a kink at 0,
/// where much of a relu lies, so its operand is positive.
const REDUCTIONS: &[(&str, &str, fn(f64, f64) -> f64)] = &[
    ("sum(", "", |b, n| b * n),
    ("mean(", "", |b, _| b),
    ("max(", "", |b, _| b),
    ("min(", "", |b, _| b),
    ("variance(", "", |b, _| b * b),
    ("logsumexp(", "", |b, n| b + n.ln()),
    ("norm(square(", ") + 0.3", |b, n| (b * b + 0.3) * n.sqrt()),
    ("norm(sigmoid(", ")", |_, n| n.sqrt()),
];

type Operation = fn(&mut Graph<'_>) -> Option<Term>;

const OPERATIONS: &[Operation] = &[
    unary, unary, unary, unary, binary, binary, binary, binary, constant, select, reduce, reduce, reduce, softmax,
    matmul, matmul, matmul, outer, transpose, reshape, concat, concat, stack, slice, index, pad, expand, one_hot,
    gradient,
];

fn unary(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|_| true)?;
    let (template, bound) = graph.random.pick(UNARY);
    Some(Term::new(template.replace("{}", &x.name), x.dims.clone(), bound(x.bound), &[&x]))
}

fn pair(template: &str, a: &Value, b: &Value) -> String {
    template.replace("{a}", &a.name).replace("{b}", &b.name)
}

fn binary(graph: &mut Graph<'_>) -> Option<Term> {
    let a = graph.any(|_| true)?;
    let b = graph.any(|b| broadcast(&a.dims, &b.dims).is_some())?;
    let (template, bound) = graph.random.pick(BINARY);
    Some(Term::new(pair(template, &a, &b), broadcast(&a.dims, &b.dims)?, bound(a.bound, b.bound), &[&a, &b]))
}

/// With an array of constants, which broadcasts over the last axis.
fn constant(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| !x.dims.is_empty())?;
    let numbers = graph.random.numbers(*x.dims.last()?);
    let operator = graph.random.pick(&["+", "*", "-"]);
    let text = format!("{} {operator} [{numbers}]", x.name);
    Some(Term::new(text, x.dims.clone(), 2.0 * x.bound + 2.0, &[&x]))
}

fn select(graph: &mut Graph<'_>) -> Option<Term> {
    let a = graph.any(|_| true)?;
    let b = graph.any(|b| broadcast(&a.dims, &b.dims).is_some())?;
    let dims = broadcast(&a.dims, &b.dims)?;
    let c = graph.any(|c| broadcast(&dims, &c.dims).is_some())?;
    let dims = broadcast(&dims, &c.dims)?;
    let d = graph.any(|d| broadcast(&dims, &d.dims).is_some())?;
    let template = *graph.random.pick(CONDITIONS);
    let compared = if template.contains("{b}") { vec![&a, &b] } else { vec![&a] };
    let condition_dims = compared.iter().try_fold(Vec::new(), |dims, value| broadcast(&dims, &value.dims))?;
    let dims = broadcast(&condition_dims, &broadcast(&c.dims, &d.dims)?)?;
    let text = format!("select({}, {}, {})", pair(template, &a, &b), c.name, d.name);
    Some(Term::new(text, dims, c.bound.max(d.bound), &[&c, &d]).also_uses(&compared))
}

fn reduce(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| !x.dims.is_empty())?;
    let rank = x.dims.len();
    let (before, behind, bound) = graph.random.pick(REDUCTIONS);
    let first = graph.random.below(rank);
    let (axes, mut options) = match graph.random.below(3) {
        0 => ((0..rank).collect(), String::new()),
        1 if rank > 1 => {
            let second = (first + 1 + graph.random.below(rank - 1)) % rank;
            let axes = vec![first.min(second), first.max(second)];
            (axes.clone(), format!(", axis = {}", list(axes)))
        }
        _ => (vec![first], graph.axis(first, rank)),
    };
    let keep = !options.is_empty() && graph.random.chance(35);
    if keep {
        options += ", keep = true";
    }
    let kept = |axis: usize| if axes.contains(&axis) { keep.then_some(1) } else { Some(x.dims[axis]) };
    let count: usize = axes.iter().map(|&axis| x.dims[axis]).product();
    let text = format!("{before}{}{behind}{options})", x.name);
    Some(Term::new(text, (0..rank).filter_map(kept).collect(), bound(x.bound, count as f64), &[&x]))
}

fn softmax(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| !x.dims.is_empty())?;
    let axis = graph.random.below(x.dims.len());
    let options = graph.axis_unless(axis, x.dims.len(), x.dims.len() - 1);
    let (name, bound) = *graph.random.pick(&[("softmax", 1.0), ("log_softmax", 2.0 * x.bound + 1.5)]);
    Some(Term::new(format!("{name}({}{options})", x.name), x.dims.clone(), bound, &[&x]))
}

fn matmul(graph: &mut Graph<'_>) -> Option<Term> {
    let turned = |value: &Value| {
        let mut turned = value.clone();
        let rank = turned.dims.len();
        turned.name = format!("transpose({})", turned.name);
        (rank > 1).then(|| turned.dims.swap(rank - 2, rank - 1)).map(|()| turned)
    };
    let factors: Vec<Value> = graph.values.iter().flat_map(|v| [Some(v.clone()), turned(v)]).flatten().collect();
    let pairs = factors.iter().flat_map(|a| factors.iter().map(move |b| (a, b)));
    let pairs: Vec<_> = pairs.filter(|(a, b)| product(&a.dims, &b.dims).is_some()).collect();
    let (a, b) = *pairs.get(graph.random.below(pairs.len().max(1)))?;
    let depth = *a.dims.last()?;
    let name = if a.dims.len() == 1 && b.dims.len() == 1 { "dot" } else { "matmul" };
    let text = format!("{name}({}, {})", a.name, b.name);
    Some(Term::new(text, product(&a.dims, &b.dims)?, depth as f64 * a.bound * b.bound, &[a, b]))
}

fn outer(graph: &mut Graph<'_>) -> Option<Term> {
    let a = graph.any(|a| a.dims.len() == 1)?;
    let b = graph.any(|b| b.dims.len() == 1)?;
    let dims = vec![a.dims[0], b.dims[0]];
    Some(Term::new(format!("outer({}, {})", a.name, b.name), dims, a.bound * b.bound, &[&a, &b]))
}

fn transpose(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| x.dims.len() > 1)?;
    let rank = x.dims.len();
    let mut order: Vec<usize> = (0..rank).collect();
    if graph.random.chance(40) {
        order.swap(rank - 2, rank - 1);
        let dims = order.iter().map(|&axis| x.dims[axis]).collect();
        return Some(Term::new(format!("transpose({})", x.name), dims, x.bound, &[&x]));
    }
    for axis in (1..rank).rev() {
        order.swap(axis, graph.random.below(axis + 1));
    }
    let dims = order.iter().map(|&axis| x.dims[axis]).collect();
    Some(Term::new(format!("transpose({}, {})", x.name, list(order)), dims, x.bound, &[&x]))
}

fn reshape(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| !x.dims.is_empty())?;
    let size = size(&x.dims);
    if graph.random.chance(30) {
        return Some(Term::new(format!("flatten({})", x.name), vec![size], x.bound, &[&x]));
    }
    let divisors = |n: usize| (1..=n).filter(move |divisor| n % divisor == 0);
    let mut shapes: Vec<Vec<usize>> = divisors(size).map(|rows| vec![rows, size / rows]).collect();
    shapes.extend(divisors(size).flat_map(|a| divisors(size / a).map(move |b| vec![a, b, size / a / b])));
    shapes.retain(|dims| *dims != x.dims);
    let dims = shapes.get(graph.random.below(shapes.len().max(1)))?.clone();
    Some(Term::new(format!("reshape({}, {})", x.name, list(dims.clone())), dims, x.bound, &[&x]))
}

fn concat(graph: &mut Graph<'_>) -> Option<Term> {
    let a = graph.any(|a| !a.dims.is_empty())?;
    let axis = graph.random.below(a.dims.len());
    let fits = |b: &Value| {
        b.dims.len() == a.dims.len() && (0..a.dims.len()).all(|other| other == axis || b.dims[other] == a.dims[other])
    };
    let mut parts = vec![a.clone(), graph.any(fits)?];
    if graph.random.chance(30) {
        parts.push(graph.any(fits)?);
    }
    let mut dims = a.dims.clone();
    dims[axis] = parts.iter().map(|part| part.dims[axis]).sum();
    let options = graph.axis_unless(axis, dims.len(), dims.len() - 1);
    Some(joined("concat", &parts, &options, dims))
}

fn stack(graph: &mut Graph<'_>) -> Option<Term> {
    let a = graph.any(|a| a.dims.len() < MOST_AXES)?;
    let mut parts = vec![a.clone(), graph.any(|b| a.dims == b.dims)?];
    if graph.random.chance(30) {
        parts.push(graph.any(|b| a.dims == b.dims)?);
    }
    let axis = graph.random.below(a.dims.len() + 1);
    let mut dims = a.dims.clone();
    dims.insert(axis, parts.len());
    let options = graph.axis_unless(axis, dims.len(), 0);
    Some(joined("stack", &parts, &options, dims))
}

fn joined(name: &str, parts: &[Value], options: &str, dims: Vec<usize>) -> Term {
    let names: Vec<&str> = parts.iter().map(|part| &*part.name).collect();
    let bound = parts.iter().fold(0.0, |bound: f64, part| bound.max(part.bound));
    let parts: Vec<&Value> = parts.iter().collect();
    Term::new(format!("{name}({}{options})", names.join(", ")), dims, bound, &parts)
}

fn slice(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| x.dims.iter().any(|&size| size > 1))?;
    let axes: Vec<usize> = (0..x.dims.len()).filter(|&axis| x.dims[axis] > 1).collect();
    let axis = *graph.random.pick(&axes);
    let start = graph.random.below(x.dims[axis]);
    let end = start + 1 + graph.random.below(x.dims[axis] - start);
    let mut dims = x.dims.clone();
    dims[axis] = end - start;
    let text = if axis == 0 && graph.random.chance(60) {
        format!("{}[{start}..{end}]", x.name)
    } else {
        let options = graph.axis_unless(axis, dims.len(), dims.len() - 1);
        format!("slice({}, {start}..{end}{options})", x.name)
    };
    Some(Term::new(text, dims, x.bound, &[&x]))
}

fn index(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| !x.dims.is_empty())?;
    let index = graph.random.below(x.dims[0]);
    Some(Term::new(format!("{}[{index}]", x.name), x.dims[1..].to_vec(), x.bound, &[&x]))
}

fn pad(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| !x.dims.is_empty())?;
    let axis = graph.random.below(x.dims.len());
    let (before, after) = *graph.random.pick(&[(0, 1), (1, 0), (1, 1), (2, 1)]);
    let mut dims = x.dims.clone();
    dims[axis] += before + after;
    let options = graph.axis_unless(axis, dims.len(), dims.len() - 1);
    Some(Term::new(format!("pad({}, {before}, {after}{options})", x.name), dims, x.bound, &[&x]))
}

/// `broadcast`: axes of 1 grow, and new ones come in front.
fn expand(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| x.dims.len() < MOST_AXES || x.dims.contains(&1))?;
    let mut dims: Vec<usize> = x.dims.iter().map(|&size| if size == 1 { graph.random.size() } else { size }).collect();
    if dims.len() < MOST_AXES && graph.random.chance(70) {
        dims.insert(0, graph.random.size());
    }
    let text = format!("broadcast({}, {})", x.name, list(dims.clone()));
    (dims != x.dims).then(|| Term::new(text, dims, x.bound, &[&x]))
}

/// The largest along the last axis, all else 0.
fn one_hot(graph: &mut Graph<'_>) -> Option<Term> {
    let x = graph.any(|x| x.dims.last().is_some_and(|&size| size > 1))?;
    let (name, size) = (&x.name, x.dims.last()?);
    Some(Term::new(format!("{name} * one_hot(argmax({name}), {size})"), x.dims.clone(), x.bound, &[&x]))
}

/// A gradient as a value, so that the function's own gradient has second derivatives.
fn gradient(graph: &mut Graph<'_>) -> Option<Term> {
    if graph.random.chance(50) {
        return None; // Rarely, as its adjoint is as long as all before it.
    }
    if graph.random.chance(50) {
        let x = graph.any(|x| !x.dims.is_empty())?;
        let (template, _) = graph.random.pick(UNARY);
        let y = template.replace("{}", &x.name);
        return Some(Term::new(format!("tanh(grad(sum({y}), {}))", x.name), x.dims.clone(), 1.0, &[&x]));
    }
    let y = graph.any(|y| y.dims.is_empty() && y.ancestors.len() > 1)?;
    let x = graph.any(|x| x.id != y.id && y.ancestors.contains(&x.id))?;
    Some(Term::new(format!("tanh(grad({}, {}))", y.name, x.name), x.dims.clone(), 1.0, &[&y]).also_uses(&[&x]))
}

/// A function as it grows.
struct Graph<'a> {
    random: &'a mut Random,
    arguments: Vec<Value>,
    values: Vec<Value>,
    lines: Vec<String>,
    names: usize,
    ids: usize,
}

impl<'a> Graph<'a> {
    fn random(random: &'a mut Random) -> Self {
        let mut graph = Self { random, arguments: Vec::new(), values: Vec::new(), lines: Vec::new(), names: 0, ids: 0 };
        for _ in 0..1 + graph.random.below(3) {
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
    fn any(&mut self, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let fitting: Vec<&Value> = self.values.iter().filter(|value| fits(value)).collect();
        let count = fitting.len().max(1);
        let chosen = self.random.below(count).max(self.random.below(count));
        fitting.get(chosen).map(|value| (*value).clone())
    }

    fn axis(&mut self, axis: usize, rank: usize) -> String {
        let from_the_end = self.random.chance(40);
        if from_the_end { format!(", axis = -{}", rank - axis) } else { format!(", axis = {axis}") }
    }

    /// As `axis`; the default may go without.
    fn axis_unless(&mut self, axis: usize, rank: usize, default: usize) -> String {
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
        let divisors: Vec<usize> = (2..=size).filter(|divisor| size % divisor == 0).collect();
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
    fn function(mut self, name: &str) -> (String, String, usize) {
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
