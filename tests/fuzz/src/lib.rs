//! What all targets share: an allocator that ends the process where a file makes a reader ask for too much.
//!
//! libFuzzer's own `-malloc_limit_mb` needs a sanitizer, and those need an unstable compiler.

use std::alloc::{GlobalAlloc, Layout, System};

/// No input of the 4096 bytes that `run` allows may lead to an allocation of more than 16 MiB: gzip makes at most about
/// a thousand bytes of one, and a vector that grows asks for twice what it has.
const MOST: usize = 16 << 20;

struct Bounded;

#[global_allocator]
static ALLOCATOR: Bounded = Bounded;

fn check(size: usize) {
    if size > MOST {
        eprintln!("an allocation of {size} bytes, for an input of at most 4096");
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
