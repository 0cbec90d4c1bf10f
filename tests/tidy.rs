//! House rules, as `ARCHITECTURE.md` states them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The files below a folder of the project with an ending, each with its path from the root and its text.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let name = path.strip_prefix(ROOT).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no .{ending} file in {folder}");
    found
}

fn sources() -> Vec<(String, String)> {
    ["macros/src", "core/src", "nn/src"].into_iter().flat_map(|folder| files(folder, "rs")).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// Complains about all offenders at once.
#[track_caller]
fn assert_none(offenders: &[String], rule: &str) {
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

#[test]
fn a_file_has_one_subject() {
    let code = |text: &str| {
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//")).count()
    };
    let long = sources().into_iter().filter(|(_, text)| code(text) > 400);
    let long: Vec<String> = long.map(|(name, text)| format!("{name}: {} lines of code", code(&text))).collect();
    assert_none(&long, "a file has at most 400 lines of code");
}

#[test]
fn no_file_lies_unlinked() {
    let sources = sources();
    let orphans = sources.iter().filter(|(name, _)| !name.ends_with("lib.rs")).filter(|(name, _)| {
        let path = Path::new(name);
        let module = path.file_stem().unwrap().to_str().unwrap();
        let folder = path.parent().unwrap();
        let parents = [folder.with_extension("rs"), folder.join("lib.rs")];
        let declared = |text: &str| text.lines().any(|line| line.trim_end().ends_with(&format!("mod {module};")));
        // The golden expansion is read by a test, and the example of a model is also the documentation of its trait.
        !["macros/src/tests/digits.rs", "nn/src/model/example.rs"].contains(&name.as_str())
            && !sources.iter().any(|(name, text)| parents.contains(&PathBuf::from(name)) && declared(text))
    });
    assert_none(&orphans.map(|(name, _)| name.clone()).collect::<Vec<_>>(), "no module declares these files");
}

/// Invariant 8. The list is short on purpose; a new entry needs the reason that stands in the file.
#[test]
fn unsafe_stands_in_few_files() {
    let allowed = [
        "core/src/kernels/",
        "core/src/shape.rs",
        "core/src/shape/several.rs",
        "core/src/tensor.rs",
        "macros/src/emit/types.rs",
        "macros/src/tests/digits.rs",
        "nn/src/parameters.rs",
    ];
    let is_unsafe = |text: &str| {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.map(|line| line.split("//").next().unwrap()).any(|line| line.contains("unsafe "))
    };
    let files = sources().into_iter().filter(|(_, text)| is_unsafe(text)).map(|(name, _)| name);
    let others: Vec<String> = files.filter(|name| !allowed.iter().any(|allowed| name.starts_with(allowed))).collect();
    assert_none(&others, "unsafe code outside of its files");
}

/// Invariant 1.
#[test]
fn the_compiler_knows_no_floating_point_value() {
    let signs = ["as f32", "as f64", "parse::<f", ": f32", ": f64", "f64_", "f32_"];
    // What is said to the user in comments and messages is no value.
    let code = |line: &str| line.split('"').step_by(2).collect::<String>();
    let computes = |text: &str| {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.map(code).any(|line| signs.iter().any(|sign| line.contains(sign)))
    };
    let files = files("macros/src", "rs").into_iter().filter(|(name, _)| !name.starts_with("macros/src/tests"));
    let offenders: Vec<String> = files.filter(|(_, text)| computes(text)).map(|(name, _)| name).collect();
    assert_none(&offenders, "a floating-point value in the compiler");
}

#[test]
fn every_mistake_has_its_message_and_every_message_its_mistake() {
    let names = |ending: &str| -> BTreeSet<String> {
        let all = files("tests/ui", ending).into_iter().map(|(name, _)| name);
        all.filter(|name| !name.contains("/twins/"))
            .map(|name| name.trim_end_matches(ending).trim_end_matches('.').to_owned())
            .collect()
    };
    assert_eq!(names("rs"), names("stderr"));
    assert!(names("rs").len() >= 40);
}

/// The sizes of typenum are nests of `UInt`, which no reader can decipher.
#[test]
fn no_message_shows_a_type_of_typenum() {
    let shown =
        files("tests/ui", "stderr").into_iter().filter(|(_, text)| text.contains("UInt") || text.contains("UTerm"));
    assert_none(&shown.map(|(name, _)| name).collect::<Vec<_>>(), "a type of typenum in a message");
}

/// A mistake about data could fail for another reason, so the same program without the mistake compiles; so does one
/// that only the compiler of Rust sees, as between two models, or that is a warning.
#[test]
fn every_mistake_about_data_has_a_twin() {
    let name = |path: &str| Path::new(path).file_name().unwrap().to_str().unwrap().to_owned();
    let twins: BTreeSet<String> = files("tests/ui/twins", "rs").iter().map(|(path, _)| name(path)).collect();
    let says_rust = |path: &str, text: &str| {
        let message = read(&format!("{}.stderr", path.trim_end_matches(".rs")));
        message.contains("error[E") || text.contains("#![deny(")
    };
    let functions = files("tests/ui/function", "rs").into_iter().filter(|(path, text)| says_rust(path, text));
    let all = files("tests/ui/data", "rs").into_iter().chain(functions);
    let lonely = all.filter(|(path, _)| !twins.contains(&name(path)));
    assert_none(&lonely.map(|(path, _)| path).collect::<Vec<_>>(), "no twin");
}

/// The strings in one column of a table in the compiler: `("relu", "Relu", …)`.
fn table(file: &str, column: usize) -> Vec<String> {
    let text = read(file);
    let rows = text.lines().filter(|line| line.trim_start().starts_with("(\""));
    let rows: Vec<String> = rows.filter_map(|row| row.split('"').nth(2 * column + 1)).map(ToOwned::to_owned).collect();
    assert!(rows.len() > 4, "the table of {file} was not found");
    rows
}

/// Invariant 7: a layer or an activation cannot be added without its tests and its line in the documentation.
#[test]
fn every_activation_has_a_gradient_a_reference_and_a_line_of_documentation() {
    let (gradients, reference, documentation) =
        (read("tests/models.rs"), read("tests/reference/keras.json"), read("nn/src/layers.rs"));
    let names = table("macros/src/activation.rs", 0);
    let mut missing = Vec::new();
    for name in names
        .iter()
        .map(String::as_str)
        .filter(|name| name.chars().all(|c| c.is_lowercase() || c.is_numeric() || c == '_'))
    {
        let places = [
            ("tests/models.rs", gradients.contains(&format!(", {name}")) || gradients.contains(&format!("({name}"))),
            ("tests/reference/keras.json", reference.contains(&format!("\"{name}\""))),
            ("nn/src/layers.rs", documentation.contains(&format!("| `{name}"))),
        ];
        missing.extend(places.iter().filter(|(_, has)| !has).map(|(file, _)| format!("{name} in {file}")));
    }
    assert_none(&missing, "an activation without its row");
}

/// The names of functions that a body may call: those of both tables, and the activations but `linear`.
fn functions() -> BTreeSet<String> {
    let text = read("macros/src/functions.rs");
    let calls = text.split("row(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let of_one = read("macros/src/elementwise.rs");
    let of_one = of_one.split("const UNARY").nth(1).expect("the table of functions of one value").to_owned();
    let of_one = of_one.split("];").next().expect("its end").to_owned();
    let of_one = of_one.split("(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let activations = table("macros/src/activation.rs", 0).into_iter().filter(|name| name != "linear");
    calls.chain(of_one).map(ToOwned::to_owned).chain(activations).collect()
}

#[test]
fn every_function_stands_in_the_chapter_and_the_chapter_has_no_other() {
    let known = functions();
    for name in ["pow", "log_softmax", "abs", "erf", "relu"] {
        assert!(known.contains(name), "the tables of the compiler were not found: no `{name}`");
    }
    let chapter = read("nn/src/language.md");
    let table = chapter.split("\n# All functions\n").nth(1).expect("the section with the table");
    let cells = table.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| row.split_once('('));
    let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_lowercase() || "_0123456789".contains(letter));
    let rows: BTreeSet<String> =
        cells.map(|(name, _)| name.to_owned()).filter(|name| !name.is_empty() && is_name(name)).collect();
    assert_none(&known.difference(&rows).cloned().collect::<Vec<_>>(), "a function without its row in the chapter");
    assert_none(&rows.difference(&known).cloned().collect::<Vec<_>>(), "a row in the chapter of no function");
}

/// The functions that JAX computed, as the recording has them: the text of each row's body.
#[test]
fn every_function_and_operator_has_numbers_of_jax() {
    let record: serde_json::Value = serde_json::from_str(&read("tests/reference/functions.json")).unwrap();
    let compiled = read("tests/reference/functions.rs");
    assert!(read("tests/functions.rs").contains("include!(\"reference/functions.rs\")"));
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let rows: Vec<(String, String)> = ["functions", "seams"]
        .iter()
        .flat_map(|key| record[key].as_array().expect("a list"))
        .map(|row| (text(row, "name"), text(row, "written")))
        .collect();

    let mut lines = compiled.lines().filter(|line| line.contains(") -> ["));
    let other = rows.iter().filter(|(name, written)| {
        let line = lines.next().unwrap_or_default();
        !line.starts_with(&format!("    {name} {{")) || !line.ends_with(&format!("{{ {written} }}"))
    });
    assert_none(
        &other.map(|(name, _)| name.clone()).collect::<Vec<_>>(),
        "a row that tests/functions.rs does not compute",
    );

    // A seam says nothing of the gradient elsewhere.
    let functions_recorded = record["functions"].as_array().expect("a list").len();
    let bodies: Vec<&str> = rows[..functions_recorded].iter().map(|(_, written)| written.as_str()).collect();
    let is_called = |name: &str| {
        let call = format!("{name}(");
        let in_body = |body: &&str| body.match_indices(&call).any(|(at, _)| is_word_start(body, at));
        bodies.iter().any(in_body)
    };
    let missing: Vec<String> = functions().into_iter().filter(|name| !is_called(name)).collect();
    assert_none(&missing, "a function without a row in tests/reference/functions.py");

    let operators = [
        "a + b", "a - b", "a * b", "a / b", "-a", "a < b", "a <= b", "a > b", "a >= b", "a == b", "a != b", ") & (",
        ") | (", "!(", "a[1]", "a[..2]", "a[2..]", "a[1..3]", "[a, b]",
    ];
    let missing = operators.iter().filter(|operator| !bodies.iter().any(|body| body.contains(*operator)));
    assert_none(&missing.map(ToString::to_string).collect::<Vec<_>>(), "an operator without a row");
}

/// Whether no name goes on to the left: `softmax(` is no call of `max`.
fn is_word_start(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Invariant 7: an optimizer cannot be added without numbers of Keras and its row in the table.
#[test]
fn every_optimizer_and_schedule_has_a_reference_and_a_row_of_documentation() {
    let record = read("tests/reference/optimizers.json").to_lowercase();
    let named = |folder: &str, before: &str, after: &str| -> Vec<String> {
        let all = files(folder, "rs").into_iter().filter(|(path, _)| !path.ends_with("tests.rs"));
        let names = all.flat_map(|(_, text)| {
            let rows = text.lines().filter_map(|line| line.strip_prefix(before)?.split(after).next());
            rows.map(ToOwned::to_owned).collect::<Vec<_>>()
        });
        names.collect()
    };
    let optimizers = named("nn/src/optimizer", "impl<T: Element> Optimizer<T> for ", "<T>");
    let schedules = named("nn/src/schedule", "impl Formula for ", " {");
    assert!(optimizers.len() >= 9 && schedules.len() >= 8, "the optimizers and schedules were not found");
    let mut missing = Vec::new();
    for (names, table) in [(optimizers, "nn/src/optimizer.rs"), (schedules, "nn/src/schedule.rs")] {
        let documentation = read(table);
        // What is made of other schedules is no schedule of Keras, and has tests of its own.
        for name in names.iter().filter(|name| !["Warmup", "Then", "Scaled"].contains(&name.as_str())) {
            let theirs = if name == "StepDecay" { "steplr".to_owned() } else { name.to_lowercase() };
            if !record.contains(&format!("\"class\":\"{theirs}")) {
                missing.push(format!("{name} in tests/reference/optimizers.json"));
            }
            if !documentation.contains(&format!("[`{name}`]")) {
                missing.push(format!("{name} in {table}"));
            }
        }
    }
    assert_none(&missing, "an optimizer or schedule without its row");
}

/// Invariant 7. A loss is what implements `Loss` in a file of `nn/src/loss`.
#[test]
fn every_loss_has_a_gradient_a_reference_and_a_line_of_documentation() {
    let sources = files("nn/src/loss", "rs").into_iter().filter(|(name, _)| !name.starts_with("nn/src/loss/tests"));
    let names: BTreeSet<String> = sources
        .flat_map(|(_, text)| {
            let implemented = text.split("Loss<F, E, T> for ").skip(1).map(ToOwned::to_owned);
            implemented
                .map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|name| name != "L") // a loss of one sample, whichever
        .collect();
    assert!(names.len() >= 17, "the losses were not found: {names:?}");

    let documentation = read("nn/src/loss.rs");
    let documentation = documentation.split("\nuse ").next().unwrap();
    let recorded = read("tests/reference.rs") + &read("tests/recorded_losses.rs");
    let (gradients, prelude) = (read("tests/losses.rs"), read("nn/src/prelude.rs"));
    let mut missing = Vec::new();
    for name in names {
        let places = [
            ("the table of nn/src/loss.rs", documentation.contains(&format!("[`{name}"))),
            ("nn/src/prelude.rs", prelude.contains(&name)),
            ("tests/losses.rs", gradients.contains(&format!("({name}")) || gradients.contains(&format!(" {name}::"))),
            (
                "tests/reference.rs or recorded_losses.rs",
                recorded.contains(&format!(", {name}")) || recorded.contains(&format!(" {name}::")),
            ),
        ];
        missing.extend(places.iter().filter(|(_, has)| !has).map(|(file, _)| format!("{name} in {file}")));
    }
    assert_none(&missing, "a loss without its row");
}

#[test]
fn every_layer_has_a_gradient_a_message_and_a_line_of_documentation() {
    // A bare parameter and a table stand only in functions, whose gradients are compared with those of JAX.
    let gradients = read("tests/models.rs") + &read("tests/networks.rs");
    let documentation = read("nn/src/layers.rs");
    let messages: String = files("tests/ui", "stderr").into_iter().map(|(_, text)| text).collect();
    let mut missing = Vec::new();
    for name in ["Input", "Dense", "Activation", "Dropout", "Flatten", "Reshape", "Param", "Embedding"] {
        let places = [
            ("tests/models.rs or networks.rs", gradients.contains(name)),
            ("a message", messages.contains(&format!("`{name}`"))),
            (
                "nn/src/layers.rs",
                documentation.contains(&format!("{name}(")) || documentation.contains(&format!("`{name}`")),
            ),
        ];
        missing.extend(places.iter().filter(|(_, has)| !has).map(|(file, _)| format!("{name} in {file}")));
    }
    assert_none(&missing, "a layer without its row");
}

#[test]
fn every_metric_has_recorded_numbers_and_a_line_of_documentation() {
    let list = read("nn/src/metric/named.rs");
    let list = list.split("can_be_named!(\n").nth(1).expect("the list of metrics").to_owned();
    let names = list.lines().map(|line| line.trim().trim_end_matches(',').split('<').next().unwrap());
    let names: Vec<&str> = names.take_while(|name| *name != ");").collect();
    assert!(names.len() > 10, "the list of metrics was not found");
    let (recorded, documentation) = (read("tests/metrics.rs"), read("nn/src/metric.rs"));
    let table: String = documentation.lines().filter(|line| line.starts_with("//! | [")).collect();
    let mut missing = Vec::new();
    for name in names {
        let is_compared = recorded.contains(&format!("&{name}")) || recorded.contains(&format!("= {name}::new()"));
        let is_documented = table.contains(&format!("[`{name}"));
        let places = [("tests/metrics.rs", is_compared), ("nn/src/metric.rs", is_documented)];
        missing.extend(places.iter().filter(|(_, has)| !has).map(|(file, _)| format!("{name} in {file}")));
    }
    assert_none(&missing, "a metric without its row");
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [
        concat!("to", "do!("),
        concat!("unimplemen", "ted!("),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("db", "g!("),
    ];
    let all =
        ["macros/src", "core/src", "nn/src", "tests", "examples"].into_iter().flat_map(|folder| files(folder, "rs"));
    let left = all.filter(|(_, text)| marks.iter().any(|mark| text.contains(mark)));
    assert_none(&left.map(|(name, _)| name).collect::<Vec<_>>(), "unfinished work");
}
