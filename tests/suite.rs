//! One binary for all tests but the compile-fail cases: one link.
