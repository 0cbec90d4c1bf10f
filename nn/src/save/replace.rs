//! Files that are replaced as a whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use crate::error::Error;

/// Writes a file by `write`. Until all of it is on the disk, what was there before stays as it was.
///
/// The new file is written beside the old one, synchronised, and renamed; then the folder is synchronised, which holds the
/// name. A symbolic link stays one: the file that it leads to is replaced. The permissions are those of the old file.
pub fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    // A link to a file that is not there leads nowhere yet; then it is itself replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    let old = fs::metadata(&target).ok();
    if let Some(old) = &old
        && !old.is_file()
    {
        let problem = if old.is_dir() { "this is a folder" } else { "this is no ordinary file" };
        return Err(Error::data(path.display().to_string(), problem, "pass the path of a file to write"));
    }
    check_folder(&target)?;
    write_beside(&target, &folder_of(&target), old, write).map_err(|source| Error::Write { path: path.into(), source })
}

/// An error if there is no folder for a file of that path, before there is something to write.
pub fn check_folder(path: &Path) -> Result<(), Error> {
    let folder = folder_of(path);
    if folder.is_dir() {
        return Ok(());
    }
    let problem = format!("there is no folder `{}`", folder.display());
    Err(Error::data(path.display().to_string(), problem, "make it, or check the path"))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn write_beside(
    target: &Path,
    folder: &Path,
    old: Option<fs::Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut builder = Builder::new();
    builder.prefix(".katachi-");
    #[cfg(unix)]
    let permissions = {
        use std::os::unix::fs::PermissionsExt;
        fs::Permissions::from_mode(0o666) // less what the user's mask takes away
    };
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut file = BufWriter::with_capacity(1 << 16, builder.tempfile_in(folder)?);
    write(&mut file)?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(target)?;
    synchronise(folder)
}

/// Brings the names in a folder to the disk.
#[cfg(unix)]
fn synchronise(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened, and the system brings its names to the disk by itself.
#[cfg(not(unix))]
fn synchronise(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_disk_that_is_full_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model");
        replace(&path, |file| file.write_all(b"the old one")).unwrap();
        let error = replace(&path, |file| {
            file.write_all(&vec![7; 200_000])?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(
            error.unwrap_err().to_string(),
            format!("cannot write `{}`: no storage space; what was there before is as it was", path.display()),
        );
        assert_eq!(fs::read(&path).unwrap(), b"the old one");
        assert_eq!(names(folder.path()), ["model"]);

        replace(&path, |file| file.write_all(b"the new one")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"the new one");
        assert_eq!(names(folder.path()), ["model"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("model"), folder.path().join("newest"));
        symlink("model", &link).unwrap();
        replace(&path, |file| file.write_all(b"old")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&link, |file| file.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        // A new file has what the user's mask leaves, not what temporary files have.
        let other = folder.path().join("other");
        replace(&other, |file| file.write_all(b"new")).unwrap();
        fs::write(folder.path().join("plain"), b"").unwrap();
        let plain = fs::metadata(folder.path().join("plain")).unwrap().permissions().mode();
        assert_eq!(fs::metadata(&other).unwrap().permissions().mode(), plain);
    }

    #[test]
    fn only_files_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let text = |path: &Path| replace(path, |_| Ok(())).unwrap_err().to_string();
        assert_eq!(
            text(folder.path()),
            format!("{}: this is a folder; pass the path of a file to write", folder.path().display())
        );
        let lost = folder.path().join("none/model");
        let none = folder.path().join("none");
        assert_eq!(
            text(&lost),
            format!("{}: there is no folder `{}`; make it, or check the path", lost.display(), none.display()),
        );
        #[cfg(unix)]
        assert_eq!(
            text(Path::new("/dev/null")),
            "/dev/null: this is no ordinary file; pass the path of a file to write"
        );
    }
}
