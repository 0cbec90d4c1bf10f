//! One binary for all tests but the compile-fail cases: one link.
#![allow(missing_docs, reason = "the models of tests are explained by the tests that use them")]

mod bad_files;
mod bad_input;
mod bad_tables;
mod boxed_tensors;
mod callbacks;
mod check;
mod data;
mod differentiable;
mod download;
mod event_files;
mod functions;
mod fuzz_seeds;
mod generic;
mod gradients;
mod hygiene;
mod importing;
mod laws;
mod linear_regression;
mod losses;
mod metrics;
mod models;
mod networks;
mod optimizers;
mod parameters;
mod recorded_losses;
mod reference;
mod saving;
mod shapes;
mod tensors;
mod tidy;
mod trainer_options;
mod training;
