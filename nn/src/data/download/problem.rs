//! What goes wrong with a download.

use std::io;
use std::path::Path;

use crate::error::Error;

/// Why a file was not had from one address: what is said of that address, or the error for this machine.
pub enum Problem {
    /// It broke off; what has come is good as far as it goes.
    Broken(String),
    /// What has come is of no use.
    Wrong(String),
    /// Nothing has come, or too little.
    Refused(String),
    /// The fault is on this side: no other address can help.
    Local(Error),
}

/// The error for a place that cannot be written.
pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room, or set the variable KATACHI_CACHE to a folder elsewhere"
        }
        _ => "set the variable KATACHI_CACHE to a folder that can be written to",
    };
    Error::data(path.display().to_string(), format!("this cannot be written: {error}"), help)
}

impl Problem {
    pub fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::Local(unwritable(path, error))
    }

    /// What a request without an answer says.
    pub fn of_request(error: &ureq::Error) -> Self {
        Self::Refused(match error {
            ureq::Error::HostNotFound => "is not known (is this machine offline?)".into(),
            ureq::Error::Timeout(_) => "did not answer in time".into(),
            ureq::Error::Io(error) => of_system(error),
            other => format!("could not be asked ({other})"),
        })
    }

    /// What an answer that breaks off says, after so many bytes.
    pub fn of_body(error: &io::Error, bytes: u64) -> Self {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
        Self::Broken(match inner {
            Some(ureq::Error::Timeout(_)) => format!("fell silent after {bytes} bytes"),
            Some(ureq::Error::Io(error)) => format!("broke off after {bytes} bytes ({error})"),
            Some(other) => format!("broke off after {bytes} bytes ({other})"),
            None => format!("broke off after {bytes} bytes ({error})"),
        })
    }

    /// What a status other than success says.
    pub fn of_status(status: u16) -> Self {
        Self::Refused(match status {
            404 | 410 => format!("has no such file (HTTP status {status})"),
            401 | 403 => format!("does not give it away (HTTP status {status})"),
            429 | 503 => format!("has too much to do (HTTP status {status})"),
            500.. => format!("has failed (HTTP status {status})"),
            _ => format!("answered with HTTP status {status}"),
        })
    }
}

fn of_system(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "refused the connection".into(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "did not answer in time".into(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown => {
            "cannot be reached (is this machine offline?)".into()
        }
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
            "closed the connection without an answer".into()
        }
        _ => format!("could not be asked ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_not_a_folder_that_is_locked() {
        let text = |kind: io::ErrorKind| unwritable(Path::new("labels.part"), &kind.into()).to_string();
        assert_eq!(
            text(io::ErrorKind::StorageFull),
            "labels.part: this cannot be written: no storage space; \
             make room, or set the variable KATACHI_CACHE to a folder elsewhere",
        );
        assert_eq!(
            text(io::ErrorKind::PermissionDenied),
            "labels.part: this cannot be written: permission denied; \
             set the variable KATACHI_CACHE to a folder that can be written to",
        );
    }
}
