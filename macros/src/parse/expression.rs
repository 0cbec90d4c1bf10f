//! Expressions of a function: the part of Rust's that the language has. The others say what to write instead.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{BinOp, Error, Expr, Lit, Member, RangeLimits, Token, UnOp, token};

use super::function;
use super::size::Dimensions;
use crate::ast::{Expression, Given, Infix, Kind, Prefix};
use crate::decimal::Decimal;
use crate::errors::Errors;

/// Reads an expression of Rust; reports what in it is not part of the language.
pub fn expression(cx: &Errors, dimensions: &Dimensions, written: Expr) -> Expression {
    let tokens = written.to_token_stream();
    let read = |inner: Expr| expression(cx, dimensions, inner);
    let kind = match written {
        Expr::Paren(inner) => return read(*inner.expr),
        Expr::Group(inner) => return read(*inner.expr),
        Expr::Lit(literal) => literal_of(cx, literal.lit),
        Expr::Path(path) if path.qself.is_none() => match path.path.get_ident() {
            Some(name) if !is_constant(&name.to_string()) || dimensions.has(name) => Kind::Name(name.clone()),
            _ => constant(cx, &path),
        },
        Expr::Array(array) => Kind::Array(array.elems.into_iter().map(read).collect()),
        Expr::Tuple(tuple) => Kind::Tuple(tuple.elems.into_iter().map(read).collect()),
        Expr::Unary(unary) => match unary.op {
            UnOp::Neg(_) => Kind::Prefix(Prefix::Minus, Box::new(read(*unary.expr))),
            UnOp::Not(_) => Kind::Prefix(Prefix::Not, Box::new(read(*unary.expr))),
            _ => {
                let help = "remove `*`: a name stands for its values";
                return refuse(cx, tokens, "there is nothing to dereference here", help);
            }
        },
        Expr::Binary(binary) => match infix(cx, &binary.op) {
            Some(sign) => Kind::Infix(sign, Box::new(read(*binary.left)), Box::new(read(*binary.right))),
            None => Kind::Unreadable,
        },
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else {
                return refuse(cx, tokens, "this is no function", "call a layer or a function by its name: `relu(x)`");
            };
            let Some(name) = path.path.get_ident().cloned() else {
                let last = path.path.segments.last().map(|part| part.ident.to_string()).unwrap_or_default();
                let message = "functions are written without a path";
                return refuse(cx, path.to_token_stream(), message, &format!("write `{last}(…)`"));
            };
            Kind::Call(name, call.args.into_iter().map(|argument| given(cx, dimensions, argument)).collect())
        }
        Expr::Index(index) => Kind::Index(Box::new(read(*index.expr)), Box::new(read(*index.index))),
        Expr::Range(range) => {
            if let RangeLimits::Closed(sign) = range.limits {
                let help = "write `0..3` for the indices 0, 1 and 2";
                return refuse(cx, sign.to_token_stream(), "a range of indices is written without its end", help);
            }
            Kind::Range(range.start.map(|start| Box::new(read(*start))), range.end.map(|end| Box::new(read(*end))))
        }
        Expr::Block(block) if block.label.is_none() => {
            let statements = block.block.stmts;
            let body = quote!(#(#statements)*);
            match function::body(cx, dimensions, body, &tokens) {
                Ok(block) => Kind::Block(block),
                Err(error) => {
                    cx.push(error);
                    Kind::Unreadable
                }
            }
        }
        Expr::MethodCall(call) => {
            let (receiver, name) = (call.receiver.to_token_stream(), &call.method);
            let arguments: Vec<String> = std::iter::once(receiver.to_string())
                .chain(call.args.iter().map(|argument| argument.to_token_stream().to_string()))
                .collect();
            let help = format!("write `{name}({})`", arguments.join(", "));
            return refuse(cx, tokens, "a function is called by its name, not as a method", &help);
        }
        Expr::Field(field) => match (&*field.base, &field.member) {
            (Expr::Path(path), Member::Named(member)) if path.path.get_ident().is_some() => {
                Kind::Field(path.path.get_ident().expect("it was asked for").clone(), member.clone())
            }
            _ => {
                let help = "take a tuple apart by `let (a, b) = …;`; only layers have fields, such as `hidden.weight`";
                return refuse(cx, tokens, "a value has no fields", help);
            }
        },
        other => {
            let (what, help) = describe(&other);
            return refuse(cx, tokens, &format!("{what} not part of the language"), help);
        }
    };
    Expression { kind, tokens }
}

/// `axis = 1`, or `x`.
fn given(cx: &Errors, dimensions: &Dimensions, argument: Expr) -> Given {
    match argument {
        Expr::Assign(assign) => {
            let value = match *assign.right {
                // A word of an option is no value.
                Expr::Lit(literal) if matches!(literal.lit, Lit::Bool(_)) => {
                    Expression::unreadable(literal.to_token_stream())
                }
                right => expression(cx, dimensions, right),
            };
            match &*assign.left {
                Expr::Path(path) if path.path.get_ident().is_some() => {
                    Given { name: path.path.get_ident().cloned(), value }
                }
                other => {
                    cx.report_with_help(other, "an option is a name", "write `axis = 1`, say");
                    Given { name: None, value: Expression::unreadable(other.to_token_stream()) }
                }
            }
        }
        other => Given { name: None, value: expression(cx, dimensions, other) },
    }
}

/// Whether a name is written as constants are: `PI`, `MAX_LEN`.
fn is_constant(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|letter| letter.is_uppercase() || letter.is_numeric() || letter == '_')
}

fn constant(cx: &Errors, path: &syn::ExprPath) -> Kind {
    let last = path.path.segments.last().map(|part| part.ident.to_string()).unwrap_or_default();
    if is_constant(&last) {
        return Kind::Constant;
    }
    let help = "a constant is written in capitals, such as `core::f64::consts::PI`";
    cx.report_with_help(path, "a path can only name a constant here", help);
    Kind::Unreadable
}

fn literal_of(cx: &Errors, literal: Lit) -> Kind {
    match &literal {
        Lit::Int(written) if !written.suffix().is_empty() => {
            let help = format!("write {}", written.base10_digits());
            cx.report_with_help(written, "a number has no type suffix here: it has the type of the model", help);
        }
        Lit::Float(written) if !written.suffix().is_empty() => {
            let help = format!("write {}", written.base10_digits());
            cx.report_with_help(written, "a number has no type suffix here: it has the type of the model", help);
        }
        _ => {}
    }
    match Decimal::new(false, literal.clone()) {
        Some(decimal) => Kind::Number(decimal),
        None => {
            let help = match &literal {
                Lit::Bool(_) => "a condition is a comparison, such as `x > 0.0`",
                Lit::Str(_) => "write the word without quotation marks",
                _ => "write a number, such as 0.5",
            };
            cx.report_with_help(&literal, "a value is a number", help);
            Kind::Unreadable
        }
    }
}

fn infix(cx: &Errors, sign: &BinOp) -> Option<Infix> {
    let help = match sign {
        BinOp::Add(_) => return Some(Infix::Add),
        BinOp::Sub(_) => return Some(Infix::Sub),
        BinOp::Mul(_) => return Some(Infix::Mul),
        BinOp::Div(_) => return Some(Infix::Div),
        BinOp::Lt(_) => return Some(Infix::Less),
        BinOp::Le(_) => return Some(Infix::LessEqual),
        BinOp::Gt(_) => return Some(Infix::Greater),
        BinOp::Ge(_) => return Some(Infix::GreaterEqual),
        BinOp::Eq(_) => return Some(Infix::Equal),
        BinOp::Ne(_) => return Some(Infix::NotEqual),
        BinOp::BitAnd(_) => return Some(Infix::And),
        BinOp::BitOr(_) => return Some(Infix::Or),
        BinOp::And(_) => "conditions are joined one by one: write `&`",
        BinOp::Or(_) => "conditions are joined one by one: write `|`",
        BinOp::Rem(_) => "write `x - floor(x / y) * y`",
        BinOp::BitXor(_) => "a power is `pow(x, 2)`, and of two conditions `a != b`",
        BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) => {
            "a value never changes: write `let h = h + …;`"
        }
        _ => "write arithmetic with `+`, `-`, `*`, `/`",
    };
    let written = sign.to_token_stream().to_string();
    cx.report_with_help(sign, format!("`{written}` is not part of the language"), help);
    None
}

/// What a piece of Rust is called, and what to write instead.
fn describe(expression: &Expr) -> (&'static str, &'static str) {
    match expression {
        Expr::If(_) => (
            "`if` is",
            "it would decide once for the whole program: write `select(x > 0.0, a, b)`, which decides for each value",
        ),
        Expr::Match(_) => ("`match` is", "write `select(condition, a, b)`, which decides for each value"),
        Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
            ("a loop is", "functions work on whole arrays: write `sum(x, axis = 0)`, or the calls one after the other")
        }
        Expr::Closure(_) => ("a closure is", "write the expression itself, or a model of its own as a layer"),
        Expr::Macro(_) => ("a macro is", "write the function that it stands for"),
        Expr::Cast(_) => ("`as` is", "all values have the element type of the model: remove it"),
        Expr::Reference(_) => ("`&` before a value is", "values are passed as they are: remove it"),
        Expr::Return(_) => ("`return` is", "end the function with its result, without a semicolon"),
        Expr::Assign(_) => ("an assignment is", "a value never changes: write `let h = …;`"),
        Expr::Try(_) => ("`?` is", "no function of the language can fail: remove it"),
        Expr::Unsafe(_) => ("`unsafe` is", "remove it"),
        Expr::Struct(_) => ("a struct is", "give several values as a tuple: `(a, b)`"),
        Expr::Repeat(_) => ("`[value; count]` is", "write `broadcast(value, [count])`"),
        _ => ("this piece of Rust is", "write `let`, arithmetic, and calls of layers and functions"),
    }
}

/// An error for a statement that no expression can begin with.
pub fn unsupported_statement(input: ParseStream<'_>) -> Option<Error> {
    let error = |what: &str, help: &str| {
        Some(Error::new(input.span(), format!("{what} not part of the language\nhelp: {help}")))
    };
    if input.peek(Token![fn]) {
        return error("a function in a function is", "declare it by `#[differentiable]`, or write its expression");
    }
    if input.peek(Token![struct]) || input.peek(Token![use]) || input.peek(Token![const]) || input.peek(Token![static])
    {
        return error("an item is", "move it in front of `model!`");
    }
    if input.peek(Token![#]) || input.peek(Token![pub]) || input.peek(token::Bracket) && input.peek2(Token![;]) {
        return error("this is", "write `let`, arithmetic, and calls of layers and functions");
    }
    None
}

fn refuse(cx: &Errors, tokens: TokenStream, message: &str, help: &str) -> Expression {
    cx.report_with_help(&tokens, message, help);
    Expression::unreadable(tokens)
}
