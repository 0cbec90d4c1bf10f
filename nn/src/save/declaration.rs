//! What a file says of the model that it holds, and how that differs from the model that is asked for.

use std::fmt::Write;

use crate::error::Error;
use crate::model::{Model, ParameterInfo};

use super::safetensors::Safetensors;

const MODEL: &str = "katachi.model";
const FORMAT: &str = "katachi.format";
const VERSION: &str = "katachi.version";
const DECLARATION: &str = "katachi.declaration";
const FINGERPRINT: &str = "katachi.fingerprint";

/// The version of what stands in a file.
const FORMAT_VERSION: u32 = 1;

/// The texts that say which model a file holds.
pub fn metadata<M: Model>() -> Vec<(String, String)> {
    let declaration = declaration::<M>();
    let fingerprint = fingerprint(&declaration);
    [
        ("format", "katachi".to_owned()),
        (FORMAT, FORMAT_VERSION.to_string()),
        (VERSION, env!("CARGO_PKG_VERSION").to_owned()),
        (MODEL, M::NAME.to_owned()),
        (FINGERPRINT, fingerprint),
        (DECLARATION, declaration),
    ]
    .map(|(key, text)| (key.to_owned(), text))
    .to_vec()
}

/// The layers, then the arrays, a line each: `layer hidden1: Dense(784 => 700, relu) -> [700], a Dense`, and
/// `array hidden1.weight: [784, 700]`.
pub fn declaration<M: Model>() -> String {
    let mut text = String::new();
    for layer in M::LAYERS {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "layer {}: {} -> {:?}, a {}", layer.name, layer.declaration, layer.output, layer.kind);
    }
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, _, parameter| {
        let _ = writeln!(text, "array {path}: {:?}", parameter.shape);
    });
    text
}

/// FNV-1a of 64 bits, in hexadecimal digits (Fowler, Noll, Vo; draft-eastlake-fnv-17, section 2).
pub fn fingerprint(text: &str) -> String {
    let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
}

/// An error unless the file is one of this crate's that this version can read.
pub fn check_format(place: &str, file: &Safetensors<'_>) -> Result<(), Error> {
    let Some(format) = file.text(FORMAT) else {
        let problem = format!("{} not written by katachi", were(place));
        let help =
            "read the weights of other libraries with `Import::from_safetensors`, which maps names and transposes";
        return Err(Error::data(place, problem, help));
    };
    let Ok(format) = format.parse::<u32>() else {
        return Err(Error::data(place, format!("`{FORMAT}` is `{format}`, no number"), "save the model again"));
    };
    if format > FORMAT_VERSION {
        let version = file.text(VERSION).unwrap_or("a later version");
        let (were, ours) = (were(place), env!("CARGO_PKG_VERSION"));
        let problem = format!(
            "{were} written by katachi {version} in the format {format}, and this version, {ours}, reads those up to {FORMAT_VERSION}"
        );
        return Err(Error::data(place, problem, format!("use katachi {version} or later")));
    }
    Ok(())
}

/// An error unless the file holds this model: by its name, and by its declaration.
pub fn check_declaration<M: Model>(place: &str, file: &Safetensors<'_>) -> Result<(), Error> {
    let holds = if place == super::BYTES { "they hold" } else { "it holds" };
    let name = file.text(MODEL).unwrap_or_default();
    if name != M::NAME {
        let problem = format!("{holds} the model `{name}`, and this is `{}`", M::NAME);
        let help = format!("load it as `{name}`, or, if only the name differs, with `load_weights`");
        return Err(Error::data(place, problem, help));
    }
    let ours = declaration::<M>();
    if file.text(FINGERPRINT) == Some(&fingerprint(&ours)) {
        return Ok(());
    }
    let theirs = file.text(DECLARATION).unwrap_or_default();
    let help =
        format!("declare `{}` as it was, or, if only names and shapes need to agree, use `load_weights`", M::NAME);
    let (mut our_lines, mut their_lines) = (ours.lines(), theirs.lines());
    let difference = loop {
        match (their_lines.next(), our_lines.next()) {
            (Some(theirs), Some(ours)) if theirs == ours => {}
            (Some(theirs), Some(ours)) => {
                let (what, theirs) = readable(theirs);
                let (our_what, ours) = readable(ours);
                if what == our_what {
                    break format!("{what} was {theirs}, and now it is {ours}");
                }
                break match (is_layer(&what), is_layer(&our_what)) {
                    (true, false) => format!("{what}, {theirs}, is no longer there"),
                    (false, true) => format!("{our_what}, {ours}, was not there"),
                    _ => format!("where {what} was, {theirs}, there is now {our_what}, {ours}"),
                };
            }
            (Some(theirs), None) => {
                let (what, theirs) = readable(theirs);
                break format!("{what}, {theirs}, is no longer there");
            }
            (None, Some(ours)) if !theirs.is_empty() => {
                let (what, ours) = readable(ours);
                break format!("{what}, {ours}, was not there");
            }
            _ => break "its fingerprint is not that of the declaration".to_owned(),
        }
    };
    Err(Error::data(place, format!("`{}` was another when it was saved: {difference}", M::NAME), help))
}

/// A line of a declaration as a sentence has it: `` layer `hidden1` `` and `` `Dense(784 => 700, relu)` with outputs [700] ``.
fn readable(line: &str) -> (String, String) {
    let (what, rest) = line.split_once(": ").unwrap_or((line, ""));
    let (kind, name) = what.split_once(' ').unwrap_or(("part", what));
    let (rest, _) = rest.rsplit_once(", a ").filter(|_| kind == "layer").unwrap_or((rest, ""));
    let text = match rest.rsplit_once(" -> ") {
        Some((declaration, output)) => format!("`{declaration}` with outputs {output}"),
        None => rest.to_owned(),
    };
    (format!("{kind} `{name}`"), text)
}

fn is_layer(what: &str) -> bool {
    what.starts_with("layer")
}

fn were(place: &str) -> &'static str {
    if place == super::BYTES { "they were" } else { "it was" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of the reference implementation.
    #[test]
    fn fingerprints_are_those_of_fnv() {
        assert_eq!(fingerprint(""), "cbf29ce484222325");
        assert_eq!(fingerprint("a"), "af63dc4c8601ec8c");
        assert_eq!(fingerprint("foobar"), "85944171f73967e8");
    }
}
