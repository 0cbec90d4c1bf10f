//! The format of a picture, by the ending of its file.

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
