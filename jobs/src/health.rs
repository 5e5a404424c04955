//! `meyar health`: for container health checks, where no curl is.

use anyhow::{Context as _, Result, bail};
use std::{
    io::{Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

#[derive(clap::Args)]
pub struct Args {
    /// The page that answers 200 when all is well
    #[arg(long, default_value = "http://127.0.0.1:8080/healthz")]
    url: url::Url,
}

pub async fn run(args: &Args) -> Result<()> {
    let url = args.url.clone();
    tokio::task::spawn_blocking(move || ask(&url)).await?
}

fn ask(url: &url::Url) -> Result<()> {
    if url.scheme() != "http" {
        bail!("--url: `{}` is not spoken here; write http://host:port/healthz", url.scheme());
    }
    let within = Duration::from_secs(5);
    let host = url.host_str().context("--url: has no host; write http://host:port/healthz")?;
    let port = url.port_or_known_default().unwrap_or(80);
    let address = (host, port).to_socket_addrs()?.next().context("--url: the host has no address")?;
    let mut stream = TcpStream::connect_timeout(&address, within).with_context(|| format!("{url} does not answer"))?;
    stream.set_read_timeout(Some(within))?;
    let asked = &url[url::Position::BeforePath..url::Position::AfterQuery];
    write!(stream, "GET {asked} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    println!("{}", body.trim());
    if answer.split(' ').nth(1) != Some("200") {
        bail!("{url} answered {}", answer.lines().next().unwrap_or("nothing"));
    }
    Ok(())
}
