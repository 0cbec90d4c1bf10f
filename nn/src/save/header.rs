//! The header of a file: JSON, of which nothing is believed before it is checked.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

use super::safetensors::{LENGTH, Safetensors, Stored};

/// The longest header that is read: the limit of the format's own library.
const LONGEST: usize = 100_000_000;

const METADATA: &str = "__metadata__";

/// What is wrong, and what to do.
type Problem = (String, &'static str);

const INCOMPLETE: &str = "the file is not complete: copy or save it again";
const DAMAGED: &str = "the file is damaged: copy or save it again";

/// The text of a header without the spaces at its end. An array is its name, its type, its shape and how many bytes it has.
pub fn text<'a>(
    metadata: &[(String, String)],
    arrays: impl Iterator<Item = (&'a str, &'a str, &'a [usize], usize)>,
) -> io::Result<String> {
    let quoted = |text: &str| serde_json::to_string(text).map_err(io::Error::other);
    let mut entries = Vec::new();
    if !metadata.is_empty() {
        let pairs = metadata.iter().map(|(key, text)| Ok(format!("{}:{}", quoted(key)?, quoted(text)?)));
        let pairs: Vec<String> = pairs.collect::<io::Result<_>>()?;
        entries.push(format!("\"{METADATA}\":{{{}}}", pairs.join(",")));
    }
    let mut start = 0;
    for (name, dtype, shape, bytes) in arrays {
        let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
        let (name, sizes, end) = (quoted(name)?, sizes.join(","), start + bytes);
        entries.push(format!(r#"{name}:{{"dtype":"{dtype}","shape":[{sizes}],"data_offsets":[{start},{end}]}}"#));
        start = end;
    }
    Ok(format!("{{{}}}", entries.join(",")))
}

/// Looks at a whole file.
pub fn parse(bytes: &[u8]) -> Result<Safetensors<'_>, Problem> {
    let (header, data) = split(bytes)?;
    let header: Header =
        serde_json::from_slice(header).map_err(|error| (format!("the header cannot be read: {error}"), DAMAGED))?;
    let arrays = header.arrays.into_iter().map(|(name, entry)| stored(name, &entry, data));
    let arrays: Vec<Stored<'_>> = arrays.collect::<Result<_, _>>()?;
    check_places(&arrays, data.len())?;
    Ok(Safetensors { metadata: header.metadata, arrays, data })
}

/// The header and what follows it.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Problem> {
    let others: [(&[u8], &str, &str); 4] = [
        (b"", "the file is empty", "save or copy it again"),
        (b"\x89HDF", "this is an HDF5 file, as Keras writes", "read it with `Import::from_h5`"),
        (
            b"PK\x03\x04",
            "this is a ZIP archive, as `.npz`, `.keras` and `.pt` files are",
            "read an .npz file with `Import::from_npz`; from PyTorch, write \
             `safetensors.torch.save_file(model.state_dict(), path)`",
        ),
        (b"\x80", "this is a pickle of Python", "write `safetensors.torch.save_file(model.state_dict(), path)` there"),
    ];
    let is = |start: &[u8]| if start.is_empty() { bytes.is_empty() } else { bytes.starts_with(start) };
    // The first byte of a safetensors file may be that of a pickle, but its ninth opens the header.
    let is_plausible = bytes.get(LENGTH) == Some(&b'{');
    if let Some((_, problem, help)) = others.iter().find(|(start, ..)| is(start)).filter(|_| !is_plausible) {
        return Err(((*problem).to_owned(), *help));
    }
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH>() else {
        return Err((format!("it ends after {} bytes, inside the length of its header", bytes.len()), INCOMPLETE));
    };
    let length = u64::from_le_bytes(*length);
    if length > LONGEST as u64 {
        let help = "pass a safetensors file, as `save` writes";
        return Err((format!("this is no safetensors file: its header would have {length} bytes"), help));
    }
    let split = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
    split.ok_or_else(|| (format!("its header is to have {length} bytes, but only {} follow", rest.len()), INCOMPLETE))
}

/// An entry of the header with the bytes that it means.
fn stored<'a>(name: String, Object(entry): &Object<Value>, data: &'a [u8]) -> Result<Stored<'a>, Problem> {
    let damaged = |problem: String| (format!("array `{name}` {problem}"), DAMAGED);
    let field = |key: &str| entry.iter().find(|(known, _)| known == key).map(|(_, value)| value);
    let sizes = |key: &str| -> Option<Vec<usize>> {
        let size = |value: &Value| value.as_u64().and_then(|size| usize::try_from(size).ok());
        field(key)?.as_array()?.iter().map(size).collect()
    };
    let dtype = field("dtype").and_then(Value::as_str).ok_or_else(|| damaged("has no type".into()))?;
    let shape = sizes("shape").ok_or_else(|| damaged("has no shape".into()))?;
    let Some([start, end]) = sizes("data_offsets").and_then(|offsets| <[usize; 2]>::try_from(offsets).ok()) else {
        return Err(damaged("has no place in the data".into()));
    };
    let Some(bytes) = data.get(start..end) else {
        return Err((
            format!("array `{name}` lies at the bytes {start} to {end} of the data, of which there are {}", data.len()),
            INCOMPLETE,
        ));
    };
    if let Some(size) = bits(dtype) {
        let needed = shape.iter().try_fold(size, |product, size| product.checked_mul(*size));
        if needed != bytes.len().checked_mul(8) {
            return Err(damaged(format!(
                "of type {dtype} and shape {shape:?} does not fill its {} bytes",
                bytes.len()
            )));
        }
    }
    Ok(Stored { dtype: dtype.to_owned(), shape, bytes, start, name })
}

/// How many bits an element has; none for a type that this version does not know.
fn bits(dtype: &str) -> Option<usize> {
    match dtype {
        "BOOL" | "U8" | "I8" | "F8_E4M3" | "F8_E5M2" | "F8_E8M0" => Some(8),
        "U16" | "I16" | "F16" | "BF16" => Some(16),
        "U32" | "I32" | "F32" => Some(32),
        "U64" | "I64" | "F64" | "C64" => Some(64),
        _ => None,
    }
}

/// The arrays lie one behind the other and fill the data.
fn check_places(arrays: &[Stored<'_>], length: usize) -> Result<(), Problem> {
    let mut places: Vec<&Stored<'_>> = arrays.iter().collect();
    places.sort_by_key(|array| (array.start, array.bytes.len()));
    let mut end = 0;
    for array in places {
        if array.start != end {
            let how = if array.start < end { "overlaps the one before it" } else { "leaves a gap before it" };
            return Err((format!("array `{}` {how}", array.name), DAMAGED));
        }
        end += array.bytes.len();
    }
    if end == length { Ok(()) } else { Err((format!("{} bytes follow the last array", length - end), DAMAGED)) }
}

/// The header as JSON has it.
struct Header {
    metadata: Vec<(String, String)>,
    arrays: Vec<(String, Object<Value>)>,
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut header = Header { metadata: Vec::new(), arrays: Vec::new() };
                let mut names = BTreeSet::new();
                while let Some(name) = map.next_key::<String>()? {
                    if !names.insert(name.clone()) {
                        return Err(A::Error::custom(format!("`{name}` stands twice")));
                    }
                    if name == METADATA {
                        header.metadata = map.next_value::<Object<String>>()?.0;
                    } else {
                        header.arrays.push((name, map.next_value()?));
                    }
                }
                Ok(header)
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// An object of JSON in its order. A name that stands twice is an error.
struct Object<V>(Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Object<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Pairs<V> {
            type Value = Object<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<V>, A::Error> {
                let (mut pairs, mut names) = (Vec::new(), BTreeSet::new());
                while let Some((name, value)) = map.next_entry::<String, V>()? {
                    if !names.insert(name.clone()) {
                        return Err(A::Error::custom(format!("`{name}` stands twice")));
                    }
                    pairs.push((name, value));
                }
                Ok(Object(pairs))
            }
        }

        deserializer.deserialize_map(Pairs(PhantomData))
    }
}
