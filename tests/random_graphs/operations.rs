//! The operations of the language, each on values of the function that fit it.

use crate::graph::{Graph, MOST_AXES, Term, Value};
use crate::shapes::{broadcast, list, product, size};

/// A new term, or nothing where no value fits. Those of which a function has more stand here more often.
pub type Operation = fn(&mut Graph<'_>) -> Option<Term>;

pub const OPERATIONS: &[Operation] = &[
    unary, unary, unary, unary, binary, binary, binary, binary, constant, select, reduce, reduce, reduce, softmax,
    matmul, matmul, matmul, outer, transpose, reshape, concat, concat, stack, slice, index, pad, expand, one_hot,
    gradient,
];

/// How large a result can be, from how large the operands can be.
type Bound = fn(f64) -> f64;
type Bound2 = fn(f64, f64) -> f64;

/// With `{}` for the operand, and how large the result can be.
pub const UNARY: &[(&str, Bound)] = &[
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
    ("(1.5 - {}) / 2.0", |b| 0.5 * b + 0.75),
    ("{} / core::f64::consts::PI", |b| b),
];

const BINARY: &[(&str, Bound2)] = &[
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
const REDUCTIONS: &[(&str, &str, Bound2)] = &[
    ("sum(", "", |b, n| b * n),
    ("mean(", "", |b, _| b),
    ("max(", "", |b, _| b),
    ("min(", "", |b, _| b),
    ("variance(", "", |b, _| b * b),
    ("logsumexp(", "", |b, n| b + n.ln()),
    ("norm(square(", ") + 0.3", |b, n| (b * b + 0.3) * n.sqrt()),
    ("norm(sigmoid(", ")", |_, n| n.sqrt()),
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
    let divisors = |n: usize| (1..=n).filter(move |divisor| n.is_multiple_of(*divisor));
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
