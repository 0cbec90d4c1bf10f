//! Datasets from folders of PNG images.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use katachi_core::batch::Batch;
use katachi_core::element::Element;
use katachi_core::shape::Shape;
use katachi_core::typenum::Unsigned;
use png::{BitDepth, ColorType, Decoder, DecodingError, Transformations};

use super::dataset::Dataset;
use super::file;
use crate::error::Error;
use crate::targets::Labels;

impl<X: Shape, Classes: Unsigned + 'static, T: Element> Dataset<X, Labels<Classes>, T> {
    /// A dataset from a folder with a folder of PNG images for each class, and the names of the classes: the names of those
    /// folders, sorted as Keras' `image_dataset_from_directory` has them. The images of a class come sorted by name.
    ///
    /// `X` is `[height, width, channels]` with 1 channel (grey), 2 (grey and alpha), 3 (red, green, blue) or 4 (with
    /// alpha). Values are scaled to 0 to 1. Images of other colours are converted: colours to grey by their luma (ITU-R
    /// BT.601), and what has no alpha is opaque.
    ///
    /// An error, which names the file, if an image is broken or of another size, if the folders are not as many as the
    /// classes, or if one has no image.
    ///
    /// ```no_run
    /// use katachi::prelude::*;
    ///
    /// let (data, classes) = Dataset::<shape!(64, 64, 3), Labels<U2>>::from_png_folder("flowers")?;
    /// println!("{classes:?}"); // ["daisy", "rose"], of flowers/daisy/*.png and flowers/rose/*.png
    /// # Ok::<(), Error>(())
    /// ```
    pub fn from_png_folder(folder: impl AsRef<Path>) -> Result<(Self, Vec<String>), Error> {
        let folder = folder.as_ref();
        let place = folder.display().to_string();
        let classes: Vec<PathBuf> = entries(folder)?.into_iter().filter(|path| path.is_dir()).collect();
        let names: Vec<String> = classes.iter().map(|path| name(path)).collect();
        if classes.len() != Classes::USIZE {
            let found = classes.len();
            let problem = format!("there are {found} folders of classes, and the dataset has {}", Classes::USIZE);
            let help = match found {
                0 => "pass the folder that holds one folder of images for each class".into(),
                _ => format!("write `Labels<U{found}>`, or look which folders there are"),
            };
            return Err(Error::data(place, problem, help));
        }
        let (mut inputs, mut labels) = (Vec::new(), Vec::new());
        for (label, class) in (0..).zip(&classes) {
            let before = labels.len();
            for image in entries(class)?.into_iter().filter(|path| is_image(path)) {
                let bytes = fs::read(&image).map_err(|source| Error::Read { path: image.clone(), source })?;
                inputs.extend(decode::<X, T>(&bytes, &image)?);
                labels.push(label);
            }
            if labels.len() == before {
                let help = "put images there, or take the folder away";
                return Err(Error::data(class.display().to_string(), "there is no PNG image in this folder", help));
            }
        }
        Ok((Self::checked_labels(&place, inputs, labels)?, names))
    }
}

/// The image of the bytes of a PNG file, as a batch of one sample: what
/// [`from_png_folder`](Dataset::from_png_folder) makes of a file.
pub fn image_from_png<X: Shape, T: Element>(bytes: &[u8]) -> Result<Batch<X, T>, Error> {
    Ok(Batch::from_vec(decode::<X, T>(bytes, Path::new("image"))?)?)
}

/// What is in a folder, sorted by name, without hidden files.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => {
            Error::data(folder.display().to_string(), "there is no such folder", "check the path")
        }
        _ => Error::Read { path: folder.into(), source },
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if !name(&path).starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Images of other formats are looked at too: it is better to be told than to train without them.
fn is_image(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|name| ["png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff"].contains(&&*name))
}

/// The values of an image of shape `X`.
fn decode<X: Shape, T: Element>(bytes: &[u8], file: &Path) -> Result<Vec<T>, Error> {
    let place = file.display().to_string();
    let wrong = |problem: String, help: &str| Error::data(&place, problem, help);
    let &[height, width, channels @ 1..=4] = X::DIMS else {
        let problem = format!("an image does not fit samples of shape {:?}", X::DIMS);
        return Err(wrong(problem, "write the shape as [height, width, channels], with 1, 2, 3 or 4 channels"));
    };
    let broken = |error: &DecodingError| match error {
        _ if !bytes.starts_with(b"\x89PNG") => {
            wrong("this is no PNG image".into(), "convert it to PNG, or take it out of the folder")
        }
        error => {
            let error = error.to_string();
            // Then come names of types.
            let error = error.split(" while decoding").next().unwrap_or_default();
            let error = error.split(": ChunkType").next().unwrap_or_default();
            wrong(format!("the image is broken ({error})"), "copy or download it again")
        }
    };
    let mut decoder = Decoder::new(Cursor::new(bytes));
    // Palettes become colours, few bits become bytes, and a transparent colour becomes alpha.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|error| broken(&error))?;
    let found = (reader.info().height as usize, reader.info().width as usize);
    // The sizes are compared before anything is allocated for them.
    if found != (height, width) {
        let problem = format!("the image is {}×{}, and samples are {height}×{width} (height×width)", found.0, found.1);
        return Err(wrong(problem, "scale the images to one size, or write another shape"));
    }
    // The decoder takes it for granted that a palette is a list of colours.
    let info = reader.info();
    let length = |list: &Option<std::borrow::Cow<'_, [u8]>>| list.as_ref().map_or(0, |list| list.len());
    let (palette, alphas) = (length(&info.palette), length(&info.trns));
    let is_list = (3..=3 * 256).contains(&palette) && palette.is_multiple_of(3) && alphas <= palette / 3;
    if info.color_type == ColorType::Indexed && !is_list {
        return Err(wrong(
            "the image is broken (its palette is no list of colours)".into(),
            "copy or download it again",
        ));
    }
    let (color, depth) = reader.output_color_type();
    let mut data = vec![0; reader.output_buffer_size().unwrap_or(0)];
    reader.next_frame(&mut data).map_err(|error| broken(&error))?;
    let values: Vec<f64> = match depth {
        BitDepth::Sixteen => {
            data.chunks_exact(2).map(|pair| f64::from(u16::from_be_bytes([pair[0], pair[1]])) / 65535.0).collect()
        }
        _ => data.iter().map(|&byte| f64::from(byte) / 255.0).collect(),
    };
    let mut image = Vec::with_capacity(X::SIZE);
    for pixel in values.chunks_exact(color.samples()) {
        let (colors, alpha) = match (color, pixel) {
            (ColorType::GrayscaleAlpha | ColorType::Rgba, [colors @ .., alpha]) => (colors, *alpha),
            _ => (pixel, 1.0),
        };
        match (colors, channels) {
            (&[red, green, blue], 1 | 2) => image.push(T::from_f64(0.299 * red + 0.587 * green + 0.114 * blue)),
            (&[grey], 3 | 4) => image.extend([T::from_f64(grey); 3]),
            (colors, _) => image.extend(colors.iter().map(|&color| T::from_f64(color))),
        }
        if matches!(channels, 2 | 4) {
            image.push(T::from_f64(alpha));
        }
    }
    if image.len() == X::SIZE {
        Ok(image)
    } else {
        Err(wrong("the image is not complete".into(), file::DOWNLOAD_AGAIN))
    }
}
