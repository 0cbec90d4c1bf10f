//! Expressions of a function: the part of Rust's that the language has. The others say what to write instead.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{BinOp, Expr, ExprLit, Lit, Member, RangeLimits, UnOp};

use super::callees::is_gradient;
use super::size::Dimensions;
use super::{function, refused};
use crate::ast::{Expression, Given, Infix, Kind, Prefix, short};
use crate::decimal::Decimal;
use crate::errors::Errors;

pub const NO_SELF: &str = "layers are in scope by their names: there is no `self`";

/// Reads an expression of Rust; reports what in it is not part of the language.
pub fn expression(cx: &Errors, dimensions: &Dimensions, written: Expr) -> Expression {
    let tokens = written.to_token_stream();
    let read = |inner: Expr| expression(cx, dimensions, inner);
    let kind = match written {
        Expr::Paren(inner) => return read(*inner.expr),
        Expr::Group(inner) => return read(*inner.expr),
        Expr::Lit(literal) => literal_of(cx, &literal.lit),
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
        Expr::Binary(binary) => {
            if let Some(sign) = infix(&binary.op) {
                Kind::Infix(sign, Box::new(read(*binary.left)), Box::new(read(*binary.right)))
            } else {
                let message = format!("`{}` is not part of the language", binary.op.to_token_stream());
                cx.report_with_help(binary.op, message, refused::operator(&binary));
                Kind::Unreadable
            }
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else {
                return refuse(cx, tokens, "this is no function", "call a layer or a function by its name: `relu(x)`");
            };
            let mut parts: Vec<_> = path.path.segments.iter().map(|part| part.ident.clone()).collect();
            let last = parts.pop().expect("a path has a part");
            let arguments = |arguments: Punctuated<Expr, syn::token::Comma>| -> Vec<Given> {
                arguments.into_iter().map(|argument| given(cx, dimensions, argument)).collect()
            };
            match parts.pop() {
                None => Kind::Call(last, arguments(call.args)),
                Some(function) if is_gradient(&last) => Kind::GradientOf(function, last, arguments(call.args)),
                Some(_) => {
                    cx.report_with_help(path, "functions are written without a path", format!("write `{last}(…)`"));
                    return Expression::unreadable(tokens);
                }
            }
        }
        Expr::Index(index) => Kind::Index(Box::new(read(*index.expr)), Box::new(read(*index.index))),
        Expr::Range(range) => {
            if let RangeLimits::Closed(sign) = range.limits {
                let help = closed(range.start.as_deref(), range.end.as_deref());
                cx.report_with_help(sign, "a range of indices is written without its last one", help);
                return Expression::unreadable(tokens);
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
            let is_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
            let message = if is_self { NO_SELF } else { "a function is called by its name, not as a method" };
            return refuse(cx, tokens, message, &refused::method(&call));
        }
        Expr::Field(field) => match (&*field.base, &field.member) {
            (Expr::Path(path), Member::Named(member)) if path.path.is_ident("self") => {
                return refuse(cx, tokens, NO_SELF, &format!("write `{member}`"));
            }
            (Expr::Path(path), Member::Named(member)) if path.path.get_ident().is_some() => {
                Kind::Field(path.path.get_ident().expect("it was asked for").clone(), member.clone())
            }
            (_, Member::Unnamed(_)) => {
                return refuse(cx, tokens, "a tuple is taken apart by `let`", "write `let (a, b) = …;`");
            }
            _ => return refuse(cx, tokens, "a value has no fields", "only layers have them, such as `hidden.weight`"),
        },
        other => {
            let (message, help) = refused::expression(&other);
            return refuse(cx, tokens, &message, &help);
        }
    };
    Expression { kind, tokens }
}

/// What to write for `0..=3`.
fn closed(start: Option<&Expr>, end: Option<&Expr>) -> String {
    let start = start.map(|start| short(&start.to_token_stream()).unwrap_or_default()).unwrap_or_default();
    match end {
        Some(Expr::Lit(ExprLit { lit: Lit::Int(last), .. })) => {
            let end = last.base10_parse::<usize>().map_or(usize::MAX, |last| last.saturating_add(1));
            format!("write `{start}..{end}`")
        }
        _ => "write `0..3` for the indices 0, 1 and 2".to_owned(),
    }
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

fn literal_of(cx: &Errors, literal: &Lit) -> Kind {
    match literal {
        Lit::Int(written) if !written.suffix().is_empty() => {
            let help = format!("write {}", written.base10_digits());
            cx.report_with_help(
                written,
                "a number has no type suffix here: it has the type of the values around it",
                help,
            );
        }
        Lit::Float(written) if !written.suffix().is_empty() => {
            let help = format!("write {}", written.base10_digits());
            cx.report_with_help(
                written,
                "a number has no type suffix here: it has the type of the values around it",
                help,
            );
        }
        _ => {}
    }
    if let Some(decimal) = Decimal::new(false, literal.clone()) {
        return Kind::Number(decimal);
    }
    let help = match literal {
        Lit::Bool(_) => "a condition is a comparison, such as `x > 0.0`",
        Lit::Str(_) => "write the word without quotation marks",
        _ => "write a number, such as 0.5",
    };
    cx.report_with_help(literal, "a value is a number", help);
    Kind::Unreadable
}

fn infix(sign: &BinOp) -> Option<Infix> {
    Some(match sign {
        BinOp::Add(_) => Infix::Add,
        BinOp::Sub(_) => Infix::Sub,
        BinOp::Mul(_) => Infix::Mul,
        BinOp::Div(_) => Infix::Div,
        BinOp::Lt(_) => Infix::Less,
        BinOp::Le(_) => Infix::LessEqual,
        BinOp::Gt(_) => Infix::Greater,
        BinOp::Ge(_) => Infix::GreaterEqual,
        BinOp::Eq(_) => Infix::Equal,
        BinOp::Ne(_) => Infix::NotEqual,
        BinOp::BitAnd(_) => Infix::And,
        BinOp::BitOr(_) => Infix::Or,
        _ => return None,
    })
}

fn refuse(cx: &Errors, tokens: TokenStream, message: &str, help: &str) -> Expression {
    cx.report_with_help(&tokens, message, help);
    Expression::unreadable(tokens)
}
