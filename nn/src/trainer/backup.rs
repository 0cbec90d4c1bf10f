//! What the checkpoint of [`Trainer::backup_and_restore`](super::Trainer::backup_and_restore) holds beside model and optimizer.

use std::path::Path;

use super::{Done, Options};
use crate::callback::{CallbackState, Callbacks, Now};
use crate::checkpoint::TrainingState;
use crate::error::Error;
use crate::history::History;
use crate::model::Model;

/// The name of the number that says that a callback has ended the training.
const ENDED: &str = "ended";

/// The names of the numbers that say what a step and an epoch are.
const BATCH_SIZE: &str = "batch_size";
const STEPS_PER_EPOCH: &str = "steps_per_epoch";

/// The most steps of a training that goes on: as many as the optimizers count in a float.
const MOST_STEPS: u64 = 1 << 53;

/// The state of a training after an epoch.
pub(super) fn state<M: Model, Cs: Callbacks<M>>(
    callbacks: &mut Cs,
    options: &Options,
    done: Done,
    now: &Now,
    history: &History,
) -> TrainingState {
    let mut numbers = vec![(BATCH_SIZE.into(), options.batch_size as f64), (STEPS_PER_EPOCH.into(), now.steps as f64)];
    // A training that Ctrl-C alone has stopped goes on when it is started again.
    if now.is_ended {
        numbers.push((ENDED.into(), 1.0));
    }
    let mut arrays = Vec::new();
    named_states(callbacks, &mut |callback, kept| {
        numbers.extend(kept.numbers.into_iter().map(|(name, value)| (format!("{callback}.{name}"), *value)));
        arrays.extend(kept.arrays.into_iter().map(|(name, values)| (format!("{callback}.{name}"), values.clone())));
    });
    let Done { epochs, steps } = done;
    TrainingState { epochs, steps, seed: options.seed, history: history.clone(), numbers, arrays }
}

/// An error if it is the state of a training with another seed or other steps, or of none that can be.
pub(super) fn check(path: &Path, state: &TrainingState, options: &Options, steps: usize) -> Result<(), Error> {
    let place = || path.display().to_string();
    let another = |option: &str, theirs: String, ours: String| {
        let problem = format!("its training has the {option} {theirs}, but this trainer has {ours}");
        let help = format!("write `.{option}({theirs})` to go on with it, or name another file for another training");
        Err(Error::data(place(), problem, help))
    };
    if state.seed != options.seed {
        return another("seed", state.seed.to_string(), options.seed.to_string());
    }
    for (option, ours) in [(BATCH_SIZE, options.batch_size), (STEPS_PER_EPOCH, steps)] {
        if let Some((_, theirs)) = state.numbers.iter().find(|known| known.0 == option)
            && theirs.to_bits() != (ours as f64).to_bits()
        {
            return another(option, theirs.to_string(), ours.to_string());
        }
    }
    if state.steps > MOST_STEPS {
        let problem = format!("its training has had {} steps, more than can be", state.steps);
        return Err(Error::data(place(), problem, "the file is damaged: copy it again, or remove it to begin anew"));
    }
    Ok(())
}

/// Gives the callbacks what they kept, and says whether the training had ended.
pub(super) fn restore<M: Model, Cs: Callbacks<M>>(state: &TrainingState, callbacks: &mut Cs) -> bool {
    named_states(callbacks, &mut |callback, kept| {
        for (name, number) in kept.numbers {
            if let Some((_, value)) = state.numbers.iter().find(|known| known.0 == format!("{callback}.{name}")) {
                *number = *value;
            }
        }
        for (name, array) in kept.arrays {
            if let Some((_, values)) = state.arrays.iter().find(|known| known.0 == format!("{callback}.{name}")) {
                array.clone_from(values);
            }
        }
    });
    state.numbers.iter().any(|known| known.0 == ENDED)
}

/// Calls `each` with the states of the callbacks and a name for each, `EarlyStopping.0`, which does not depend on the
/// callbacks of other types around it.
fn named_states<M: Model, Cs: Callbacks<M>>(callbacks: &mut Cs, each: &mut dyn FnMut(&str, CallbackState<'_>)) {
    let mut seen = Vec::new();
    callbacks.states(&mut |name, state| {
        let number = seen.iter().filter(|known| *known == name).count();
        seen.push(name.to_owned());
        each(&format!("{name}.{number}"), state);
    });
}
