//! The listening socket: who may listen where, and a task for each connection.

use crate::{
    account::Accounts,
    limits::{LOGIN_MS, Limits, SPARE_SOCKETS},
    login::{Connection, Handlers},
    port::Port,
    tls::{self, TlsFiles},
    witness::{Log, Witness},
};
use datafusion_postgres::pgwire::tokio::{TlsAcceptor, process_socket};
use futures::FutureExt as _;
use meyar_lake::Lake;
use meyar_schemas::Invalid;
use socket2::{SockRef, TcpKeepalive};
use std::{io::ErrorKind, net::SocketAddr, panic::AssertUnwindSafe, path::PathBuf, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// How the port is opened.
#[derive(Debug, Clone)]
pub struct Options {
    pub listen: SocketAddr,
    pub accounts: PathBuf,
    pub tls: Option<TlsFiles>,
    pub limits: Limits,
}

#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("the SQL engine cannot be started: {0}")]
    Engine(#[from] datafusion::error::DataFusionError),
}

/// An open port.
pub struct Door {
    pub address: SocketAddr,
    listener: TcpListener,
    port: Arc<Port>,
    tls: Option<TlsAcceptor>,
    shutdown: CancellationToken,
}

/// A laptop that was shut must not hold its connection for ever.
const KEEPALIVE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Without TLS passwords are still not sent, but everything else is.
fn may_listen(listen: SocketAddr, tls: bool) -> Result<(), Invalid> {
    if tls || listen.ip().is_loopback() {
        return Ok(());
    }
    let remedy = "give --sql-tls-cert and --sql-tls-key, or listen on 127.0.0.1";
    Err(Invalid::new("--sql-listen", listen.to_string(), "would send calls over the network in the clear", remedy))
}

/// Everything that can be wrong is told here, before the first connection.
/// Without a witness nothing is logged.
pub async fn bind(
    options: Options,
    lake: Lake,
    witness: Option<Arc<dyn Witness>>,
    shutdown: CancellationToken,
) -> Result<Door, DoorError> {
    may_listen(options.listen, options.tls.is_some())?;
    let tls = options.tls.as_ref().map(tls::acceptor).transpose()?;
    let accounts = Accounts::read(&options.accounts)?;
    if accounts.iter().next().is_none() {
        tracing::warn!("sql: nobody has an account yet; `meyar accounts add NAME --role analyst` makes one");
    }
    let port = Arc::new(Port::new(lake, options.limits, options.accounts, tls.is_some(), Log(witness))?);
    let shown = options.listen.to_string();
    let taken = |error: std::io::Error| {
        Invalid::new("--sql-listen", shown.as_str(), format!("cannot be listened on ({error})"), "choose another port")
    };
    let listener = TcpListener::bind(options.listen).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    Ok(Door { address, listener, port, tls, shutdown })
}

impl Door {
    /// Serves until the shutdown; statements that run then are dropped.
    pub async fn run(self) {
        let mut tasks = JoinSet::new();
        let sockets = Arc::new(Semaphore::new(self.port.limits.connections + SPARE_SOCKETS));
        loop {
            let accepted = tokio::select! {
                () = self.shutdown.cancelled() => break,
                accepted = self.listener.accept() => accepted,
                Some(ended) = tasks.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!("sql: a connection ended badly: {error}");
                    }
                    continue;
                }
            };
            let (socket, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, most likely: those that close will help.
                    tracing::warn!("sql: a connection could not be taken: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let Ok(place) = sockets.clone().try_acquire_owned() else {
                tracing::warn!(%peer, "sql: too many sockets, one was closed");
                continue;
            };
            let (port, tls) = (self.port.clone(), self.tls.clone());
            tasks.spawn(async move {
                let _place = place;
                serve(socket, peer, port, tls).await;
            });
        }
    }
}

async fn serve(socket: TcpStream, peer: SocketAddr, port: Arc<Port>, tls: Option<TlsAcceptor>) {
    let Some((socket, watched)) = doubled(socket) else { return };
    let _ = SockRef::from(&socket).set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE));
    let connection = Arc::new(Connection::new(port));
    let too_slow = async {
        tokio::time::sleep(Duration::from_millis(LOGIN_MS)).await;
        if connection.is_logged_in() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        // Upstream takes a message's own word for the lengths in it, and panics where they are wrong.
        ended = AssertUnwindSafe(process_socket(socket, tls, Handlers(connection.clone()))).catch_unwind() => match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%peer, "sql: {error}"),
            Err(_) => tracing::warn!(%peer, "sql: a message could not be read, its connection was closed; check the client"),
        },
        () = hung_up(watched) => tracing::debug!(%peer, "sql: the client went away"),
        () = too_slow => tracing::warn!(%peer, "sql: a login took too long"),
    }
}

/// The protocol does not read while a query runs, so the socket is looked at from beside.
fn doubled(socket: TcpStream) -> Option<(TcpStream, std::net::TcpStream)> {
    let socket = socket.into_std().ok()?;
    let watched = socket.try_clone().ok()?;
    Some((TcpStream::from_std(socket).ok()?, watched))
}

/// Returns when the other side has closed: nobody waits for the rows any more.
async fn hung_up(socket: std::net::TcpStream) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        match socket.peek(&mut [0]) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_only_this_machine_can_connect() {
        for (listen, tls, fine) in [
            ("127.0.0.1:5433", false, true),
            ("[::1]:5433", false, true),
            ("0.0.0.0:5433", false, false),
            ("10.0.0.5:5433", false, false),
            ("[::]:5433", false, false),
            ("0.0.0.0:5433", true, true),
        ] {
            assert_eq!(may_listen(listen.parse().unwrap(), tls).is_ok(), fine, "{listen}");
        }
        let error = may_listen("0.0.0.0:5433".parse().unwrap(), false).unwrap_err().to_string();
        assert!(error.contains("--sql-tls-cert"), "{error}");
    }
}
