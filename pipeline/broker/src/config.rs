//! How to reach a broker. Everything that differs between Kafkas is here.

use meyar_schemas::Subject;
use rdkafka::ClientConfig;

/// Messages stay under Kafka's default limit of 1 MiB, with room for headers.
pub const MAX_MESSAGE_BYTES: usize = 1_000_000;

#[derive(Debug, Clone)]
pub struct BrokerConfig {
    /// `host:port[,host:port]`
    pub brokers: String,
    /// Put before every topic and group, so that several deployments can share one Kafka.
    pub prefix: String,
    /// Partitions of topics that Meyar makes itself.
    pub partitions: i32,
    /// Copies that Kafka keeps of them.
    pub replication: i32,
    /// How long Kafka keeps messages in them. The lake keeps the rest; what its rules delete must be gone here before.
    pub keep_days: u32,
    /// Extra librdkafka properties (TLS, SASL), from `MEYAR_KAFKA_<PROPERTY>`.
    pub extra: Vec<(String, String)>,
}

impl BrokerConfig {
    pub fn new(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            prefix: "meyar.".into(),
            partitions: 2,
            replication: 1,
            keep_days: 7,
            extra: Vec::new(),
        }
    }

    pub fn topic(&self, subject: Subject) -> String {
        format!("{}{}", self.prefix, subject.name())
    }

    /// The subject of a topic that carries our prefix.
    pub fn subject(&self, topic: &str) -> Option<Subject> {
        topic.strip_prefix(&self.prefix)?.parse().ok()
    }

    pub fn group(&self, stage: &str) -> String {
        format!("{}{stage}", self.prefix)
    }

    pub fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", "meyar")
            .set("socket.keepalive.enable", "true")
            .set("broker.address.family", "v4")
            .set("reconnect.backoff.max.ms", "2000")
            .set("log.connection.close", "false");
        self.with_extra(config)
    }

    /// What people set overrules what was set before it.
    pub(crate) fn with_extra(&self, mut config: ClientConfig) -> ClientConfig {
        for (key, value) in &self.extra {
            config.set(key, value);
        }
        config
    }

    /// `MEYAR_KAFKA_SECURITY_PROTOCOL=SASL_SSL` becomes `security.protocol=SASL_SSL`.
    pub fn extra_from_env(vars: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
        vars.filter_map(|(k, v)| Some((k.strip_prefix("MEYAR_KAFKA_")?.to_ascii_lowercase().replace('_', "."), v)))
            .collect()
    }
}
