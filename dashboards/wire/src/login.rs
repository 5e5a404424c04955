//! Coming in: SCRAM, then a slot. Before that nothing is answered, and every error ends the connection.

use crate::{
    account::{Account, Accounts},
    fault::{self, Refusal},
    port::Port,
    scram::{Exchange, MECHANISM, Malformed, Verifier},
    session::Session,
    setting::{SERVER_VERSION, Settings},
    tries::{Held, Tries},
    witness::Look,
};
use async_trait::async_trait;
use datafusion_postgres::pgwire::{
    api::{
        ClientInfo, ErrorHandler, METADATA_APPLICATION_NAME, METADATA_USER, PgWireConnectionState,
        PgWireServerHandlers, PidSecretKeyGenerator as _, RandomPidSecretKeyGenerator,
        auth::{
            ServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
            save_startup_parameters_to_metadata,
        },
        cancel::{CancelHandler, DefaultCancelHandler},
        query::{ExtendedQueryHandler, SimpleQueryHandler},
    },
    error::{PgWireError, PgWireResult},
    messages::{
        PgWireBackendMessage, PgWireFrontendMessage,
        startup::{Authentication, PasswordMessageFamily},
    },
};
use futures::{Sink, SinkExt as _};
use std::{
    collections::HashMap,
    fmt::Debug,
    net::{IpAddr, SocketAddr},
    sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Instant,
};

/// One socket, from its first byte on.
pub struct Connection {
    port: Arc<Port>,
    exchange: Mutex<Option<Exchange>>,
    session: OnceLock<Arc<Session>>,
}

/// Numbers of connections count up; only the secret beside them lets cancel.
static KEYS: LazyLock<RandomPidSecretKeyGenerator> = LazyLock::new(RandomPidSecretKeyGenerator::default);

pub fn not_logged_in() -> PgWireError {
    Refusal::new(fault::LOGIN_WAY, "nobody has logged in on this connection: connect again").fatal()
}

impl Connection {
    pub fn new(port: Arc<Port>) -> Self {
        Self { port, exchange: Mutex::default(), session: OnceLock::new() }
    }

    pub fn is_logged_in(&self) -> bool {
        self.session.get().is_some()
    }

    pub fn session(&self) -> PgWireResult<Arc<Session>> {
        self.session.get().cloned().ok_or_else(not_logged_in)
    }

    async fn step<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        match message {
            PgWireFrontendMessage::Startup(startup) => {
                if self.port.tls_only && !client.is_secure() {
                    let message = "this port speaks TLS only: connect with sslmode=require, or better verify-full";
                    return Err(Refusal::new(fault::LOGIN_WAY, message).fatal());
                }
                protocol_negotiation(client, &startup).await?;
                save_startup_parameters_to_metadata(client, &startup);
                client.set_state(PgWireConnectionState::AuthenticationInProgress);
                let offer = Authentication::SASL(vec![MECHANISM.to_owned()]);
                Ok(client.send(PgWireBackendMessage::Authentication(offer)).await?)
            }
            PgWireFrontendMessage::PasswordMessageFamily(message) => {
                let begun = self.exchange.lock().ok().and_then(|mut exchange| exchange.take());
                match begun {
                    None => self.first(client, message).await,
                    Some(exchange) => self.last(client, exchange, message).await,
                }
            }
            _ => Err(Refusal::new(fault::PROTOCOL, "a login was expected").fatal()),
        }
    }

    async fn first<C>(&self, client: &mut C, message: PasswordMessageFamily) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let response = message.into_sasl_initial_response()?;
        if response.auth_method != MECHANISM {
            return Err(Refusal::new(fault::LOGIN_WAY, format!("only {MECHANISM} is understood")).fatal());
        }
        let user = client.metadata().get(METADATA_USER).cloned().unwrap_or_default();
        let held = self.tries().held(&user, client.socket_addr().ip(), Instant::now());
        if let Some(held) = held {
            return Err(self.hold(&user, client.socket_addr(), held).await);
        }
        let accounts = Accounts::read(&self.port.accounts).map_err(|invalid| {
            tracing::error!("sql: nobody can log in: {invalid}");
            Refusal::new("58000", "the accounts cannot be read: see the server's log").fatal()
        })?;
        let verifier = match accounts.get(&user) {
            Some(account) => account.verifier.clone(),
            None => Verifier::pretended(&user, &self.port.secret),
        };
        let exchange = Exchange::begin(&response.data.unwrap_or_default(), verifier).map_err(|_| malformed())?;
        let answer = Authentication::SASLContinue(exchange.server_first().to_owned().into());
        if let Ok(mut place) = self.exchange.lock() {
            *place = Some(exchange);
        }
        Ok(client.send(PgWireBackendMessage::Authentication(answer)).await?)
    }

    async fn last<C>(&self, client: &mut C, exchange: Exchange, message: PasswordMessageFamily) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let user = client.metadata().get(METADATA_USER).cloned().unwrap_or_default();
        // Asked for again: the account may have gone meanwhile. The same words for a stranger and for a wrong password.
        let account = Accounts::read(&self.port.accounts).ok().and_then(|accounts| accounts.get(&user).cloned());
        let peer = client.socket_addr();
        let message = message.into_sasl_response()?;
        let outcome = self.prove(&user, account, peer.ip(), exchange, &message.data).map_err(|_| malformed())?;
        let (proof, account) = match outcome {
            Outcome::Proved(proof, account) => (proof, account),
            Outcome::Held(held) => return Err(self.hold(&user, peer, held).await),
            Outcome::Wrong => {
                tracing::warn!(%peer, user, "sql: a login was refused");
                self.port.log.saw(&user, None, &Look::Refused).await.map_err(Refusal::fatal)?;
                let message = format!("password authentication failed for user \"{user}\"");
                return Err(Refusal::new(fault::LOGIN, message).fatal());
            }
        };
        let slot = self.port.slots.clone().try_acquire_owned().map_err(|_| {
            let most = self.port.limits.connections;
            let message = format!("all {most} connections are taken: close one, or raise --sql-connections");
            Refusal::new(fault::TOO_MANY, message).fatal()
        })?;
        self.port.log.saw(&user, Some(account.role), &Look::CameIn).await.map_err(Refusal::fatal)?;
        client.send(PgWireBackendMessage::Authentication(Authentication::SASLFinal(proof.into()))).await?;
        let (number, secret) = KEYS.generate(&*client);
        client.set_pid_and_secret_key(number, secret.clone());
        let running = self.port.running.register(number, secret);
        let session = Session::new(self.port.clone(), &user, &account, running, slot);
        wishes(client.metadata(), &session.settings)?;
        tracing::info!(peer = %client.socket_addr(), user, role = %account.role, "sql: logged in");
        let _ = self.session.set(Arc::new(session));
        finish_authentication(client, &Parameters).await
    }
}

/// What became of a proof.
enum Outcome {
    /// With the server's own proof.
    Proved(String, Account),
    Wrong,
    /// Not looked at.
    Held(Held),
}

impl Connection {
    fn tries(&self) -> MutexGuard<'_, Tries> {
        self.port.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judged and counted in one step: of many tries at the same moment none slips past the count.
    fn prove(
        &self,
        user: &str,
        account: Option<Account>,
        address: IpAddr,
        exchange: Exchange,
        message: &[u8],
    ) -> Result<Outcome, Malformed> {
        let (mut tries, now) = (self.tries(), Instant::now());
        if let Some(held) = tries.held(user, address, now) {
            return Ok(Outcome::Held(held));
        }
        Ok(match exchange.finish(message)?.zip(account) {
            Some((proof, account)) => {
                tries.let_in(user, address);
                Outcome::Proved(proof, account)
            }
            None => {
                tries.refused(user, address, now);
                Outcome::Wrong
            }
        })
    }

    /// Said alike of accounts that are there and that are not.
    async fn hold(&self, user: &str, peer: SocketAddr, held: Held) -> PgWireError {
        tracing::warn!(%peer, user, wait = ?held.wait, "sql: a login was not looked at, too many were refused before");
        if held.first
            && let Err(refusal) = self.port.log.saw(user, None, &Look::Held).await
        {
            return refusal.fatal();
        }
        let seconds = held.wait.as_secs_f64().ceil();
        let remedy = "check the name and the password; `meyar accounts add` gives a new one";
        let message = format!(
            "too many logins were refused, so this one was not looked at: wait {seconds} s, then try again; {remedy}"
        );
        Refusal::new(fault::LOGIN_WAY, message).fatal()
    }
}

fn malformed() -> PgWireError {
    Refusal::new(fault::PROTOCOL, format!("the login does not follow {MECHANISM}")).fatal()
}

/// What is set in the connection's own words: `options=-c meyar.period=2024`, and settings by their names.
pub fn wishes(metadata: &HashMap<String, String>, settings: &Settings) -> PgWireResult<()> {
    for name in [METADATA_APPLICATION_NAME, "client_encoding", "statement_timeout", "search_path"] {
        if let Some(value) = metadata.get(name) {
            settings.set(name, value)?;
        }
    }
    let Some(options) = metadata.get("options") else { return Ok(()) };
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let assigned = if word == "-c" { words.next() } else { word.strip_prefix("--").or(word.strip_prefix("-c")) };
        let Some((name, value)) = assigned.and_then(|a| a.split_once('=')) else {
            let message = format!("options: `{word}` is not understood; write -c name=value");
            return Err(Refusal::new(fault::BAD_VALUE, message).into());
        };
        settings.set(&name.replace('-', "_"), value)?;
    }
    Ok(())
}

#[async_trait]
impl StartupHandler for Connection {
    async fn on_startup<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        self.step(client, message).await.map_err(fault::fatal)
    }
}

/// What a client is told about the server.
struct Parameters;

impl ServerParameterProvider for Parameters {
    fn server_parameters<C: ClientInfo>(&self, client: &C) -> Option<HashMap<String, String>> {
        let user = client.metadata().get(METADATA_USER).cloned().unwrap_or_default();
        let application = client.metadata().get(METADATA_APPLICATION_NAME).cloned().unwrap_or_default();
        let told = [
            ("server_version", SERVER_VERSION),
            ("server_encoding", "UTF8"),
            ("client_encoding", "UTF8"),
            ("integer_datetimes", "on"),
            ("standard_conforming_strings", "on"),
            ("DateStyle", "ISO, YMD"),
            ("IntervalStyle", "postgres"),
            ("TimeZone", "UTC"),
            ("is_superuser", "off"),
            ("in_hot_standby", "on"),
            ("default_transaction_read_only", "on"),
            ("session_authorization", &user),
            ("application_name", &application),
        ];
        Some(told.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

/// What is handed to the protocol: one connection plays all parts.
pub struct Handlers(pub Arc<Connection>);

struct Told;

impl ErrorHandler for Told {
    fn on_error<C: ClientInfo>(&self, _: &C, error: &mut PgWireError) {
        fault::told(error);
        tracing::debug!("sql: {error}");
    }
}

impl PgWireServerHandlers for Handlers {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        self.0.clone()
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        self.0.clone()
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        self.0.clone()
    }

    fn error_handler(&self) -> Arc<impl ErrorHandler> {
        Arc::new(Told)
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::new(DefaultCancelHandler::new(self.0.port.running.clone()))
    }
}
