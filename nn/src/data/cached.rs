//! [`mnist_cached`] and [`fashion_mnist_cached`]: datasets that are downloaded once.

use super::download::Download;
use super::mnist::{Mnist, mnist};
use crate::error::Error;

/// MNIST, downloaded once; then the same as [`mnist`](fn@mnist) of the folder where it lies.
///
/// The first call downloads 11 MB from one of several mirrors into [the cache](crate::data::download), where the files
/// take 55 MB, and verifies their contents; later calls need no network. The data are under CC BY-SA 3.0.
///
/// An error, which says what each mirror answered and where to put the files by hand, if they
/// [cannot be had](Download::fetch).
///
/// ```no_run
/// use katachi::data::mnist_cached;
///
/// let data = mnist_cached()?;
/// assert_eq!(data.train.len(), 60_000);
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn mnist_cached() -> Result<Mnist, Error> {
    let files = [
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ];
    let download = four_files("mnist", files)
        .mirror("https://storage.googleapis.com/cvdf-datasets/mnist")
        .mirror("https://ossci-datasets.s3.amazonaws.com/mnist")
        .mirror("https://raw.githubusercontent.com/fgnt/mnist/master");
    mnist(download.fetch()?)
}

/// Fashion-MNIST, downloaded once: 28×28 pixels and labels as those of [`mnist`](fn@mnist), of clothes in place of
/// digits.
///
/// The classes are T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot. The first call
/// downloads 31 MB into [the cache](crate::data::download), where the files take 55 MB; all else is as with
/// [`mnist_cached`]. From Zalando Research (MIT licence): H. Xiao, K. Rasul and R. Vollgraf, 2017,
/// <https://arxiv.org/abs/1708.07747>.
///
/// ```no_run
/// use katachi::data::fashion_mnist_cached;
///
/// let data = fashion_mnist_cached()?;
/// assert_eq!(data.test.len(), 10_000);
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn fashion_mnist_cached() -> Result<Mnist, Error> {
    // Its makers publish the MD5 of the compressed files; these are of the contents.
    let files = [
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ];
    let download = four_files("fashion-mnist", files)
        .mirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets")
        .mirror("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion")
        .mirror("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com");
    mnist(download.fetch()?)
}

/// The files of MNIST and its relatives, which are all of the same sizes: images and labels for training, then for the
/// test.
fn four_files(name: &str, [train_images, train_labels, test_images, test_labels]: [&str; 4]) -> Download {
    Download::new(name)
        .file("train-images-idx3-ubyte", 47_040_016, train_images)
        .file("train-labels-idx1-ubyte", 60_008, train_labels)
        .file("t10k-images-idx3-ubyte", 7_840_016, test_images)
        .file("t10k-labels-idx1-ubyte", 10_008, test_labels)
}
