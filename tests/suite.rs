//! One binary for all tests but the compile-fail cases: one link.
#![allow(missing_docs, reason = "the models of tests are explained by the tests that use them")]

mod bad_files;
mod bad_input;
mod boxed_tensors;
mod check;
mod checkpoints;
mod differentiable;
mod functions;
mod generic;
mod gradients;
mod hygiene;
mod importing;
mod laws;
mod linear_regression;
mod losses;
mod models;
mod networks;
mod reference;
mod saving;
mod shapes;
mod tensors;
mod tidy;
mod training;
