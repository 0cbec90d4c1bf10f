//! What targets share: models that files are read into, and an allocator that ends the process where a file makes a reader
//! ask for too much. libFuzzer's own `-malloc_limit_mb` needs a sanitizer, and those need an unstable compiler.

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::{Path, PathBuf};

use katachi::prelude::*;

model! {
    /// The model of the files in `seeds`.
    pub struct Mlp {
        hidden: Dense(3 => 4, relu),
        logits: Dense(4 => 2),
    }
}

model! {
    /// One whose arrays can lie either way, and of which several are alike.
    pub struct Nested {
        table: Embedding(4 => 3),
        first: Mlp(3 => 2),
        second: Mlp(3 => 2),
        square: Dense(2 => 2),
    }

    fn forward(word: [1]) -> [2] {
        let seen = flatten(table(word));
        square(first(seen) + second(seen))
    }
}

/// A result whose error was written as text, as programs do.
pub fn text<T, E: ToString>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// A file for readers that take none but the path of one.
pub struct File(PathBuf);

impl File {
    /// One for a target of this name, and for this process.
    pub fn new(target: &str) -> Self {
        Self(std::env::temp_dir().join(format!("katachi-fuzz-{target}-{}", std::process::id())))
    }

    pub fn write(&self, bytes: &[u8]) -> &Path {
        std::fs::write(&self.0, bytes).expect("a temporary file");
        &self.0
    }
}

/// A safetensors file with the length of its header put right: to the last brace, or to the first byte 0.
///
/// Eight bytes that have to agree with the place of another are changed together by nobody but a person.
pub fn with_length(bytes: &[u8]) -> Vec<u8> {
    let rest = bytes.get(8..).unwrap_or_default();
    let text = rest.iter().position(|byte| *byte == 0).map_or(rest, |end| &rest[..end]);
    let length = text.iter().rposition(|byte| *byte == b'}').map_or(0, |last| last + 1);
    let spaces = rest[length..].iter().take_while(|byte| **byte == b' ').count();
    [&((length + spaces) as u64).to_le_bytes(), rest].concat()
}

/// No input of the few thousand bytes that `run` allows may lead to an allocation of more than 16 MiB: gzip makes at most about
/// a thousand bytes of one, and a vector that grows asks for twice what it has.
const MOST: usize = 16 << 20;

struct Bounded;

#[global_allocator]
static ALLOCATOR: Bounded = Bounded;

fn check(size: usize) {
    if size > MOST {
        eprintln!("an allocation of {size} bytes for a small input");
        std::process::abort(); // libFuzzer keeps the input.
    }
}

// SAFETY: every call goes to the system's allocator as it came, or ends the process.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        // SAFETY: the caller keeps the rules of this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        // SAFETY: the caller keeps the rules of this function.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        check(size);
        // SAFETY: the caller keeps the rules of this function.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the rules of this function.
        unsafe { System.dealloc(block, layout) }
    }
}
