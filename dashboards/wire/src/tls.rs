//! TLS from a certificate and a key; what is wrong with either is told at the start, and nothing is served instead.

use datafusion_postgres::pgwire::tokio::{
    TlsAcceptor,
    tokio_rustls::rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};
use meyar_schemas::Invalid;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// PEM files.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate, and those between it and a root.
    pub cert: PathBuf,
    pub key: PathBuf,
}

pub fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Invalid> {
    let bad = |field: &str, path: &Path, cause: String| {
        let remedy = "give a PEM file: the certificate with its chain, and its private key without a passphrase";
        Invalid::new(field, path.display().to_string(), format!("cannot be used ({cause})"), remedy)
    };
    let bad_cert = |cause: String| bad("--sql-tls-cert", &files.cert, cause);
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|error| bad_cert(error.to_string()))?;
    if chain.is_empty() {
        return Err(bad_cert("it holds no certificate".into()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| bad("--sql-tls-key", &files.key, error.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| bad("--sql-tls-key", &files.key, error.to_string()))?;
    // For clients that begin with TLS at once (sslnegotiation=direct).
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_certificate_and_no_key_are_refused_by_their_flag() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("text.pem");
        std::fs::write(&file, "not PEM\n").unwrap();
        let missing = dir.path().join("missing.pem");
        for cert in [file.clone(), missing] {
            let error = acceptor(&TlsFiles { cert: cert.clone(), key: file.clone() }).err().unwrap().to_string();
            assert!(error.contains("--sql-tls-cert") && error.contains(&cert.display().to_string()), "{error}");
        }
    }
}
