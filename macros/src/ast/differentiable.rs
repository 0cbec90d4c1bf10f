//! A function under `#[differentiable]`: an ordinary signature, and a body in the language.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Visibility};

use super::Block;
use crate::shape::Shape;

/// `#[differentiable] pub fn f(x: f64, w: &Tensor<shape!(3), f64>) -> f64 { … }`
pub struct Differentiable {
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub name: Ident,
    pub arguments: Vec<Argument>,
    pub outputs: Vec<Typed>,
    /// What stands after the arrow.
    pub output: TokenStream,
    pub body: Block,
    /// The arguments whose gradients are asked for, by their numbers; all unless said.
    pub with: Vec<usize>,
    /// `f32` or `f64`.
    pub element: Ident,
}

/// `w: &Tensor<shape!(3), f64>`
pub struct Argument {
    pub name: Ident,
    /// The type as written.
    pub written: TokenStream,
    pub typed: Typed,
}

/// A type of numbers whose shape is known.
#[derive(Clone)]
pub struct Typed {
    pub shape: Shape,
    pub form: Form,
    pub tokens: TokenStream,
}

/// How the numbers are held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `f64`
    Scalar,
    /// `[[f64; 3]; 2]`
    Array,
    /// `Tensor<shape!(2, 3), f64>`
    Tensor,
}
