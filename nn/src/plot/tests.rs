//! The whole of `plot`: what is drawn, where, and what is refused.

mod gallery;
