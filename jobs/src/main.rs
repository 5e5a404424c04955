//! `meyar`

use std::process::ExitCode;

fn main() -> ExitCode {
    meyar::main()
}
