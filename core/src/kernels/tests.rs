use std::cell::Cell;

use super::processor::Processor;

std::thread_local! {
    static FORCED: Cell<Option<Processor>> = const { Cell::new(None) };
}

pub(crate) fn forced() -> Option<Processor> {
    FORCED.get()
}
