//! [`CtrlC`].

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Callback, Stop, Training};
use crate::error::Error;
use crate::model::Model;
use crate::save::Save;

/// Ctrl-C ends the epoch, not the program.
///
/// Once, and the training ends after the epoch that runs; twice, and it ends after the batch; a third time ends the program.
/// The training ends as any other: the epoch is validated, callbacks save what they save, and `fit` gives the history. Between
/// trainings Ctrl-C ends the program at once. SIGTERM, which a computing cluster sends before it takes the machine away, does
/// the same as Ctrl-C.
///
/// ```no_run
/// use katachi::callback::CtrlC;
/// use katachi::prelude::*;
///
/// model! {
///     struct Classifier { logits: Dense(64 => 10) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let mut classifier = Classifier::init(22);
/// let mut ctrl_c = CtrlC::new()?.saving("interrupted.safetensors");
/// Trainer::new(Adam::new(1e-3), SparseCategoricalCrossentropy::from_logits())
///     .epochs(1000)
///     .callback(&mut ctrl_c)
///     .fit(&mut classifier, &data::digits())?;
/// if ctrl_c.was_pressed() {
///     println!("the weights are in interrupted.safetensors");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct CtrlC {
    path: Option<PathBuf>,
    pressed: bool,
}

/// How often Ctrl-C was pressed in the trainings that run, and how many those are.
static PRESSED: AtomicUsize = AtomicUsize::new(0);
static TRAININGS: AtomicUsize = AtomicUsize::new(0);

impl CtrlC {
    /// Takes Ctrl-C over for the trainings that it is given to.
    ///
    /// An error if the program handles Ctrl-C already: there can be one handler only.
    pub fn new() -> Result<Self, Error> {
        static HANDLER: OnceLock<Result<(), String>> = OnceLock::new();
        let set = HANDLER.get_or_init(|| ctrlc::set_handler(pressed).map_err(|error| error.to_string()));
        match set {
            Ok(()) => Ok(Self { path: None, pressed: false }),
            Err(error) => Err(Error::data(
                "`CtrlC`",
                format!("Ctrl-C cannot be handled here: {error}"),
                "leave this callback out and stop the training from the handler that there is, by a callback of your own",
            )),
        }
    }

    /// Saves the model to that file when Ctrl-C has ended the training.
    pub fn saving(mut self, path: impl AsRef<Path>) -> Self {
        self.path = Some(path.as_ref().to_owned());
        self
    }

    /// Whether Ctrl-C has ended the last training.
    pub fn was_pressed(&self) -> bool {
        self.pressed
    }
}

/// The handler, on a thread of its own.
fn pressed() {
    const INTERRUPTED: i32 = 130; // 128 + SIGINT, as shells have it.
    let times = PRESSED.fetch_add(1, Ordering::SeqCst) + 1;
    if TRAININGS.load(Ordering::SeqCst) == 0 || times > 2 {
        std::process::exit(INTERRUPTED);
    }
    let line = if times == 1 {
        "Ctrl-C: the training ends after this epoch; press it again to end it after this batch"
    } else {
        "Ctrl-C: the training ends after this batch; press it again to end the program"
    };
    crate::progress::say(line);
}

impl<M: Model> Callback<M> for CtrlC {
    fn on_train_begin(&mut self, _: &mut Training<'_, M>) -> Result<(), Error> {
        self.pressed = false;
        if TRAININGS.fetch_add(1, Ordering::SeqCst) == 0 {
            PRESSED.store(0, Ordering::SeqCst);
        }
        Ok(())
    }

    fn on_batch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        if PRESSED.load(Ordering::Relaxed) > 1 {
            training.now.stop = Stop::AfterBatch;
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        if PRESSED.load(Ordering::SeqCst) > 0 {
            self.pressed = true;
            training.now.stop = training.now.stop.max(Stop::AfterEpoch);
        }
        Ok(())
    }

    fn on_train_end(&mut self, training: &mut Training<'_, M>) -> Result<(), Error> {
        TRAININGS.fetch_sub(1, Ordering::SeqCst);
        match &self.path {
            Some(path) if self.pressed => training.model.save(path),
            _ => Ok(()),
        }
    }
}
