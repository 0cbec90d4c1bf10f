//! The files from which fuzzing begins: what is broken from the start leads nowhere. `fuzz/README.md` says what they are for.

use std::path::Path;

use katachi::checkpoint;
use katachi::data::{Csv, idx, image_from_png};
use katachi::prelude::*;
use katachi::save::Extras;
use katachi::tensor::npy::{Npz, Rows};

model! {
    struct Mlp { hidden: Dense(3 => 4, relu), logits: Dense(4 => 2) }
}

fn seed(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of all seeds of a target but these.
fn seeds(target: &str, but: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let entries = std::fs::read_dir(folder).expect("the folder of the seeds");
    let names = entries.map(|entry| entry.expect("a file").file_name().into_string().expect("a name"));
    let (good, bad): (Vec<String>, Vec<String>) = names.partition(|name| !but.contains(&name.as_str()));
    assert_eq!((bad.len(), good.is_empty()), (but.len(), false), "the seeds of {target}");
    good.into_iter().map(|name| format!("{target}/{name}")).collect()
}

fn is_read<T>(name: &str, result: Result<T, impl std::fmt::Display>) -> T {
    result.unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn models_and_trainings() {
    let model = is_read("model", Mlp::load_bytes(&seed("safetensors/model")));
    is_read("model-f64", Mlp::<f64>::load_bytes(&seed("safetensors/model-f64")));
    assert_eq!(is_read("extras", Mlp::load_bytes(&seed("safetensors/extras"))).as_slice(), model.as_slice());
    let extras = is_read("extras", Extras::load_bytes(&seed("safetensors/extras")));
    assert_eq!((extras.class_names().len(), extras.group("scaler").len()), (2, 2));
    let (adam, sgd) = (seed("checkpoint/adam"), seed("checkpoint/sgd"));
    let state = checkpoint::load_bytes(&adam, &mut *Mlp::init(1), &mut Adam::new(0.1));
    assert_eq!(is_read("adam", state).history.epochs(), 2);
    is_read("sgd", checkpoint::load_bytes(&sgd, &mut *Mlp::init(1), &mut Sgd::new(0.1)));
}

#[test]
fn weights_of_other_libraries() {
    let is_imported = |name: &str, import: Result<Import, Error>| {
        let report = is_read(name, import.and_then(|import| import.into(&mut *Mlp::init(1))));
        assert_eq!(report.arrays().len(), 4, "{name}");
    };
    for name in ["torch", "half", "flax"] {
        is_imported(name, Import::from_safetensors_bytes(&seed(&format!("import/{name}"))));
    }
    for name in ["stored.npz", "deflated.npz", "named.npz"] {
        is_imported(name, Import::from_npz_bytes(&seed(&format!("import/{name}"))));
    }
    for name in seeds("h5", &["large-chunks.h5", "old-chunks.h5", "one.h5"]) {
        is_imported(&name, Import::from_h5_bytes(&seed(&name)));
    }
    for name in ["h5/old-chunks.h5", "h5/one.h5"] {
        let import = Import::from_h5_bytes(&seed(name)).and_then(|import| import.partial().into(&mut *Mlp::init(1)));
        assert_eq!(is_read(name, import).unmatched_arrays().count(), 1, "{name}");
    }
}

#[test]
fn arrays_images_and_tables() {
    for name in seeds("npy", &["big-endian.npy", "fortran.npy", "i4.npy", "uncounted.npy"]) {
        is_read(&name, Rows::from_npy(&seed(&name)));
    }
    for name in seeds("npz", &[]) {
        let archive = is_read(&name, Npz::from_bytes(&seed(&name)));
        archive.names().for_each(|array| drop(is_read(&name, archive.rows(array))));
    }
    for name in seeds("idx", &["floats", "large", "short"]) {
        is_read(&name, idx::from_reader(&*seed(&name), &name));
    }
    for name in seeds("png", &[]) {
        is_read(&name, image_from_png::<shape!(3, 5, 4), f32>(&seed(&name)));
    }
    // The first byte is one of options; these are read without.
    for name in ["csv/dropped", "csv/packed"] {
        let csv = Csv::from_bytes(&seed(name)[1..]).label("y").ignore("z").missing(data::Missing::DropRow);
        assert_eq!(is_read(name, csv.read::<shape!(2), Labels<U2>>()).len(), 2, "{name}");
    }
}
