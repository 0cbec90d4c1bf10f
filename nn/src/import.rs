//! Placeholder.
pub struct Import;
