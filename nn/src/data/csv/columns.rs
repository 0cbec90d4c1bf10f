//! Which column is what: by the names in the first line.

use super::Csv;
use super::targets::shown;
use crate::error::Error;
use crate::names::{list, nearest};

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The input of this number.
    Feature(usize),
    /// The target of this number.
    Target(usize),
    Ignored,
}

/// The columns of a table.
pub struct Columns {
    pub names: Vec<String>,
    pub roles: Vec<Role>,
}

impl Columns {
    /// The roles that `csv` gives to columns of these names, for `features` inputs and `targets` targets a sample.
    pub fn new(csv: &Csv, names: Vec<String>, features: (usize, &[usize]), targets: usize) -> Result<Self, Wrong> {
        let mut roles = vec![None; names.len()];
        let of_targets = csv.targets.iter().enumerate().map(|(slot, name)| (name, Role::Target(slot)));
        let ignored = csv.ignored.iter().map(|name| (name, Role::Ignored));
        let of_features = csv.features.iter().enumerate().map(|(slot, name)| (name, Role::Feature(slot)));
        for (name, role) in of_targets.chain(ignored).chain(of_features) {
            let column = find(&names, name)?;
            if roles[column].is_some_and(|other| other != role) {
                let problem = format!("the column `{}` is named twice", shown(name.as_bytes()));
                return Err((problem, "name it as a target, as a feature, or to be ignored".into()));
            }
            roles[column] = Some(role);
        }
        if csv.targets.len() != targets {
            let columns = list(names.iter().map(String::as_str).collect::<Vec<_>>().iter().take(8));
            let problem = match csv.targets.len() {
                0 => "no column is named for the targets".into(),
                1 => format!("one column is named for the targets, but a sample has {targets}"),
                named => format!("{named} columns are named for the targets, but a sample has {targets}"),
            };
            let help = format!("name one with `label`, or each with `target`; there are {columns} and so on");
            let help = if names.len() > 8 { help } else { help.replace(" and so on", "") };
            return Err((problem, help));
        }
        if csv.features.is_empty() {
            let mut slots = 0..;
            for role in roles.iter_mut().filter(|role| role.is_none()) {
                *role = slots.next().map(Role::Feature);
            }
        }
        let roles: Vec<Role> = roles.into_iter().map(|role| role.unwrap_or(Role::Ignored)).collect();
        let found = roles.iter().filter(|role| matches!(role, Role::Feature(_))).count();
        let (size, dims) = features;
        if found != size {
            let problem = format!(
                "{found} of the {} columns are features, but samples of shape {dims:?} have {size} values",
                names.len()
            );
            let help = match found {
                0 => "name columns that are features, or leave `features` out".into(),
                _ => format!("write a shape of {found} values, or say with `features` or `ignore` which columns count"),
            };
            return Err((problem, help));
        }
        Ok(Self { names, roles })
    }

    /// The name of the column with this role.
    pub fn name(&self, role: Role) -> &str {
        self.roles.iter().position(|&other| other == role).map_or("", |column| &self.names[column])
    }
}

/// A problem and its help.
pub type Wrong = (String, String);

fn find(names: &[String], name: &str) -> Result<usize, Wrong> {
    let mut found = names.iter().enumerate().filter(|(_, other)| *other == name).map(|(column, _)| column);
    match (found.next(), found.next()) {
        (Some(column), None) => Ok(column),
        (Some(_), Some(_)) => {
            Err((format!("two columns are called `{name}`"), "give them different names in the first line".into()))
        }
        (None, _) => {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            let delimiter = |name: &&str| ['\t', ';', '|'].into_iter().find(|delimiter| name.contains(*delimiter));
            let help = if let ([only], Some(delimiter)) = (&known[..], known.first().and_then(delimiter)) {
                format!(
                    "the only column is `{}`; if that is several, write `delimiter(b{delimiter:?})`",
                    shown(only.as_bytes())
                )
            } else if let Some(near) = nearest(name, &known) {
                format!("is `{}` meant?", shown(near.as_bytes()))
            } else {
                let first: Vec<String> = names.iter().take(8).map(|name| shown(name.as_bytes())).collect();
                let more = if names.len() > 8 { ", …" } else { "" };
                format!("the columns are {}{more}", list(first.iter().map(String::as_str).collect::<Vec<_>>().iter()))
            };
            Err((format!("there is no column `{name}`"), help))
        }
    }
}

/// The error of a problem with the columns of a file.
pub fn error(place: &str, (problem, help): Wrong) -> Error {
    Error::data(place, problem, help)
}
