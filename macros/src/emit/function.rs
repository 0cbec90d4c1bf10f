//! Functions of `#[differentiable]`.
