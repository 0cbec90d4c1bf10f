//! The table of elementwise functions: what is computed for each value by itself.

use crate::activation::{Activation, Kind};

/// A function of one, two or three values.
#[derive(Clone, PartialEq, Debug)]
pub enum Elementwise {
    /// x
    Copy,
    Neg,
    Abs,
    Sign,
    Sqrt,
    /// 1 / √x
    Rsqrt,
    /// 1 / x
    Reciprocal,
    Square,
    Exp,
    Ln,
    Sin,
    Cos,
    Floor,
    Erf,
    /// 1 where x is 0, else 0
    Not,
    /// xⁿ
    Powi(i32),
    Activation(Activation),
    Add,
    Sub,
    Mul,
    Div,
    /// xʸ
    Pow,
    Minimum,
    Maximum,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
    /// dy · f'(saved), from dy and what the activation saves
    ActivationAdjoint(Activation),
    /// b where a is not 0, else c
    Select,
}

/// Functions of one value by the names that they are called by.
const UNARY: [(&str, Elementwise); 11] = [
    ("abs", Elementwise::Abs),
    ("sign", Elementwise::Sign),
    ("sqrt", Elementwise::Sqrt),
    ("rsqrt", Elementwise::Rsqrt),
    ("square", Elementwise::Square),
    ("exp", Elementwise::Exp),
    ("ln", Elementwise::Ln),
    ("sin", Elementwise::Sin),
    ("cos", Elementwise::Cos),
    ("floor", Elementwise::Floor),
    ("erf", Elementwise::Erf),
];

/// The function of one value of that name.
pub fn unary(name: &str) -> Option<Elementwise> {
    UNARY.iter().find(|row| row.0 == name).map(|row| row.1.clone())
}

/// The names of all functions of one value but the activations.
pub fn unary_names() -> impl Iterator<Item = &'static str> + Clone {
    UNARY.iter().map(|row| row.0)
}

impl Elementwise {
    /// How many values it is computed from.
    pub fn operands(&self) -> usize {
        match self {
            Self::Copy
            | Self::Neg
            | Self::Abs
            | Self::Sign
            | Self::Sqrt
            | Self::Rsqrt
            | Self::Reciprocal
            | Self::Square
            | Self::Exp
            | Self::Ln
            | Self::Sin
            | Self::Cos
            | Self::Floor
            | Self::Erf
            | Self::Not
            | Self::Powi(_)
            | Self::Activation(_) => 1,
            Self::Select => 3,
            _ => 2,
        }
    }

    /// Whether it is one of the functions of one value that have a name but are no activation.
    pub fn is_function(&self) -> bool {
        UNARY.iter().any(|row| row.1 == *self)
    }

    /// Whether its derivative is 0 wherever there is one.
    pub fn is_flat(&self) -> bool {
        matches!(
            self,
            Self::Sign
                | Self::Floor
                | Self::Not
                | Self::Less
                | Self::LessEqual
                | Self::Greater
                | Self::GreaterEqual
                | Self::Equal
                | Self::NotEqual
                | Self::And
                | Self::Or
        )
    }

    /// The activation without an argument.
    pub fn activation(kind: Kind) -> Self {
        Self::Activation(Activation { kind, parameter: None })
    }
}

impl std::fmt::Display for Elementwise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Powi(power) => write!(f, "pow {power}"),
            Self::Activation(activation) => activation.fmt(f),
            Self::ActivationAdjoint(activation) => write!(f, "adjoint of {activation}"),
            other => f.write_str(&format!("{other:?}").to_lowercase()),
        }
    }
}
