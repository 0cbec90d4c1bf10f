//! The table of functions that a body may call, besides its layers, the activations and the functions of one value.

use crate::{activation, elementwise, names};

/// A function: its name, how many values it takes, its options, and how it is written.
pub struct Function {
    pub name: &'static str,
    pub values: std::ops::RangeInclusive<usize>,
    pub options: &'static [&'static str],
    pub example: &'static str,
}

const fn row(
    name: &'static str,
    least: usize,
    most: usize,
    options: &'static [&'static str],
    example: &'static str,
) -> Function {
    Function { name, values: least..=most, options, example }
}

const MANY: usize = usize::MAX;
const REDUCES: &[&str] = &["axis", "keep"];

#[rustfmt::skip]
const TABLE: [Function; 31] = [
    row("pow", 2, 2, &[], "pow(x, 2)"),
    row("minimum", 2, 2, &[], "minimum(a, b)"),
    row("maximum", 2, 2, &[], "maximum(a, b)"),
    row("clip", 3, 3, &[], "clip(x, -1.0, 1.0)"),
    row("select", 3, 3, &[], "select(x > 0.0, a, b)"),
    row("matmul", 2, 2, &[], "matmul(a, b)"),
    row("dot", 2, 2, &[], "dot(a, b)"),
    row("outer", 2, 2, &[], "outer(a, b)"),
    row("transpose", 1, 2, &[], "transpose(x, [1, 0])"),
    row("reshape", 2, 2, &[], "reshape(x, [2, 3])"),
    row("flatten", 1, 1, &[], "flatten(x)"),
    row("broadcast", 2, 2, &[], "broadcast(x, [2, 3])"),
    row("concat", 1, MANY, &["axis"], "concat(a, b, axis = -1)"),
    row("stack", 1, MANY, &["axis"], "stack(a, b, axis = 0)"),
    row("split", 2, 2, &["axis"], "split(x, [2, 3], axis = -1)"),
    row("slice", 2, 2, &["axis"], "slice(x, 1..3, axis = -1)"),
    row("pad", 3, 3, &["axis"], "pad(x, 1, 2, axis = -1)"),
    row("sum", 1, 1, REDUCES, "sum(x, axis = 0)"),
    row("mean", 1, 1, REDUCES, "mean(x, axis = 0)"),
    row("max", 1, 1, REDUCES, "max(x, axis = 0)"),
    row("min", 1, 1, REDUCES, "min(x, axis = 0)"),
    row("variance", 1, 1, REDUCES, "variance(x, axis = 0)"),
    row("norm", 1, 1, REDUCES, "norm(x, axis = 0)"),
    row("logsumexp", 1, 1, REDUCES, "logsumexp(x, axis = 0)"),
    row("argmax", 1, 1, &["axis"], "argmax(x, axis = -1)"),
    row("one_hot", 2, 2, &[], "one_hot(index, 10)"),
    row("lookup", 2, 2, &[], "lookup(table, index)"),
    row("dropout", 2, 2, &[], "dropout(x, 0.2)"),
    row("stop_gradient", 1, 1, &[], "stop_gradient(x)"),
    row("grad", 2, 2, &[], "grad(y, x)"),
    row("softmax", 1, 1, &["axis"], "softmax(x, axis = -1)"),
];

/// The only other function with options of its own, beside `softmax`.
const LOG_SOFTMAX: Function = row("log_softmax", 1, 1, &["axis"], "log_softmax(x, axis = -1)");

/// The row of a function.
pub fn find(name: &str) -> Option<&'static Function> {
    const LAST: &Function = &LOG_SOFTMAX;
    const ROWS: &[Function] = &TABLE;
    ROWS.iter().chain([LAST]).find(|row| row.name == name)
}

/// Whether a function has that name.
pub fn is_function(name: &str) -> bool {
    names().any(|known| known == name)
}

/// Whether a name is neither that of a function nor like one, so that it may be a function of the user's.
pub fn is_unheard_of(name: &str) -> bool {
    let is_known = is_function(name)
        || of_another_library(name).is_some()
        || OTHER_EXPRESSIONS.iter().any(|row| row.0 == name)
        || names::nearest(name, names()).is_some();
    !is_known
        && name.starts_with(|first: char| first.is_lowercase() || first == '_')
        && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// The names of all functions.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    const ROWS: &[Function] = &TABLE;
    let rows = ROWS.iter().map(|row| row.name).chain(["log_softmax"]);
    let activations = activation::names().filter(|name| !name.ends_with("softmax") && *name != "linear");
    rows.chain(elementwise::unary_names()).chain(activations)
}

/// What users of other libraries write for a function of ours.
const OTHER_NAMES: [(&str, &str); 43] = [
    ("log", "ln"),
    ("where", "select"),
    ("cond", "select"),
    ("concatenate", "concat"),
    ("cat", "concat"),
    ("hstack", "concat"),
    ("vstack", "stack"),
    ("chunk", "split"),
    ("reduce_sum", "sum"),
    ("reduce_mean", "mean"),
    ("reduce_max", "max"),
    ("reduce_min", "min"),
    ("amax", "max"),
    ("amin", "min"),
    ("avg", "mean"),
    ("var", "variance"),
    ("power", "pow"),
    ("powi", "pow"),
    ("powf", "pow"),
    ("clamp", "clip"),
    ("clip_by_value", "clip"),
    ("permute", "transpose"),
    ("swapaxes", "transpose"),
    ("mm", "matmul"),
    ("bmm", "matmul"),
    ("einsum", "matmul"),
    ("gather", "lookup"),
    ("take", "lookup"),
    ("embedding", "lookup"),
    ("detach", "stop_gradient"),
    ("onehot", "one_hot"),
    ("gradient", "grad"),
    ("gradients", "grad"),
    ("swish", "silu"),
    ("reduce_logsumexp", "logsumexp"),
    ("broadcast_to", "broadcast"),
    ("expand", "broadcast"),
    ("repeat", "broadcast"),
    ("tile", "broadcast"),
    ("view", "reshape"),
    ("squeeze", "reshape"),
    ("unsqueeze", "reshape"),
    ("expand_dims", "reshape"),
];

/// Functions of other libraries that are an expression here.
const OTHER_EXPRESSIONS: [(&str, &str); 22] = [
    ("inner", "dot(a, b)"),
    ("std", "sqrt(variance(x))"),
    ("argmin", "argmax(-x)"),
    ("prod", "exp(sum(ln(x)))"),
    ("ceil", "-floor(-x)"),
    ("round", "floor(x + 0.5)"),
    ("tan", "sin(x) / cos(x)"),
    ("sinh", "(exp(x) - exp(-x)) / 2.0"),
    ("cosh", "(exp(x) + exp(-x)) / 2.0"),
    ("log2", "ln(x) / ln(2.0)"),
    ("log10", "ln(x) / ln(10.0)"),
    ("log1p", "ln(1.0 + x)"),
    ("expm1", "exp(x) - 1.0"),
    ("reciprocal", "1.0 / x"),
    ("neg", "-x"),
    ("add", "a + b"),
    ("sub", "a - b"),
    ("mul", "a * b"),
    ("multiply", "a * b"),
    ("div", "a / b"),
    ("zeros", "broadcast(0.0, [3])"),
    ("ones", "broadcast(1.0, [3])"),
];

/// Our name for a function of another library.
pub fn of_another_library(name: &str) -> Option<&'static str> {
    OTHER_NAMES.iter().find(|row| row.0 == name).map(|row| row.1)
}

/// What to write for a function that there is not.
pub fn suggestion<'a>(name: &str, layers: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(ours) = of_another_library(name) {
        let example = find(ours).map_or_else(|| format!("{ours}(x)"), |row| row.example.to_owned());
        return format!("did you mean `{ours}`? write `{example}`, say");
    }
    if let Some((_, expression)) = OTHER_EXPRESSIONS.iter().find(|row| row.0 == name) {
        return format!("write `{expression}`");
    }
    if crate::layer::names().any(|kind| kind == name) && !activation::layer_names().any(|kind| kind == name) {
        return format!("declare it in the struct, `name: {name}(…)`, and call it by that name");
    }
    let mut all: Vec<&str> = layers.clone().collect();
    for name in names() {
        all.push(name); // `extend` would ask for names that live as long as ours.
    }
    match names::nearest(name, all.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => match names::list(layers).as_str() {
            "" => format!("functions are {}", names::list(names())),
            layers => format!("layers are {layers}; functions are {}", names::list(names())),
        },
    }
}
