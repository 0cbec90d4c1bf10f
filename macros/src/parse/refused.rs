//! Pieces of Rust that the language lacks: what each is called, and what to write instead.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{BinOp, Error, Expr, ExprBinary, ExprMethodCall, Token, token};

use crate::ast::short;
use crate::functions;

/// A message about an expression, and what to write instead of it.
pub fn expression(written: &Expr) -> (String, String) {
    let text = |tokens: &dyn ToTokens| short(&tokens.to_token_stream());
    let instead = |inner: &dyn ToTokens, why: &str| match text(inner) {
        Some(inner) => format!("write `{inner}`: {why}"),
        None => format!("remove it: {why}"),
    };
    let (what, help) = match written {
        Expr::If(_) => (
            "`if` is",
            "write `select(x > 0.0, a, b)`, which decides for each value; `if` would decide once for all".to_owned(),
        ),
        Expr::Match(_) => ("`match` is", "write `select(condition, a, b)`, which decides for each value".to_owned()),
        Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => (
            "a loop is",
            "write the calls one after the other; functions such as `sum(x, axis = 0)` take whole arrays".to_owned(),
        ),
        Expr::Closure(_) => (
            "a closure is",
            "write its expression where it is called, or a model of its own that is a layer here".to_owned(),
        ),
        Expr::Macro(_) => ("a macro is", "write the expression that it stands for".to_owned()),
        Expr::Cast(cast) => ("`as` is", instead(&cast.expr, "all values have the same type")),
        Expr::Reference(reference) => {
            ("`&` before a value is", instead(&reference.expr, "values are passed as they are"))
        }
        Expr::Try(inner) => ("`?` is", instead(&inner.expr, "no function of the language can fail")),
        Expr::Return(value) => (
            "`return` is",
            match value.expr.as_ref().and_then(|value| text(value)) {
                Some(value) => format!("end the function with `{value}`, without a semicolon"),
                None => "end the function with its result, without a semicolon".to_owned(),
            },
        ),
        Expr::Assign(assign) => ("an assignment is", new_value(&assign.left, &assign.right.to_token_stream())),
        Expr::Unsafe(_) => ("`unsafe` is", "remove it".to_owned()),
        Expr::Struct(_) => ("a struct is", "give several values as a tuple: `(a, b)`".to_owned()),
        Expr::Repeat(repeat) => (
            "`[value; count]` is",
            match (text(&repeat.expr), text(&repeat.len)) {
                (Some(value), Some(count)) => format!("write `broadcast({value}, [{count}])`"),
                _ => "write `broadcast(value, [count])`".to_owned(),
            },
        ),
        _ => ("this piece of Rust is", "write `let`, arithmetic, and calls of layers and functions".to_owned()),
    };
    (format!("{what} not part of the language"), help)
}

/// What to write for an operator that the language lacks.
pub fn operator(written: &ExprBinary) -> String {
    let side = |side: &Expr, otherwise: &str| short(&side.to_token_stream()).unwrap_or_else(|| otherwise.to_owned());
    let (a, b) = (side(&written.left, "a"), side(&written.right, "b"));
    match &written.op {
        BinOp::And(_) => format!("write `({a}) & ({b})`: conditions are joined value by value"),
        BinOp::Or(_) => format!("write `({a}) | ({b})`: conditions are joined value by value"),
        BinOp::Rem(_) => format!("write `{a} - floor({a} / {b}) * {b}`"),
        BinOp::BitXor(_) => format!("a power is `pow({a}, {b})`"),
        BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) => {
            let sign = written.op.to_token_stream().to_string();
            let value = format!("{a} {} {b}", sign.trim_end_matches('='));
            new_value(&written.left, &value.parse().unwrap_or_default())
        }
        _ => "write arithmetic with `+`, `-`, `*`, `/`".to_owned(),
    }
}

/// A new value takes the place of one that changes.
fn new_value(name: &Expr, value: &TokenStream) -> String {
    match (short(&name.to_token_stream()), short(value)) {
        (Some(name), Some(value)) => format!("a value never changes: write `let {name} = {value};`"),
        _ => "a value never changes: write `let h = …;`".to_owned(),
    }
}

/// What to write for `h.relu()`.
pub fn method(call: &ExprMethodCall) -> String {
    let method = call.method.to_string();
    let name = functions::of_another_library(&method).unwrap_or(&method);
    let receiver = match &*call.receiver {
        Expr::Paren(inner) => &*inner.expr,
        receiver => receiver,
    };
    let is_self = matches!(receiver, Expr::Path(path) if path.path.is_ident("self"));
    let receiver = (!is_self).then_some(receiver);
    let arguments: Option<Vec<String>> =
        receiver.into_iter().chain(&call.args).map(|argument| short(&argument.to_token_stream())).collect();
    match arguments {
        Some(arguments) => format!("write `{name}({})`", arguments.join(", ")),
        None => format!("write `{name}(…)`"),
    }
}

/// An error for a statement that no expression can begin with.
pub fn statement(input: ParseStream<'_>) -> Option<Error> {
    let error = |what: &str, help: &str| {
        Some(Error::new(input.span(), format!("{what} not part of the language\nhelp: {help}")))
    };
    if input.peek(Token![fn]) {
        return error("a function in a function is", "write its expression where it is called");
    }
    if input.peek(Token![struct]) || input.peek(Token![use]) || input.peek(Token![const]) || input.peek(Token![static])
    {
        return error("an item in a function is", "move it out of the function");
    }
    if input.peek(Token![#]) || input.peek(Token![pub]) || input.peek(token::Bracket) && input.peek2(Token![;]) {
        return error("this is", "write `let`, arithmetic, and calls of layers and functions");
    }
    None
}
