//! Where the delivery campaign may interrupt: before and after each step that makes something durable.
//!
//! Without the feature `chaos` a step is nothing at all, and its name is not in the program (`tests/commands.rs` looks). With it, the variable
//! `FAILPOINTS` says what happens at a step: `lake.commit.before=3*off->1*return(kill)` ends the process like a power cut when it comes there for
//! the fourth time, `return(err)` makes the step fail, `sleep(500)` makes it slow.

/// `step!("name")`, or `step!("name", error)` where the step may also be made to fail: it then returns `error`.
#[cfg(not(feature = "chaos"))]
#[macro_export]
macro_rules! step {
    ($name:literal $(, $failed:expr)?) => {};
}

#[cfg(feature = "chaos")]
#[macro_export]
macro_rules! step {
    ($name:literal) => {
        let _ = $crate::reached($name);
    };
    ($name:literal, $failed:expr) => {
        if $crate::reached($name) {
            return $failed;
        }
    };
}

/// Reads `FAILPOINTS`; they hold as long as what is returned.
#[cfg(feature = "chaos")]
#[must_use]
pub fn armed() -> fail::FailScenario<'static> {
    fail::FailScenario::setup()
}

/// Whether the step is to fail.
#[cfg(feature = "chaos")]
pub fn reached(name: &str) -> bool {
    fail::fail_point!(name, |what| {
        if what.as_deref() == Some("kill") {
            // No destructor, no last word.
            std::process::abort();
        }
        true
    });
    false
}
