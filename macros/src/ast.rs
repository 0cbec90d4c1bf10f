//! What the user wrote, every node with its tokens.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Lit, LitBool, LitInt, Token, Visibility};

use crate::decimal::Decimal;
use crate::dim::Dim;

mod differentiable;
mod function;

pub use differentiable::{Argument as DifferentiableArgument, Differentiable, Form, Typed};
pub use function::{Block, Expression, Function, Given, Infix, Input, Kind, Let, Pattern, Prefix, ShapeNode, short};

/// `pub struct Mlp<In, Out> { … }`, and the function after it if there is one.
pub struct Declaration {
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub name: Ident,
    /// The names of the sizes that are chosen where the model is used.
    pub dimensions: Vec<Ident>,
    pub lines: Vec<Line>,
    pub forward: Option<Function>,
}

/// `hidden1: Dense(784 => 700, relu)`
pub struct Line {
    /// Its doc comments.
    pub attributes: Vec<Attribute>,
    /// `#[frozen]`, if it stands there.
    pub frozen: Option<Attribute>,
    pub name: Option<Ident>,
    /// What stands before the kind: nothing, or the path to another model, `encoders::`.
    pub path: TokenStream,
    pub kind: Ident,
    /// The sizes of another, generic model: `<U54, U32>`.
    pub generics: TokenStream,
    pub arguments: Arguments,
    /// Whether a part of it was not understood, and reported: then what is missing is no second mistake.
    pub broken: bool,
}

/// `(784 => 700, relu, bias = false)`, or nothing.
#[derive(Default)]
pub struct Arguments {
    pub list: Vec<Argument>,
    /// All that stands between the brackets.
    pub tokens: TokenStream,
}

pub enum Argument {
    /// `784 => 700`
    Sizes(Sizes),
    /// `bias = false`
    Named(Ident, Value),
    /// `relu`
    Positional(Value),
}

/// `784 => 700`
pub struct Sizes {
    pub input: Size,
    pub arrow: Token![=>],
    pub output: Size,
}

pub enum Size {
    /// `784`, `In`, `A + B`
    Written(Dim, TokenStream),
    /// `[28, 28]`, of another model
    Several(Vec<Dim>, TokenStream),
    /// `_`
    Inferred(Token![_]),
}

pub enum Value {
    /// `relu`, `constant(0.1)`
    Word(Ident, Arguments),
    /// `28`
    Integer(LitInt, usize),
    /// `In`, `A + B`: a size with dimensions of the model in it
    Size(Dim, TokenStream),
    /// `0.2`, `-1`
    Decimal(Decimal, TokenStream),
    /// `false`
    Bool(LitBool),
    /// `"relu"`
    Other(Lit),
}

impl Line {
    /// Stands for a line that could not be read, which was reported: what comes after it is not known to follow what
    /// came before.
    pub fn unreadable() -> Self {
        let kind = Ident::new("_", proc_macro2::Span::call_site());
        Self {
            attributes: Vec::new(),
            frozen: None,
            name: None,
            path: TokenStream::new(),
            kind,
            generics: TokenStream::new(),
            arguments: Arguments::default(),
            broken: true,
        }
    }

    /// How messages call this line: by its name, or by its kind.
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("`{name}`"),
            None => format!("`{}`", self.kind),
        }
    }

    /// The line with these sizes, to be pasted: `Dense(700 => 500, relu)`.
    pub fn with_sizes(&self, input: impl fmt::Display, output: impl fmt::Display) -> String {
        let is_size = |argument: &Argument| {
            matches!(argument, Argument::Sizes(_) | Argument::Positional(Value::Integer(..) | Value::Size(..)))
        };
        let rest = self.arguments.list.iter().filter(|argument| !is_size(argument)).map(ToString::to_string);
        let list: Vec<String> = std::iter::once(format!("{input} => {output}")).chain(rest).collect();
        format!("{}({})", self.kind, list.join(", "))
    }

    /// The kind with its arguments: what most messages underline.
    pub fn call(&self) -> TokenStream {
        let Self { path, kind, generics, .. } = self;
        let tokens = &self.arguments.tokens;
        quote::quote!(#path #kind #generics #tokens)
    }
}

impl Value {
    /// The value as a number with a fraction.
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Decimal(decimal, _) => Some(decimal.clone()),
            Self::Integer(literal, _) => Decimal::new(false, Lit::Int(literal.clone())),
            _ => None,
        }
    }
}

impl ToTokens for Argument {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Sizes(sizes) => sizes.to_tokens(tokens),
            Self::Named(name, value) => {
                name.to_tokens(tokens);
                value.to_tokens(tokens);
            }
            Self::Positional(value) => value.to_tokens(tokens),
        }
    }
}

impl ToTokens for Sizes {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.input.to_tokens(tokens);
        self.arrow.to_tokens(tokens);
        self.output.to_tokens(tokens);
    }
}

impl ToTokens for Size {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Written(_, written) | Self::Several(_, written) => written.to_tokens(tokens),
            Self::Inferred(underscore) => underscore.to_tokens(tokens),
        }
    }
}

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Word(word, arguments) => {
                word.to_tokens(tokens);
                arguments.tokens.to_tokens(tokens);
            }
            Self::Integer(literal, _) => literal.to_tokens(tokens),
            Self::Size(_, written) | Self::Decimal(_, written) => written.to_tokens(tokens),
            Self::Bool(literal) => literal.to_tokens(tokens),
            Self::Other(literal) => literal.to_tokens(tokens),
        }
    }
}

/// As a person would write it, so that help can be pasted.
impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sizes(sizes) => sizes.fmt(f),
            Self::Named(name, value) => write!(f, "{name} = {value}"),
            Self::Positional(value) => value.fmt(f),
        }
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {}", self.input, self.output)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(size, _) => size.fmt(f),
            Self::Several(sizes, _) => {
                let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", sizes.join(", "))
            }
            Self::Inferred(_) => f.write_str("_"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word, arguments) if arguments.list.is_empty() => word.fmt(f),
            Self::Word(word, arguments) => {
                let list: Vec<_> = arguments.list.iter().map(ToString::to_string).collect();
                write!(f, "{word}({})", list.join(", "))
            }
            Self::Integer(_, number) => number.fmt(f),
            Self::Size(size, _) => size.fmt(f),
            Self::Decimal(decimal, _) => decimal.fmt(f),
            Self::Bool(literal) => literal.value.fmt(f),
            Self::Other(literal) => literal.to_token_stream().fmt(f),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list: Vec<_> = self.arguments.list.iter().map(ToString::to_string).collect();
        match list.as_slice() {
            [] => self.kind.fmt(f),
            _ => write!(f, "{}({})", self.kind, list.join(", ")),
        }
    }
}
