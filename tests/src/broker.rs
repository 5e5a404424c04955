//! A broker that a test takes away and gives back.

use crate::{World, world::broker_program};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// The embedded broker, run by hand so that it can be killed and come back on its port.
pub struct Broker {
    port: u16,
    data: PathBuf,
    child: Child,
}

impl Broker {
    /// On a free port, and a deployment on it.
    pub fn with_world(data: &Path) -> (Self, World) {
        let port =
            TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).expect("there is a free port").port();
        (Self::start(port, data), World::on(&format!("127.0.0.1:{port}")))
    }

    pub fn start(port: u16, data: &Path) -> Self {
        let mut command = Command::new(broker_program());
        command.args(["--port", &port.to_string(), "--data"]).arg(data);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self { port, data: data.to_owned(), child: child.expect("the embedded broker starts") }
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn again(&mut self) {
        self.kill();
        *self = Self::start(self.port, &self.data);
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}
