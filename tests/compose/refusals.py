"""Broken compose files, each of which the rules must refuse, with the words that the refusal must hold.

Without these a rule that never fires would look like a rule that is kept.
"""
import copy

from rules import RULES, Facts


def put(*path_and_value):
    *path, last, value = path_and_value

    def change(doc: dict) -> None:
        node = doc
        for key in path:
            node = node[key]
        node[last] = value

    return change


def drop(*path):
    def change(doc: dict) -> None:
        node = doc
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]

    return change


S = "services"
BROKEN = [
    ("a misspelt key at the top", put("service", {}), "the key 'service' is not known"),
    ("the retired version key", put("version", "3.9"), "the key 'version' is not known"),
    ("a misspelt key of a service", put(S, "web", "helthcheck", {}), "the key 'helthcheck' is not known"),
    ("a container name, which forbids scaling", put(S, "lander", "container_name", "x"), "the key 'container_name' is not known"),
    ("privileged", put(S, "web", "privileged", True), "the key 'privileged' is not known"),
    ("a number where a text must stand", put(S, "kafka", "environment", "KAFKA_NODE_ID", 1), "must be a text in quotes"),
    ("a command that a shell would split", put(S, "web", "command", "serve --data /data"), "command must be a list"),
    ("an image without a tag", put(S, "grafana", "image", "grafana/grafana"), "not pinned"),
    ("an image called latest", put(S, "grafana", "image", "grafana/grafana:latest"), "not pinned"),
    ("an image pinned to a major version only", put(S, "prometheus", "image", "prom/prometheus:v3"), "not pinned"),
    ("another Kafka than the tested one", put(S, "kafka", "image", "apache/kafka:4.0.0"), "not the Kafka that the tests run"),
    ("an image of ours of another version", put(S, "web", "image", "meyar:9.9.9"), "not of the workspace's version"),
    ("an image of ours that is not built", drop(S, "web", "build"), "must be built here"),
    ("a port open to the network", put(S, "web", "ports", ["8080:8080"]), "not bound to 127.0.0.1"),
    ("a port on all addresses", put(S, "web", "ports", ["0.0.0.0:8080:8080"]), "not bound to 127.0.0.1"),
    ("a port without a host side", put(S, "web", "ports", ["8080"]), "not bound to 127.0.0.1"),
    ("one host port twice", put(S, "web", "ports", ["127.0.0.1:3000:8080"]), "host port 3000 is taken"),
    ("a port on internal networks only", put(S, "grafana", "networks", ["monitoring"]), "all its networks are internal"),
    ("no health check", drop(S, "storage", "healthcheck"), "it has no health check"),
    ("a health check switched off", put(S, "web", "healthcheck", {"test": ["NONE"]}), "begins with CMD or CMD-SHELL"),
    ("a health check without a unit", put(S, "web", "healthcheck", {"test": ["CMD", "x"], "interval": 15, "timeout": "5s", "retries": 3, "start_period": "9s"}), "is not a duration"),
    ("a health check that overlaps itself", put(S, "web", "healthcheck", {"test": ["CMD", "x"], "interval": "5s", "timeout": "9s", "retries": 3, "start_period": "9s"}), "shorter than its interval"),
    ("a service that is never started again", put(S, "web", "restart", "no"), "restart must be"),
    ("a job that is started for ever", put(S, "topics", "restart", "always"), "it is meant to end"),
    ("a dependency that does not exist", put(S, "web", "depends_on", {"broker": {"condition": "service_started"}}), "which is no service"),
    ("a condition that does not exist", put(S, "web", "depends_on", {"kafka": {"condition": "service_ready"}}), "does not exist"),
    ("waiting for the health of a job", put(S, "web", "depends_on", {"topics": {"condition": "service_healthy"}}), "that has no health check"),
    ("a circle", put(S, "kafka", "depends_on", {"web": {"condition": "service_healthy"}}), "waits for itself"),
    ("a volume that is not declared", put(S, "web", "volumes", ["lakes:/data"]), "'lakes' is not declared"),
    ("a volume that nobody uses", put("volumes", "old", None), "never used"),
    ("a folder that does not exist", put(S, "grafana", "volumes", ["./dashboards/graphana:/x:ro"]), "does not exist in the clone"),
    ("the clone mounted writable", put(S, "prometheus", "volumes", ["./dashboards/prometheus:/etc/prometheus"]), "must be mounted read-only"),
    ("a folder of the host", put(S, "web", "volumes", ["/etc:/data"]), "no volume name"),
    ("two mounts at one place", put(S, "web", "tmpfs", ["/data:size=1m"]), "two things are mounted"),
    ("a network that is not declared", put(S, "web", "networks", ["streams"]), "'streams' is not declared"),
    ("no way to what is waited for", put(S, "web", "networks", ["outside"]), "shares no network"),
    ("no limit of memory", put(S, "web", "deploy", {"resources": {"limits": {"cpus": "1"}}}), "limit of memory"),
    ("no limits at all", drop(S, "kafka", "deploy"), "limit of cpus"),
    ("a password in the file", put(S, "grafana", "environment", "GF_SECURITY_ADMIN_PASSWORD", "admin"), "must come from a required variable"),
    ("a password with a default", put(S, "grafana", "environment", "GF_SECURITY_ADMIN_PASSWORD", "${GRAFANA_ADMIN_PASSWORD:-admin}"), "must come from a required variable"),
    ("a variable that nobody explains", put(S, "web", "environment", "X", "${MEYAR_X:-1}"), "not in .env.example"),
    ("a variable that may be silently empty", put(S, "web", "environment", "X", "${KAFKA_CLUSTER_ID}"), "silently empty"),
    ("a stage missing", drop(S, "evaluator"), "the stage evaluator has no service"),
    ("a stage that publishes a port", put(S, "recorder", "ports", ["127.0.0.1:8081:8080"]), "cannot be scaled"),
    ("a network of the host", put(S, "web", "network_mode", "host"), "network_mode can only be none"),
    ("the SQL port elsewhere", put(S, "web", "command", ["serve", "--sql-listen", "0.0.0.0:5434"]), "Grafana asks web:5433"),
    ("no SQL port", put(S, "web", "command", ["serve"]), "Grafana asks web:5433"),
    ("Grafana without the port's certificate", put(S, "grafana", "volumes", ["grafana:/var/lib/grafana"]), "does not see the port's certificate"),
    ("a certificate for another name", put(S, "certificate", "command", ["openssl -addext subjectAltName=DNS:x -keyout /data/key.pem -out /data/cert.pem"]), "for the name DNS:web"),
    ("a certificate elsewhere", put(S, "certificate", "volumes", ["models:/data"]), "must make the port's certificate"),
    ("an account that sees too much", put(S, "account", "command", ["accounts", "add", "grafana", "--role", "analyst"]), "the job makes another account"),
    ("an account elsewhere", put(S, "account", "volumes", ["models:/data"]), "not written where the port looks"),
    ("another password", put(S, "account", "environment", "MEYAR_PASSWORD", "${GRAFANA_ADMIN_PASSWORD:?x}"), "another password than the account"),
    ("a port before its account", drop(S, "web", "depends_on", "account"), "does not wait for a job that makes the account"),
    ("no store of people's work", drop(S, "web", "environment", "MEYAR_WORK"), "MEYAR_WORK must be"),
    ("the store's password in the file", put(S, "web", "environment", "MEYAR_WORK", "postgres://meyar:meyar@postgres/meyar"), "MEYAR_WORK must be"),
    ("another password than the store's", put(S, "postgres", "environment", "POSTGRES_PASSWORD", "${GRAFANA_ADMIN_PASSWORD:?x}"), "as somebody else"),
    ("another PostgreSQL than the tested one", put(S, "postgres", "image", "postgres:17.5"), "not the PostgreSQL 15"),
    ("pages before the store", drop(S, "web", "depends_on", "postgres"), "does not wait for postgres"),
    ("a store with a port", put(S, "postgres", "ports", ["127.0.0.1:5432:5432"]), "can be reached from elsewhere"),
    ("a store with a way out", put(S, "postgres", "networks", ["outside"]), "can be reached from elsewhere"),
    ("a store without a volume", put(S, "postgres", "volumes", ["work:/data"]), "lies in no volume"),
    ("a writable root file system", put(S, "recorder", "read_only", False), "read-only root"),
]


def problems_of(doc: dict, facts: Facts) -> list[str]:
    return [problem for rule in RULES.values() for problem in rule(doc, facts)]


def check(doc: dict, facts: Facts) -> list[tuple[str, str]]:
    """For each broken file its name and what is wrong with the checking of it, or nothing."""
    results = []
    for name, change, words in BROKEN:
        broken = copy.deepcopy(doc)
        change(broken)
        found = problems_of(broken, facts)
        told = any(words in problem for problem in found)
        results.append((f"refused: {name}", "" if told else f"expected a refusal with '{words}', got {found or 'none'}"))
    return results
