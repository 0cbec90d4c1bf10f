//! The function of a model, and what stands in it.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

use crate::decimal::Decimal;
use crate::shape::Shape;

/// `fn forward(x: [54], extra: [3]) -> [7] { … }`
pub struct Function {
    pub name: Ident,
    pub inputs: Vec<Input>,
    /// One, or those of a tuple; empty where they could not be read.
    pub outputs: Vec<ShapeNode>,
    pub body: Block,
}

/// `x: [54]`
pub struct Input {
    pub name: Ident,
    pub shape: ShapeNode,
}

/// `[28, 28]`; nothing where it could not be read.
#[derive(Clone)]
pub struct ShapeNode {
    pub shape: Option<Shape>,
    pub tokens: TokenStream,
}

/// `{ let …; result }`
pub struct Block {
    pub statements: Vec<Let>,
    /// Nothing where it is missing, which was reported.
    pub result: Option<Box<Expression>>,
}

/// `let pattern: [32] = value;`
pub struct Let {
    pub pattern: Pattern,
    pub annotation: Option<ShapeNode>,
    pub value: Expression,
}

pub enum Pattern {
    /// `h`
    Name(Ident),
    /// `_`
    Anything(TokenStream),
    /// `(a, b)`
    Tuple(Vec<Pattern>, TokenStream),
    /// What could not be read, and was reported: the names in it.
    Unreadable(Vec<Ident>, TokenStream),
}

/// An expression with all of its tokens.
pub struct Expression {
    pub kind: Kind,
    pub tokens: TokenStream,
}

pub enum Kind {
    /// `h`
    Name(Ident),
    /// `0.5`, `3`
    Number(Decimal),
    /// `core::f64::consts::PI`, a constant of Rust
    Constant,
    /// `[0.5, 1.0]`
    Array(Vec<Expression>),
    /// `(a, b)`
    Tuple(Vec<Expression>),
    /// `-x`
    Prefix(Prefix, Box<Expression>),
    /// `a + b`
    Infix(Infix, Box<Expression>, Box<Expression>),
    /// `concat(a, b, axis = 0)`
    Call(Ident, Vec<Given>),
    /// `f::grad(x)`, or `f::value_and_grad(x)`
    GradientOf(Ident, Ident, Vec<Given>),
    /// `hidden.weight`
    Field(Ident, Ident),
    /// `x[2]`
    Index(Box<Expression>, Box<Expression>),
    /// `1..3`
    Range(Option<Box<Expression>>, Option<Box<Expression>>),
    Block(Block),
    /// What could not be read, and was reported.
    Unreadable,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prefix {
    Minus,
    Not,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Infix {
    Add,
    Sub,
    Mul,
    Div,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

/// An argument of a call: `x`, or `axis = 1`.
pub struct Given {
    pub name: Option<Ident>,
    pub value: Expression,
}

/// The text of tokens, if it is short enough to stand in a sentence.
pub fn short(tokens: &TokenStream) -> Option<String> {
    let text = tokens.to_string();
    (!text.is_empty() && text.len() <= 40 && !text.contains('\n')).then_some(text)
}

impl Block {
    /// Whether a name stands anywhere in it, even in what could not be read.
    pub fn mentions(&self, name: &Ident) -> bool {
        let values = self.statements.iter().map(|statement| &statement.value);
        values.chain(self.result.as_deref()).any(|value| mentions(&value.tokens, name))
    }
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        // A macro may name it in a string: `println!("{x}")`.
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{name}")),
        TokenTree::Punct(_) => false,
    })
}

impl Expression {
    /// Stands for what could not be read.
    pub fn unreadable(tokens: TokenStream) -> Self {
        Self { kind: Kind::Unreadable, tokens }
    }

    /// The expression in a sentence: as it was written, if it is short enough.
    pub fn called(&self) -> String {
        short(&self.tokens).map_or_else(|| "this".to_owned(), |text| format!("`{text}`"))
    }

    /// The expression in an example: as it was written, if it is short enough, else this name.
    pub fn or(&self, name: &str) -> String {
        short(&self.tokens).unwrap_or_else(|| name.to_owned())
    }

    /// The number, where it is written as one: `3`, `-0.5`.
    pub fn number(&self) -> Option<Decimal> {
        match &self.kind {
            Kind::Number(decimal) => Some(decimal.clone()),
            Kind::Prefix(Prefix::Minus, inner) => inner.number().map(Decimal::negated),
            _ => None,
        }
    }

    /// The whole number, where it is written as one: `3`, `-1`.
    pub fn integer(&self) -> Option<i64> {
        self.number()?.integer()
    }
}

impl Pattern {
    /// All names that it binds.
    pub fn names(&self) -> Vec<&Ident> {
        match self {
            Self::Name(name) => vec![name],
            Self::Anything(_) => Vec::new(),
            Self::Unreadable(names, _) => names.iter().collect(),
            Self::Tuple(patterns, _) => patterns.iter().flat_map(Self::names).collect(),
        }
    }
}

impl ToTokens for Expression {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

impl ToTokens for ShapeNode {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

impl ToTokens for Pattern {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Name(name) => name.to_tokens(tokens),
            Self::Anything(written) | Self::Tuple(_, written) | Self::Unreadable(_, written) => {
                written.to_tokens(tokens);
            }
        }
    }
}
