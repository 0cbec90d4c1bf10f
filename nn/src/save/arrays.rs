//! The arrays of a model, to and from those of a file.

use katachi_core::element::Element;

use super::copy_bits;
use super::declaration::{check_declaration, check_format};
use super::extras::is_beside;
use super::safetensors::{Array, Safetensors, Stored, dtype};
use crate::error::Error;
use crate::model::{Model, ParameterInfo};
use crate::names::{list, nearest};

/// What must agree between a file and a model.
#[derive(Clone, Copy)]
pub enum Compared {
    /// The name, the layers and the arrays.
    Declaration {
        /// Whether numbers of another type are converted.
        cast: bool,
    },
    /// The names and shapes of the arrays, and the type of their numbers.
    Arrays,
}

/// The parameters of a model as arrays of a file, in the order of declaration.
pub fn model_arrays<M: Model>(model: &M) -> Vec<Array<'_>> {
    let mut arrays = Vec::new();
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
        let values = &model.as_slice()[offset..][..parameter.len()];
        arrays.push(Array::new(path.to_string(), parameter.shape, values));
    });
    arrays
}

/// The arrays of the file that are the parameters of `M`, in the order of declaration.
pub fn check_model<'f, 'a, M: Model>(
    place: &str,
    file: &'f Safetensors<'a>,
    compared: Compared,
) -> Result<Vec<&'f Stored<'a>>, Error> {
    check_format(place, file)?;
    let cast = match compared {
        Compared::Declaration { cast } => {
            check_declaration::<M>(place, file)?;
            cast
        }
        Compared::Arrays => false,
    };
    let mut expected = Vec::new();
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, _, parameter| {
        expected.push((path.to_string(), parameter.shape));
    });
    let theirs: Vec<&str> =
        file.arrays.iter().map(|array| array.name.as_str()).filter(|name| !is_beside(name)).collect();
    let ours: Vec<&str> = expected.iter().map(|(name, _)| name.as_str()).collect();

    let mut found = Vec::with_capacity(expected.len());
    for (name, shape) in &expected {
        let Some(array) = file.array(name) else {
            let others: Vec<&str> = theirs.iter().copied().filter(|theirs| !ours.contains(theirs)).collect();
            let help = match nearest(name, &others) {
                Some(near) => format!("there is `{near}`: is that it?"),
                None if theirs.is_empty() => "there is no array of a model at all".to_owned(),
                None => format!("the arrays are {}", list(theirs.iter())),
            };
            return Err(Error::data(place, format!("there is no array `{name}`, which `{}` needs", M::NAME), help));
        };
        check_array::<M>(place, array, shape, cast)?;
        found.push(array);
    }
    if let Some(more) = theirs.iter().find(|name| !ours.contains(name)) {
        let problem = format!("there is an array `{more}`, which `{}` has not", M::NAME);
        let help = match nearest(more, &ours) {
            Some(near) => format!("`{}` has `{near}`: is that it?", M::NAME),
            None => format!("pass a file of `{}`", M::NAME),
        };
        return Err(Error::data(place, problem, help));
    }
    Ok(found)
}

fn check_array<M: Model>(place: &str, array: &Stored<'_>, shape: &[usize], cast: bool) -> Result<(), Error> {
    let name = &array.name;
    if array.shape != shape {
        let problem = format!("`{name}` has the shape {:?}, and in `{}` it has {shape:?}", array.shape, M::NAME);
        return Err(Error::data(place, problem, "pass the file of a model of the same sizes"));
    }
    let (theirs, ours) = (array.dtype.as_str(), M::Element::NAME);
    if theirs != dtype::<M::Element>() && !(cast && ["F32", "F64"].contains(&theirs)) {
        let problem = format!("`{name}` holds numbers of type {theirs}, and this model is one of {ours}");
        let help = match theirs {
            "F32" | "F64" => {
                let element = theirs.replace('F', "f");
                format!("convert them with `load_cast`, or load it as `{}::<{element}>`", M::NAME)
            }
            _ => "save it with numbers of type F32 or F64".to_owned(),
        };
        return Err(Error::data(place, problem, help));
    }
    Ok(())
}

/// Replaces the parameters by those of a file; an error before anything is changed.
pub fn read_model<M: Model>(
    place: &str,
    file: &Safetensors<'_>,
    compared: Compared,
    model: &mut M,
) -> Result<(), Error> {
    let arrays = check_model::<M>(place, file, compared)?;
    let mut rest = model.as_mut_slice();
    for array in arrays {
        let count: usize = array.shape.iter().product();
        let (values, others) = rest.split_at_mut(count);
        if array.dtype == dtype::<M::Element>() {
            copy_bits(array.bytes, values);
        } else {
            for (value, stored) in values.iter_mut().zip(array.floats().unwrap_or_default()) {
                *value = M::Element::from_f64(stored);
            }
        }
        rest = others;
    }
    Ok(())
}
