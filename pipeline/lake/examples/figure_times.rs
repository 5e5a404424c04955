//! How long each figure of a period takes, in one process: `figure_times LAKE PERIOD [FIGURE …]`.
#![allow(clippy::unwrap_used)]

use meyar_lake::{Lake, LakeOptions, Period};
use std::time::Instant;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let (place, period) = (args.next().unwrap(), args.next().unwrap());
    let period: Period = period.parse().unwrap();
    let named: Vec<String> = args.collect();
    let lake = Lake::open(&place, LakeOptions::default()).unwrap();
    let begun = Instant::now();
    lake.prepare(&period, ["kpi"].into_iter()).await.unwrap();
    println!("{:>8.0} ms  calls put together", begun.elapsed().as_secs_f64() * 1e3);
    let names: Vec<String> =
        lake.figures().map(|f| f.name.clone()).filter(|n| named.is_empty() || named.contains(n)).collect();
    for name in names {
        let at = Instant::now();
        let rows: usize = lake.figure(&name, &period, None).await.unwrap().iter().map(|b| b.num_rows()).sum();
        println!("{:>8.0} ms  {name} ({rows} rows)", at.elapsed().as_secs_f64() * 1e3);
    }
    println!("{:>8.0} ms  in all", begun.elapsed().as_secs_f64() * 1e3);
}
