//! IDX files: whatever a file holds, reading it gives the array or a message that says what to do, never a panic.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use flate2::{Compression, write::GzEncoder};
use katachi_core::shape;
use katachi_core::typenum::{U2, U3};

use super::super::{Dataset, idx, mnist};
use super::message;
use crate::targets::Labels;

/// A folder for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("katachi-data-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0)); // What cannot be removed is the system's to clean.
    }
}

/// An IDX file with bytes that count up.
fn array(dims: &[u8]) -> Vec<u8> {
    let size: usize = dims.iter().map(|&size| usize::from(size)).product();
    let sizes = dims.iter().flat_map(|&size| [0, 0, 0, size]);
    let rank = u8::try_from(dims.len()).unwrap();
    [0, 0, 8, rank].into_iter().chain(sizes).chain((0..=255).cycle().take(size)).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(bytes: &[u8]) -> Result<idx::Idx, crate::error::Error> {
    idx::from_reader(bytes, "file")
}

/// Gives one byte at a call, and is interrupted before each.
struct Slow<'a>(&'a [u8], bool);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let most = buffer.len().min(1);
        self.0.read(&mut buffer[..most])
    }
}

#[test]
fn plain_and_compressed_files_are_told_apart_by_their_contents() {
    let folder = Folder::new();
    let plain = array(&[3, 2, 2]);
    let paths = [folder.write("plain.gz", &plain), folder.write("compressed", &gzip(&plain))];
    for path in &paths {
        let array = idx::read(path).unwrap();
        assert_eq!(array.dims(), [3, 2, 2]);
        assert_eq!(array.data(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    }
    assert_eq!(idx::from_reader(Slow(&plain, false), "slow").unwrap(), read(&plain).unwrap());
    assert_eq!(idx::from_reader(Slow(&gzip(&plain), false), "slow").unwrap(), read(&plain).unwrap());
    let two_members = [gzip(&plain[..10]), gzip(&plain[10..])].concat();
    assert_eq!(read(&two_members).unwrap(), read(&plain).unwrap());
}

#[test]
fn each_fault_has_its_message() {
    let plain = array(&[3, 2]);
    let packed = gzip(&plain);
    let mut damaged = packed.clone();
    let checksum = damaged.len() - 8;
    damaged[checksum] ^= 1;
    let changed = |index: usize, byte: u8| {
        let mut bytes = plain.clone();
        bytes[index] = byte;
        bytes
    };
    let again = "the file is not complete: download or copy it again";
    let cases = [
        (vec![], "file: the file is empty; download or copy it again".into()),
        (gzip(&[]), "file: the file is empty; download or copy it again".into()),
        (vec![0, 0, 8], format!("file: it ends after 3 bytes, inside its header; {again}")),
        (
            plain[..7].to_vec(),
            format!("file: it ends after 7 bytes, but the header of 2 dimensions has 12; {again}"),
        ),
        (
            plain[..15].to_vec(),
            format!("file: the sizes [3, 2] need 6 bytes of data, but only 3 are there; {again}"),
        ),
        (
            gzip(&plain[..15]),
            format!("file: the sizes [3, 2] need 6 bytes of data, but only 3 are there; {again}"),
        ),
        (
            [&plain[..], &[7, 7]].concat(),
            "file: its sizes say 6 bytes of data, but 2 more follow; \
             this is no file as its makers published it: download it again"
                .into(),
        ),
        (
            [&plain[..], &vec![7; 70_000]].concat(),
            "file: its sizes say 6 bytes of data, but at least 65536 more follow; \
             this is no file as its makers published it: download it again"
                .into(),
        ),
        (
            b"hello".to_vec(),
            "file: it begins with the bytes [68, 65, 6c, 6c], not with 00 00 as IDX files do; \
             pass an IDX file, plain or compressed with gzip"
                .into(),
        ),
        (
            b"<!DOCTYPE html>".to_vec(),
            "file: it begins with the bytes [3c, 21, 44, 4f], not with 00 00 as IDX files do; it looks like a web page \
             in place of the data: look at it, and mend the address of the download"
                .into(),
        ),
        (
            changed(2, 0x0d),
            "file: its elements are 32-bit floats (type 0x0d); pass a file of unsigned bytes (type 0x08)".into(),
        ),
        (
            changed(2, 0x0a),
            "file: its elements are of type 0x0a, which the format does not know; \
             pass a file of unsigned bytes (type 0x08)"
                .into(),
        ),
        (changed(3, 0), "file: it has no dimension; pass an array of at least one dimension".into()),
        (
            packed[..packed.len() - 4].to_vec(),
            format!("file: the gzip stream breaks off, 6 bytes of data unpacked; {again}"),
        ),
        (
            damaged,
            "file: the gzip stream is damaged, 6 bytes of data unpacked (corrupt gzip stream does not have a matching \
             checksum); download or copy the file again"
                .into(),
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(message(read(&bytes)), expected);
    }
}

#[test]
fn sizes_that_lie_ask_for_no_memory() {
    let largest = [0xff; 4];
    let huge = [&[0, 0, 8, 2][..], &[0, 0, 0xff, 0xff], &largest, &[1, 2, 3]].concat();
    assert_eq!(
        message(read(&huge)),
        "file: the sizes [65535, 4294967295] need 281470681677825 bytes of data, but only 3 are there; \
         the file is not complete: download or copy it again",
    );
    let beyond = [&[0, 0, 8, 3][..], &largest, &largest, &largest].concat();
    assert_eq!(
        message(read(&beyond)),
        "file: the sizes [4294967295, 4294967295, 4294967295] are more than this machine can count; \
         this is no real data file: look where it came from",
    );
    let deep = [&[0, 0, 8, 255][..], &largest.repeat(255)].concat();
    assert!(read(&deep).is_err());
}

#[test]
fn every_truncation_is_an_error() {
    for whole in [array(&[4, 3, 2]), gzip(&array(&[4, 3, 2])), gzip(&array(&[200, 20]))] {
        assert!(read(&whole).is_ok());
        for len in 0..whole.len() {
            assert!(read(&whole[..len]).is_err(), "the first {len} of {} bytes", whole.len());
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    for whole in [array(&[4, 3, 2]), gzip(&array(&[4, 3, 2]))] {
        for index in 0..whole.len() {
            for flip in 1..=255 {
                let mut bytes = whole.clone();
                bytes[index] ^= flip;
                if let Ok(array) = read(&bytes) {
                    assert_eq!(array.data().len(), array.dims().iter().product::<usize>());
                }
            }
        }
    }
}

#[test]
fn missing_files_and_folders_are_named() {
    let folder = Folder::new();
    let missing = folder.0.join("missing");
    assert_eq!(message(idx::read(&missing)), format!("{}: there is no such file; check the path", missing.display()));
    let relative = message(idx::read("no/such/file"));
    let here = std::env::current_dir().unwrap();
    let expected = format!("no/such/file: there is no such file; check the path, which begins at {}", here.display());
    assert_eq!(relative, expected);
    assert_eq!(
        message(idx::read(&folder.0)),
        format!("{}: this is a folder; pass the path of a file in it", folder.0.display()),
    );
}

#[test]
fn a_dataset_comes_from_two_files() {
    type Data = Dataset<shape!(2, 2, 1), Labels<U3>>;
    let folder = Folder::new();
    let images = folder.write("images", &array(&[3, 2, 2]));
    let labels = folder.write("labels", &gzip(&array(&[3])));

    let data = Data::from_idx(&images, &labels).unwrap();
    assert_eq!(data.labels(), [0, 1, 2]);
    let bytes: Vec<f32> = (0_u8..12).map(|byte| f32::from(byte) / 255.0).collect();
    assert_eq!(data.inputs().as_slice(), bytes);
    let double = Dataset::<shape!(4), Labels<U3>, f64>::from_idx(&images, &labels).unwrap();
    assert_eq!(double.inputs().as_slice()[10..], [10.0 / 255.0, 11.0 / 255.0]);

    let four = folder.write("four", &array(&[4]));
    let none = folder.write("none", &array(&[0]));
    let no_image = folder.write("no-image", &array(&[0, 2, 2]));
    let (i, l, f, n) = (images.display(), labels.display(), four.display(), none.display());
    let endless = [&[0, 0, 8, 4, 0, 0, 0, 0][..], &[0xff; 12]].concat();
    let endless = folder.write("endless", &endless); // No image of more values than can be counted.
    let cases = [
        (
            message(Data::from_idx(&endless, &none)),
            format!(
                "{}: the sizes [0, 4294967295, 4294967295, 4294967295] are more than this machine can count; \
                 this is no real data file: look where it came from",
                endless.display()
            ),
        ),
        (
            message(Data::from_idx(&images, &four)),
            format!("{i}: there are 3 images, but 4 labels in {f}; pass two files that belong together"),
        ),
        (
            message(Data::from_idx(&labels, &images)),
            format!(
                "{i}: labels have one dimension, but this file has [3, 2, 2]; \
                 pass the file of the images first, then that of the labels"
            ),
        ),
        (
            message(Data::from_idx(&labels, &labels)),
            format!(
                "{l}: images have more than one dimension, but this file has [3]; \
                 it looks like a file of labels: pass that of the images first, then that of the labels"
            ),
        ),
        (
            message(Dataset::<shape!(5), Labels<U3>>::from_idx(&images, &labels)),
            format!(
                "{i}: 3 images of shape [2, 2] do not fit samples of shape [5]; write a shape of 4 values for the dataset"
            ),
        ),
        (
            message(Dataset::<shape!(4), Labels<U2>>::from_idx(&images, &labels)),
            format!(
                "{l}: the label of sample 2 is 2, but the labels of 2 classes are 0 to 1; \
                 subtract 1 from every label if they begin at 1, or write `Labels<U3>`"
            ),
        ),
        (
            message(Data::from_idx(&no_image, &none)),
            format!("{n}: there is no sample; pass the inputs and targets of at least one"),
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn mnist_is_found_under_the_names_that_circulate() {
    let folder = Folder::new();
    let images = |count| array(&[count, 28, 28]);
    folder.write("train-images-idx3-ubyte", &images(3));
    folder.write("train-labels.idx1-ubyte", &array(&[3]));
    folder.write("t10k-images.idx3-ubyte.gz", &gzip(&images(2)));
    folder.write("t10k-labels-idx1-ubyte.gz", &gzip(&array(&[2])));
    let data = mnist(&folder.0).unwrap();
    assert_eq!((data.train.len(), data.test.len()), (3, 2));
    assert_eq!(data.test.inputs().as_slice()[256..258], [0.0, 1.0 / 255.0]);
    assert_eq!(data.test.labels(), [0, 1]);
}

#[test]
fn a_missing_file_of_mnist_is_named_with_its_source() {
    let folder = Folder::new();
    folder.write("train-images-idx3-ubyte", &array(&[1, 28, 28]));
    let expected = |folder: &Path| {
        format!(
            "{}: there is none of the files train-labels-idx1-ubyte, train-labels-idx1-ubyte.gz, \
             train-labels.idx1-ubyte, train-labels.idx1-ubyte.gz; download train-labels-idx1-ubyte.gz from \
             https://storage.googleapis.com/cvdf-datasets/mnist/ into that folder",
            folder.display(),
        )
    };
    assert_eq!(message(mnist(&folder.0)), expected(&folder.0));
    assert_eq!(
        message(mnist("nowhere")),
        "nowhere: there is no such folder; pass the one that holds the four files of MNIST; \
         they can be had from https://storage.googleapis.com/cvdf-datasets/mnist/",
    );
}
