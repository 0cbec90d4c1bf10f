//! Files of data that are downloaded once: [`Download`]. The datasets that come this way are [`mnist_cached`] and
//! [`fashion_mnist_cached`].
//!
//! Files lie in the user's folder for caches: `katachi/NAME` in `~/.cache`, or in `$XDG_CACHE_HOME`; on Windows in
//! `%LOCALAPPDATA%`. Two variables of the environment change what a program does without a change of it:
//!
//! | variable | what it is |
//! |---|---|
//! | `KATACHI_CACHE` | the folder to use in place of that `katachi` |
//! | `KATACHI_MIRROR` | an address to download from in place of all others: it has the files in `NAME/FILE.gz` |
//!
//! [`mnist_cached`]: crate::data::mnist_cached
//! [`fashion_mnist_cached`]: crate::data::fashion_mnist_cached

mod lock;
mod meter;
mod problem;
mod transfer;
mod unpack;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::error::Error;
use lock::Lock;
use problem::Problem;
use transfer::Client;
use unpack::Bad;

/// Files that are downloaded into a folder, unless they lie there.
///
/// ```no_run
/// use katachi::Dataset;
/// use katachi::data::download::Download;
/// use katachi::prelude::*;
///
/// let folder = Download::new("fashion-mnist-test")
///     .file(
///         "t10k-images-idx3-ubyte",
///         7_840_016,
///         "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
///     )
///     .file(
///         "t10k-labels-idx1-ubyte",
///         10_008,
///         "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
///     )
///     .mirror("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion")
///     .fetch()?;
/// let test = Dataset::<shape!(784), Labels<U10>>::from_idx(
///     folder.join("t10k-images-idx3-ubyte"),
///     folder.join("t10k-labels-idx1-ubyte"),
/// )?;
/// # Ok::<(), katachi::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Download {
    name: String,
    files: Vec<RemoteFile>,
    mirrors: Vec<String>,
    folder: Option<PathBuf>,
    timeout: Duration,
}

/// A file as it is after the download.
#[derive(Clone, Debug)]
struct RemoteFile {
    name: String,
    bytes: u64,
    sha256: String,
}

/// Less than so many bytes a second are as good as none.
const SLOWEST: u64 = 1024;

/// How often a transfer that breaks off is taken up again, from one address in one call.
const TRIES: usize = 6;

impl Download {
    /// A download into the folder of this name in the cache.
    pub fn new(name: impl Into<String>) -> Self {
        let timeout = Duration::from_secs(30);
        Self { name: name.into(), files: Vec::new(), mirrors: Vec::new(), folder: None, timeout }
    }

    /// Adds a file: its name, how many bytes it has, and their SHA-256 in hexadecimal. Each mirror has it, compressed
    /// with gzip, as `NAME.gz`. Size and sum are those of the unpacked file, since copies are compressed differently.
    pub fn file(mut self, name: impl Into<String>, bytes: u64, sha256: impl Into<String>) -> Self {
        self.files.push(RemoteFile { name: name.into(), bytes, sha256: sha256.into() });
        self
    }

    /// Adds an address that has the files. Several are tried in turn.
    pub fn mirror(mut self, address: impl Into<String>) -> Self {
        self.mirrors.push(address.into());
        self
    }

    /// The folder for the files, in place of that in the cache.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// How long a server may be silent; 30 seconds unless it is said. One that sends less than 1 KiB a second for that
    /// long is given up too.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The folder with all files in it, after a download of those that are missing.
    ///
    /// A file that is there with the right size is used as it is: it was verified when it came. One that was put there
    /// by hand as `NAME.gz` is unpacked and verified. Otherwise the mirrors are tried in turn. What was transferred of
    /// a file when its transfer broke off is kept beside it (`.part`), and the next try, or the next call, goes on from
    /// there. A file gets its name only when it is complete and its sum is right; no more is written than its size
    /// allows, whatever a server sends. Of several processes one downloads and the others wait.
    ///
    /// If standard error is a terminal, a bar shows the progress there.
    ///
    /// An error, which says what each mirror answered and what to do, if a file cannot be had, and if the folder cannot
    /// be written. Whatever is there stays.
    pub fn fetch(&self) -> Result<PathBuf, Error> {
        self.check()?;
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => cache(std::env::var_os("KATACHI_CACHE"))?.join(&self.name),
        };
        let missing = || self.files.iter().filter(|file| !file.is_in(&folder));
        if missing().next().is_none() {
            return Ok(folder);
        }
        fs::create_dir_all(&folder).map_err(|error| problem::unwritable(&folder, &error))?;
        let lock = Lock::of(&folder);
        let client = Client::new(self.timeout);
        for file in missing() {
            self.file_in(&folder, file, &lock, &client)?;
        }
        Ok(folder)
    }

    /// What the program itself says must make sense.
    fn check(&self) -> Result<(), Error> {
        let names = self.files.iter().map(|file| &file.name).chain([&self.name]);
        for name in names {
            if Path::new(name).file_name() != Some(name.as_ref()) || name.contains(['/', '\\']) {
                let value = format!("{name:?}");
                return Err(Error::Option { option: "name", value, must: "a name without folders" });
            }
        }
        for RemoteFile { sha256, .. } in &self.files {
            if sha256.len() != 64 || !sha256.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                let value = format!("{sha256:?}");
                return Err(Error::Option { option: "sha256", value, must: "64 hexadecimal digits" });
            }
        }
        Ok(())
    }

    /// Gets one file.
    fn file_in(&self, folder: &Path, file: &RemoteFile, lock: &Lock, client: &Client) -> Result<(), Error> {
        let by_hand = folder.join(format!("{}.gz", file.name));
        if by_hand.is_file() {
            return unpack::unpack(&by_hand, folder, file, lock).map_err(|bad| match bad {
                Bad::Local(error) => error,
                Bad::Short(text) | Bad::Wrong(text) => {
                    let problem = format!("this is {text}");
                    Error::data(by_hand.display().to_string(), problem, "remove it, so that it is downloaded again")
                }
            });
        }
        let mut answers = Vec::new();
        for address in self.addresses(&file.name, std::env::var_os("KATACHI_MIRROR")) {
            let part = folder.join(format!("{}.gz.{}{}", file.name, &sum(address.as_bytes())[..8], lock.ending()));
            match file_from(&address, &part, folder, file, lock, client) {
                Ok(()) => return Ok(()),
                Err(Problem::Local(error)) => return Err(error),
                Err(Problem::Broken(text) | Problem::Wrong(text) | Problem::Refused(text)) => {
                    answers.push(format!("{address} {text}"));
                }
            }
        }
        let name = &file.name;
        let answers = if answers.is_empty() { "no mirror is named".to_owned() } else { answers.join(", and ") };
        Err(Error::data(
            folder.join(name).display().to_string(),
            format!("it could not be downloaded: {answers}"),
            format!(
                "if this machine is offline, put the file there by hand, or beside it as {name}.gz; \
                 the variable KATACHI_MIRROR names another address to download from"
            ),
        ))
    }

    /// Where the file can be had.
    fn addresses(&self, file: &str, mirror: Option<OsString>) -> Vec<String> {
        match mirror.filter(|mirror| !mirror.is_empty()) {
            Some(mirror) => {
                let mirror = mirror.to_string_lossy();
                vec![format!("{}/{}/{file}.gz", mirror.trim_end_matches('/'), self.name)]
            }
            None => self.mirrors.iter().map(|mirror| format!("{}/{file}.gz", mirror.trim_end_matches('/'))).collect(),
        }
    }
}

impl RemoteFile {
    fn is_in(&self, folder: &Path) -> bool {
        fs::metadata(folder.join(&self.name)).is_ok_and(|found| found.is_file() && found.len() == self.bytes)
    }

    /// The most bytes that its compressed form can have: gzip adds a little to what cannot be compressed.
    fn most(&self) -> u64 {
        self.bytes.saturating_add(self.bytes / 1000).saturating_add(64 << 10)
    }
}

/// Gets one file from one address.
fn file_from(
    address: &str,
    part: &Path,
    folder: &Path,
    file: &RemoteFile,
    lock: &Lock,
    client: &Client,
) -> Result<(), Problem> {
    let length = || fs::metadata(part).map_or(0, |part| part.len());
    for tries in 1.. {
        let before = length();
        let is_last = tries == TRIES;
        match client.transfer(address, part, file) {
            Ok(()) => {}
            // More has come, so there is hope for the rest.
            Err(Problem::Broken(_)) if length() > before && !is_last => continue,
            Err(Problem::Wrong(_)) if before > 0 && !is_last => {
                remove(part); // What was kept is of another file than what is there now.
                continue;
            }
            Err(problem) => {
                if matches!(problem, Problem::Wrong(_)) {
                    remove(part);
                }
                return Err(problem);
            }
        }
        match unpack::unpack(part, folder, file, lock) {
            Ok(()) => {
                lock.remove_parts(folder, &file.name, part);
                return Ok(());
            }
            Err(Bad::Local(error)) => return Err(Problem::Local(error)),
            // A server that does not say how long its answer is breaks off without notice.
            Err(Bad::Short(_)) if length() > before && !is_last => {}
            Err(Bad::Short(text) | Bad::Wrong(text)) => {
                remove(part);
                if before == 0 || is_last {
                    return Err(Problem::Wrong(format!("sent {text}")));
                }
            }
        }
    }
    unreachable!("the last try returns")
}

/// Removes a file that is written anew in any case: one that stays is no error.
fn remove(part: &Path) {
    let _ = fs::remove_file(part);
}

/// The folder for all that is downloaded.
fn cache(variable: Option<OsString>) -> Result<PathBuf, Error> {
    use etcetera::BaseStrategy as _;
    if let Some(folder) = variable.filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    let strategy = etcetera::choose_base_strategy().map_err(|error| {
        let problem = format!("the user's folder is not known ({error})");
        Error::data("the cache of downloads", problem, "set the variable KATACHI_CACHE to a folder")
    })?;
    Ok(strategy.cache_dir().join("katachi"))
}

/// The SHA-256 in hexadecimal.
fn sum(bytes: &[u8]) -> String {
    hexadecimal(Sha256::digest(bytes).as_slice())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // A string takes all that is written.
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_of_the_environment_come_first() {
        assert_eq!(cache(Some("/data".into())).unwrap(), Path::new("/data"));
        let usual = cache(None).unwrap();
        assert!(usual.ends_with("katachi") && usual.is_absolute(), "{}", usual.display());
        assert_eq!(cache(Some("".into())).unwrap(), usual);

        let download = Download::new("mnist").mirror("http://a/b/").mirror("http://c");
        assert_eq!(download.addresses("f", None), ["http://a/b/f.gz", "http://c/f.gz"]);
        assert_eq!(download.addresses("f", Some("".into())).len(), 2);
        assert_eq!(download.addresses("f", Some("http://d/".into())), ["http://d/mnist/f.gz"]);
    }

    #[test]
    fn a_sum_is_that_of_the_standard() {
        // FIPS 180-4, the example of one block.
        assert_eq!(sum(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
