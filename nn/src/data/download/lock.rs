//! Processes that want the same file at the same time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{IsTerminal, Write as _, stderr};
use std::path::Path;

/// The right to write to a folder, given back when it is dropped or when the process ends, however it ends.
pub struct Lock(Option<File>);

impl Lock {
    /// Waits until no other process has it.
    pub fn of(folder: &Path) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(folder.join(".lock"));
        let Ok(file) = file else { return Self(None) };
        match file.try_lock() {
            Ok(()) => Self(Some(file)),
            Err(TryLockError::WouldBlock) => {
                if stderr().is_terminal() {
                    let _ = writeln!(stderr(), "Another process downloads to {}: waiting for it", folder.display());
                }
                Self(file.lock().is_ok().then_some(file))
            }
            Err(TryLockError::Error(_)) => Self(None),
        }
    }

    /// How the name of an unfinished file ends. Where a file system has no locks it is a name of this process alone: no
    /// transfer is taken up again then, but none is disturbed.
    pub fn ending(&self) -> String {
        if self.0.is_some() { ".part".into() } else { format!(".{}.part", std::process::id()) }
    }

    /// Removes what is left of transfers of a file that is there now: this one, and under the lock those from other
    /// addresses.
    pub fn remove_parts(&self, folder: &Path, name: &str, part: &Path) {
        // What stays takes room, and is no error.
        let _ = fs::remove_file(part);
        let Ok(entries) = fs::read_dir(folder) else { return };
        if self.0.is_none() {
            return;
        }
        let prefix = format!("{name}.gz.");
        for entry in entries.flatten() {
            let is_part = entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(&prefix) && name.ends_with(&self.ending()));
            if is_part {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}
