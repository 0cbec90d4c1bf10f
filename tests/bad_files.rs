//! Files that are broken, missing or of something else: each error names the file and what to do.
//! `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite bad_files` writes the texts anew.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

use std::io::Write;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use flate2::Compression;
use flate2::write::GzEncoder;
use katachi::data::{idx, mnist};
use katachi::prelude::*;

use crate::bad_input::check;

/// A folder for files, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("katachi-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    /// Writes a file and returns its path.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("a temporary file");
        path
    }

    /// As [`check`], with this folder's path, which differs from run to run, as `FOLDER`.
    pub fn check<T>(&self, result: Result<T, Error>, expected: &Expect) {
        let folder = self.0.display().to_string();
        check(result.map_err(|error| std::io::Error::other(error.to_string().replace(&folder, "FOLDER"))), expected);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that cannot be removed is no failure of what was tested.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An IDX file of bytes with these sizes.
fn idx_bytes(sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let rank = u8::try_from(sizes.len()).expect("few sizes");
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, 8, rank].into_iter().chain(sizes).chain(data.iter().copied()).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes all bytes")
}

#[test]
fn idx_files_that_are_broken() {
    let folder = Folder::new("broken");
    let good = idx_bytes(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    assert!(idx::read(folder.file("good", &good)).is_ok());

    let with = |index: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[index] = byte;
        bytes
    };
    let longer = [&good[..], &[7, 8]].concat();
    let cases: [(&str, &[u8], Expect); 9] = [
        (
            "empty",
            &[],
            expect![[r#"
            FOLDER/empty: the file is empty;
            download or copy it again"#]],
        ),
        (
            "truncated-magic",
            &good[..3],
            expect![[r#"
            FOLDER/truncated-magic: it ends after 3 bytes, inside its header;
            the file is not complete: download or copy it again"#]],
        ),
        (
            "truncated-header",
            &good[..9],
            expect![[r#"
            FOLDER/truncated-header: it ends after 9 bytes, but the header of 2 dimensions has 12;
            the file is not complete: download or copy it again"#]],
        ),
        (
            "truncated-data",
            &good[..16],
            expect![[r#"
            FOLDER/truncated-data: the sizes [2, 3] need 6 bytes of data, but only 4 are there;
            the file is not complete: download or copy it again"#]],
        ),
        (
            "trailing-bytes",
            &longer,
            expect![[r#"
            FOLDER/trailing-bytes: its sizes say 6 bytes of data, but 2 more follow;
            this is no file as its makers published it: download it again"#]],
        ),
        (
            "wrong-magic",
            &with(0, 1),
            expect![[r#"
            FOLDER/wrong-magic: it begins with the bytes [01, 00, 08, 02], not with 00 00 as IDX files do;
            pass an IDX file, plain or compressed with gzip"#]],
        ),
        (
            "web-page",
            b"<!doctype html>",
            expect![[r#"
            FOLDER/web-page: it begins with the bytes [3c, 21, 64, 6f], not with 00 00 as IDX files do;
            it looks like a web page in place of the data: look at it, and mend the address of the download"#]],
        ),
        (
            "floats",
            &with(2, 0x0d),
            expect![[r#"
            FOLDER/floats: its elements are 32-bit floats (type 0x0d);
            pass a file of unsigned bytes (type 0x08)"#]],
        ),
        (
            "unknown-type",
            &with(2, 0x42),
            expect![[r#"
            FOLDER/unknown-type: its elements are of type 0x42, which the format does not know;
            pass a file of unsigned bytes (type 0x08)"#]],
        ),
    ];
    for (name, bytes, expected) in cases {
        let plain = idx::read(folder.file(name, bytes));
        let compressed = idx::read(folder.file(name, &gzip(bytes)));
        assert_eq!(
            compressed.map_err(|error| error.to_string()),
            plain.as_ref().map(Clone::clone).map_err(Error::to_string)
        );
        folder.check(plain, &expected);
    }
}

#[test]
fn files_that_are_not_there_or_lie_about_their_size() {
    let folder = Folder::new("absent");
    let huge = idx_bytes(&[u32::MAX; 2], &[1, 2, 3]);
    folder.check(
        idx::read(folder.file("huge", &huge)),
        &expect![[r#"
        FOLDER/huge: the sizes [4294967295, 4294967295] need 18446744065119617025 bytes of data, but only 3 are there;
        the file is not complete: download or copy it again"#]],
    );
    folder.check(
        idx::read(&folder.0),
        &expect![[r#"
        FOLDER: this is a folder;
        pass the path of a file in it"#]],
    );
    folder.check(
        idx::read(folder.0.join("missing")),
        &expect![[r#"
        FOLDER/missing: there is no such file;
        check the path"#]],
    );
}

#[test]
fn gzip_files_that_are_broken() {
    let folder = Folder::new("gzip");
    let packed = gzip(&idx_bytes(&[2, 3], &[1, 2, 3, 4, 5, 6]));
    assert!(idx::read(folder.file("good.gz", &packed)).is_ok());
    folder.check(
        idx::read(folder.file("truncated.gz", &packed[..packed.len() - 10])),
        &expect![[r#"
        FOLDER/truncated.gz: the gzip stream breaks off, 5 bytes of data unpacked;
        the file is not complete: download or copy it again"#]],
    );
    folder.check(
        idx::read(folder.file("header-only.gz", &packed[..2])),
        &expect![[r#"
        FOLDER/header-only.gz: the gzip stream breaks off, 0 bytes of data unpacked;
        the file is not complete: download or copy it again"#]],
    );
    let mut damaged = packed.clone();
    let checksum = damaged.len() - 8;
    damaged[checksum] ^= 1;
    folder.check(idx::read(folder.file("damaged.gz", &damaged)), &expect![[r#"
        FOLDER/damaged.gz: the gzip stream is damaged, 6 bytes of data unpacked (corrupt gzip stream does not have a matching checksum);
        download or copy the file again"#]]);
}

#[test]
fn idx_files_that_do_not_fit() {
    type Data = Dataset<shape!(4), Labels<U3>>;
    let folder = Folder::new("misfits");
    let images = folder.file("images", &idx_bytes(&[3, 2, 2], &[9; 12]));
    let labels = folder.file("labels", &idx_bytes(&[3], &[0, 1, 2]));
    assert!(Data::from_idx(&images, &labels).is_ok());

    let read = |images: &Path, labels: &Path| Data::from_idx(images, labels);
    folder.check(
        read(&labels, &images),
        &expect![[r#"
        FOLDER/images: labels have one dimension, but this file has [3, 2, 2];
        pass the file of the images first, then that of the labels"#]],
    );
    folder.check(
        read(&images, &folder.file("two", &idx_bytes(&[2], &[0, 1]))),
        &expect![[r#"
        FOLDER/images: there are 3 images, but 2 labels in FOLDER/two;
        pass two files that belong together"#]],
    );
    folder.check(
        read(&images, &folder.file("wrong", &idx_bytes(&[3], &[0, 1, 3]))),
        &expect![[r#"
        FOLDER/wrong: the label of sample 2 is 3, but the labels of 3 classes are 0 to 2;
        subtract 1 from every label if they begin at 1, or write `Labels<U4>`"#]],
    );
    folder.check(
        read(&folder.file("large", &idx_bytes(&[3, 3, 3], &[9; 27])), &labels),
        &expect![[r#"
        FOLDER/large: 3 images of shape [3, 3] do not fit samples of shape [4];
        write a shape of 9 values for the dataset"#]],
    );
    let (none, no_labels) = (idx_bytes(&[0, 2, 2], &[]), idx_bytes(&[0], &[]));
    folder.check(
        read(&folder.file("none", &none), &folder.file("no-labels", &no_labels)),
        &expect![[r#"
        FOLDER/no-labels: there is no sample;
        pass the inputs and targets of at least one"#]],
    );
    folder.check(mnist(&folder.0), &expect![[r#"
        FOLDER: there is none of the files train-images-idx3-ubyte, train-images-idx3-ubyte.gz, train-images.idx3-ubyte, train-images.idx3-ubyte.gz;
        download train-images-idx3-ubyte.gz from https://storage.googleapis.com/cvdf-datasets/mnist/ into that folder"#]]);
}
