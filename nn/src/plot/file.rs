//! The file of a picture: its format by its ending, and written whole or not at all.

use std::fs;
use std::path::Path;

use crate::error::Error;

use super::data_error;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Format {
    Svg,
    Png,
}

impl Format {
    pub fn of(path: &Path) -> Result<Self, Error> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            other => {
                let problem = match other {
                    Some(ending) => format!("no picture is written as `.{ending}`"),
                    None => "the file has no ending, which tells the format of the picture".into(),
                };
                Err(data_error(path.display().to_string(), problem, "end its name in `.svg` or `.png`"))
            }
        }
    }
}

/// Writes beside the file and moves it there, so that an earlier one is kept if that fails.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let problem = format!("there is no folder `{}`", folder.display());
        return Err(data_error(path.display().to_string(), problem, "create it first, or write elsewhere"));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.map_err(|source| {
        // It may not exist: then there is nothing to remove, and the first error is the one to report.
        let _ = fs::remove_file(&part);
        Error::Write { path: path.to_owned(), source }
    })
}
