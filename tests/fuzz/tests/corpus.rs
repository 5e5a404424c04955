//! Inputs that once ended, hung or slowed the program are answered, and so is a quick run of new ones.
#![allow(clippy::unwrap_used)]

use meyar_fuzz::{
    corpus, guard,
    targets::{self, Target},
    work::{Inputs, STACK_BYTES, Watch},
};
use std::{
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// Every target's share of the work on threads with the stack that parsers have; told are those that fail.
fn each(check: impl Fn(&Target) -> Vec<String> + Send + Sync + 'static) -> Vec<String> {
    guard::silence();
    let (check, left) = (Arc::new(check), Arc::new(Mutex::new(targets::all())));
    let count = thread::available_parallelism().map_or(2, usize::from);
    let threads: Vec<_> = (0..count)
        .map(|_| {
            let (check, left) = (check.clone(), left.clone());
            let next = move || left.lock().unwrap().pop();
            let work = move || std::iter::from_fn(next).flat_map(|target| check(&target)).collect::<Vec<_>>();
            thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap()
        })
        .collect();
    threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn findings_of_the_past_are_answered_in_time() {
    // Generous: what was found took minutes.
    const MOST: Duration = Duration::from_secs(5);
    let failed = each(|target| {
        let held = |(name, bytes): (String, Vec<u8>)| {
            let watch = Watch::start();
            let told = guard::run(target, &bytes).err();
            told.or_else(|| (watch.spent() > MOST).then(|| "slow".to_owned())).map(|told| format!("{name}: {told}"))
        };
        corpus::kept(&target.name).into_iter().filter_map(held).collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_quick_run_of_every_target_finds_nothing() {
    let failed = each(|target| {
        let mut inputs = Inputs::new(target, 1);
        for number in 0..target.quick {
            let bytes = inputs.make(number);
            match guard::run(target, &bytes) {
                Ok(way) => inputs.learn(way, bytes),
                Err(told) => {
                    return vec![format!(
                        "{} input {number}: {told}; kept in {:?}",
                        target.name,
                        corpus::keep(&target.name, &bytes)
                    )];
                }
            }
        }
        Vec::new()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
