//! `meyar-chaos`: the same program with failpoints that `FAILPOINTS` sets, for the delivery campaign alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    let _armed = meyar_faults::armed();
    meyar::main()
}
