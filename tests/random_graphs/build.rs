//! Writes a thousand random functions in the language, which `../random_graphs.rs` compares with central differences.
//!
//! The seed is fixed: they are the same everywhere and always. Every operation keeps to a domain where it is defined, and
//! every value has a bound, so that central differences are exact enough.

use std::fmt::Write as _;
use std::{env, fs, path::PathBuf};

use crate::graph::Graph;
use crate::random::Random;

mod graph;
mod operations;
mod random;
mod shapes;

const FUNCTIONS: usize = 1000;
const MODULES: usize = 10;
const SEED: u64 = 1;

fn main() {
    println!("cargo::rerun-if-changed=random_graphs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    fs::write(folder.join("random_graphs.rs"), modules()).expect("a file in the folder of cargo");
}

fn modules() -> String {
    let (mut text, mut names) = (String::new(), String::new());
    let mut random = Random(SEED);
    for module in 0..MODULES {
        let (mut functions, mut cases) = (String::new(), String::new());
        for index in module * FUNCTIONS / MODULES..(module + 1) * FUNCTIONS / MODULES {
            let name = format!("graph_{index}");
            let (function, arguments, values) = Graph::random(&mut random).function(&name);
            write!(functions, "\n#[differentiable]\n{function}").unwrap();
            write!(
                cases,
                "Case {{\nname: \"{name}\",\nsource: r#\"{function}\"#,\narguments: {values},\n\
                 value: |mut v| {name}({arguments}),\n\
                 gradient: |mut v| flat(&{name}::grad({arguments})),\n\
                 value_and_gradient: |mut v| {{ let (y, dx) = {name}::value_and_grad({arguments}); (y, flat(&dx)) }},\n}},\n"
            )
            .unwrap();
        }
        writeln!(text, "mod part{module} {{\nuse katachi::prelude::*;\nuse crate::{{Case, flat, read}};\n{functions}")
            .unwrap();
        writeln!(text, "pub const CASES: &[Case] = &[\n{cases}];\n}}\n").unwrap();
        write!(names, "part{module}::CASES, ").unwrap();
    }
    writeln!(text, "const PARTS: &[&[Case]] = &[{names}];").unwrap();
    text
}
