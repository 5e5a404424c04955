//! A call whose panic is told and not shown: a run has millions of them.

use crate::targets::Target;
use std::{
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe, PanicHookInfo},
};

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// From now on panics inside of [`run`] are kept for it; others are shown as ever.
pub fn silence() {
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        if !INSIDE.get() {
            return shown(info);
        }
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let message = info.payload_as_str().unwrap_or("a panic without words");
        LAST.set(Some(format!("{place}: {message}")));
    }));
}

/// What came of an input, or where it panicked and why.
pub fn run(target: &Target, bytes: &[u8]) -> Result<u64, String> {
    INSIDE.set(true);
    let answered = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(bytes)));
    INSIDE.set(false);
    answered.map_err(|_| LAST.take().unwrap_or_else(|| "a panic that was not told".to_owned()))
}

/// The place of a panic without its words, in which the input may stand.
pub fn place(told: &str) -> &str {
    told.split(": ").next().unwrap_or(told)
}

/// The shortest input that panics at the same place, as far as leaving pieces out finds it.
pub fn shortened(target: &Target, bytes: &[u8], told: &str) -> Vec<u8> {
    let same = |bytes: &[u8]| run(target, bytes).is_err_and(|now| place(&now) == place(told));
    let (mut best, mut piece, mut tries) = (bytes.to_vec(), bytes.len().div_ceil(2), 0);
    while piece > 0 && tries < 3_000 {
        let (mut at, before) = (0, best.len());
        while at < best.len() && tries < 3_000 {
            let mut less = best.clone();
            less.drain(at..(at + piece).min(best.len()));
            tries += 1;
            if same(&less) {
                best = less;
            } else {
                at += piece;
            }
        }
        if best.len() == before {
            piece /= 2;
        }
    }
    best
}
