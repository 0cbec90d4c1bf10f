//! One binary for all tests but the compile-fail cases: one link.
#![allow(missing_docs, reason = "the models of tests are explained by the tests that use them")]

mod check;
mod gradients;
mod hygiene;
mod laws;
mod models;

mod shapes;
mod tensors;
mod tidy;
