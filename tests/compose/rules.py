"""The rules that docker-compose.yml is held to, each a function from the read file to the problems it finds.

The keys are those of the Compose specification that this project has a use for: a key that is misspelt, or that nobody
here has thought about, is refused. `Facts` is what stands around the file: the folder, .env.example, versions.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path

TOP = {"name", "services", "volumes", "networks"}
SERVICE = {
    "build", "cap_drop", "command", "depends_on", "deploy", "entrypoint", "environment", "healthcheck", "image", "init",
    "logging", "network_mode", "networks", "ports", "read_only", "restart", "security_opt", "stop_grace_period", "stop_signal",
    "tmpfs", "user", "volumes",
}
HEALTH = {"test", "interval", "timeout", "retries", "start_period", "start_interval"}
DEPLOY = {"replicas", "resources"}
LIMITS = {"cpus", "memory", "pids"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
NETWORK = {"driver", "internal"}

DURATION = re.compile(r"^(?=.)(\d+h)?(\d+m)?(\d+s)?(\d+ms)?(\d+us)?$")
BYTES = re.compile(r"^\d+(\.\d+)?(b|k|kb|m|mb|g|gb)$")
IMAGE = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._/:-]*?)(:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]*))?(@sha256:(?P<digest>[0-9a-f]{64}))?$")
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>[A-Za-z_]\w*)(?P<rest>:?[-?+][^}]*)?\}|\$(?P<bare>[A-Za-z_]\w*)")
SECRET = re.compile(r"PASSWORD|SECRET|ACCESS_KEY|TOKEN", re.I)
FLOATING = {"latest", "main", "master", "edge", "nightly", "stable", "dev"}


@dataclass
class Facts:
    """What the file is held against."""

    root: Path
    example: dict[str, str] = field(default_factory=dict)
    kafka_version: str = ""
    meyar_version: str = ""
    lake_source: dict = field(default_factory=dict)  # Grafana's data source over the SQL port


def is_meyar(service: dict) -> bool:
    return str(service.get("image", "")).split(":")[0] == "meyar"


def seconds(text: str) -> float:
    units = {"h": 3600, "m": 60, "s": 1, "ms": 0.001, "us": 0.000001}
    return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+)(ms|us|h|m|s)", text))


def unknown_keys(where: str, given: dict, allowed: set) -> list[str]:
    return [f"{where}: the key '{key}' is not known here" for key in given if key not in allowed and not str(key).startswith("x-")]


def shape(doc: dict, facts: Facts) -> list[str]:
    """Known keys only, each of the kind that the specification gives it."""
    problems = unknown_keys("file", doc, TOP)
    if not isinstance(doc.get("services"), dict) or not doc["services"]:
        return problems + ["file: there are no services"]
    for name, service in doc["services"].items():
        if not isinstance(service, dict):
            problems.append(f"{name}: a service must be a mapping")
            continue
        problems += unknown_keys(name, service, SERVICE)
        for key in ("cap_drop", "networks", "ports", "security_opt", "tmpfs", "volumes"):
            if key in service and not (isinstance(service[key], list) and all(isinstance(v, str) for v in service[key])):
                problems.append(f"{name}: {key} must be a list of texts")
        if service.get("network_mode", "none") != "none" or ("network_mode" in service and "networks" in service):
            problems.append(f"{name}: network_mode can only be none, for what needs no network, and then without networks")
        for key, value in (service.get("environment") or {}).items():
            # A bare yes, on or 1e3 would reach the program as something else than what is written.
            if not isinstance(value, str):
                problems.append(f"{name}: environment {key} must be a text in quotes, not {value!r}")
        for key in ("init", "read_only"):
            if key in service and not isinstance(service[key], bool):
                problems.append(f"{name}: {key} must be true or false")
        for key in ("command", "entrypoint"):
            if key in service and not (isinstance(service[key], list) and all(isinstance(v, str) for v in service[key])):
                problems.append(f"{name}: {key} must be a list of texts, so that no shell splits it")
        grace = service.get("stop_grace_period", "10s")
        if not isinstance(grace, str) or not DURATION.match(grace):
            problems.append(f"{name}: stop_grace_period '{grace}' is not a duration")
        deploy = service.get("deploy", {})
        problems += unknown_keys(f"{name}: deploy", deploy, DEPLOY)
        problems += unknown_keys(f"{name}: deploy.resources", deploy.get("resources", {}), {"limits", "reservations"})
    for name, network in (doc.get("networks") or {}).items():
        problems += unknown_keys(f"network {name}", network or {}, NETWORK)
    return problems


def images(doc: dict, facts: Facts) -> list[str]:
    """Every image is pinned by a full version or a digest; ours carries the workspace's version and is built here."""
    problems = []
    for name, service in doc["services"].items():
        image = service.get("image", "")
        parts = IMAGE.match(image)
        if not parts:
            problems.append(f"{name}: image '{image}' is not an image name")
            continue
        tag, digest = parts["tag"], parts["digest"]
        if not digest and (not tag or tag in FLOATING or not re.search(r"\d+\.\d+", tag)):
            problems.append(f"{name}: image '{image}' is not pinned; write a full version or a digest")
        if is_meyar(service):
            if tag != facts.meyar_version:
                problems.append(f"{name}: image '{image}' is not of the workspace's version {facts.meyar_version}")
            if service.get("build") != "." or not (facts.root / "Dockerfile").is_file():
                problems.append(f"{name}: our own image must be built here, from the Dockerfile")
        if parts["name"] == "apache/kafka" and tag != facts.kafka_version:
            problems.append(f"{name}: image '{image}' is not the Kafka that the tests run ({facts.kafka_version}, tests/kafka/pom.xml)")
    return problems


def ports(doc: dict, facts: Facts) -> list[str]:
    """Nothing is published beyond this host, and no host port twice."""
    problems, taken = [], {}
    for name, service in doc["services"].items():
        for port in service.get("ports", []):
            match = re.match(r"^127\.0\.0\.1:(\d+):(\d+)(/(tcp|udp))?$", port)
            if not match or not all(0 < int(number) < 65536 for number in match.group(1, 2)):
                problems.append(f"{name}: port '{port}' is not bound to 127.0.0.1; write 127.0.0.1:HOST:CONTAINER")
                continue
            if match[1] in taken:
                problems.append(f"{name}: host port {match[1]} is taken by {taken[match[1]]}")
            taken[match[1]] = name
        if service.get("ports"):
            mine = [(doc.get("networks") or {}).get(n) or {} for n in service.get("networks", [])]
            if mine and all(network.get("internal") for network in mine):
                problems.append(f"{name}: it publishes a port, but all its networks are internal")
    return problems


def jobs(doc: dict) -> set[str]:
    """Services that are meant to end: others wait for their success."""
    waited = set()
    for service in doc["services"].values():
        for other, how in depends(service).items():
            if (how or {}).get("condition") == "service_completed_successfully":
                waited.add(other)
    return waited


def depends(service: dict) -> dict:
    given = service.get("depends_on") or {}
    return {name: {"condition": "service_started"} for name in given} if isinstance(given, list) else given


def health(doc: dict, facts: Facts) -> list[str]:
    """Every service that stays has a health check that can tell sick from well."""
    problems = []
    for name, service in doc["services"].items():
        check = service.get("healthcheck")
        if name in jobs(doc):
            if service.get("restart") not in ("no", "on-failure"):
                problems.append(f"{name}: it is meant to end, so restart must be 'no' or on-failure")
            continue
        if service.get("restart") not in ("unless-stopped", "always"):
            problems.append(f"{name}: restart must be unless-stopped or always")
        if not isinstance(check, dict):
            problems.append(f"{name}: it has no health check")
            continue
        problems += unknown_keys(f"{name}: healthcheck", check, HEALTH)
        test = check.get("test")
        if not isinstance(test, list) or len(test) < 2 or test[0] not in ("CMD", "CMD-SHELL") or not all(isinstance(t, str) for t in test):
            problems.append(f"{name}: healthcheck.test must be a list that begins with CMD or CMD-SHELL")
        elif test[0] == "CMD-SHELL" and len(test) != 2:
            problems.append(f"{name}: healthcheck.test with CMD-SHELL takes one text")
        for key in ("interval", "timeout", "start_period"):
            if not isinstance(check.get(key), str) or not DURATION.match(check[key]):
                problems.append(f"{name}: healthcheck.{key} '{check.get(key)}' is not a duration")
        if not isinstance(check.get("retries"), int) or check["retries"] < 1:
            problems.append(f"{name}: healthcheck.retries must be a whole number from 1")
        if not problems and seconds(check["timeout"]) >= seconds(check["interval"]):
            problems.append(f"{name}: healthcheck.timeout must be shorter than its interval")
    return problems


def order(doc: dict, facts: Facts) -> list[str]:
    """depends_on names services that exist, by a condition they can meet, and without a circle."""
    problems, services = [], doc["services"]
    for name, service in services.items():
        for other, how in depends(service).items():
            condition = (how or {}).get("condition")
            problems += unknown_keys(f"{name}: depends_on {other}", how or {}, {"condition", "required", "restart"})
            if other not in services:
                problems.append(f"{name}: depends on '{other}', which is no service")
            elif condition not in CONDITIONS:
                problems.append(f"{name}: depends_on {other}: condition '{condition}' does not exist")
            elif condition == "service_healthy" and not services[other].get("healthcheck"):
                problems.append(f"{name}: waits for {other} to be healthy, but that has no health check")
    done, path = set(), []

    def walk(name: str) -> None:
        if name in path:
            problems.append(f"{name}: waits for itself: {' → '.join(path[path.index(name):] + [name])}")
        elif name in services and name not in done:
            path.append(name)
            for other in depends(services[name]):
                walk(other)
            done.add(path.pop())

    for name in services:
        walk(name)
    return problems


def storage(doc: dict, facts: Facts) -> list[str]:
    """Named volumes are declared and used; folders of the clone exist and are mounted read-only."""
    problems, used = [], set()
    declared = doc.get("volumes") or {}
    for name, service in doc["services"].items():
        targets = [entry.split(":")[0] for entry in service.get("tmpfs", [])]
        for volume in service.get("volumes", []):
            source, _, rest = volume.partition(":")
            target, _, mode = rest.partition(":")
            targets.append(target)
            if not target.startswith("/"):
                problems.append(f"{name}: volume '{volume}' is mounted at no absolute path")
            if mode not in ("", "ro", "rw"):
                problems.append(f"{name}: volume '{volume}': the mode '{mode}' does not exist")
            if source.startswith("."):
                if not (facts.root / source).exists():
                    problems.append(f"{name}: '{source}' does not exist in the clone")
                if mode != "ro":
                    problems.append(f"{name}: '{source}' is part of the clone and must be mounted read-only (:ro)")
            elif not re.match(r"^[a-z][a-z0-9_-]*$", source):
                problems.append(f"{name}: volume '{source}' is no volume name and no folder of the clone")
            else:
                used.add(source)
                if source not in declared:
                    problems.append(f"{name}: the volume '{source}' is not declared")
        for target in {t for t in targets if targets.count(t) > 1}:
            problems.append(f"{name}: two things are mounted at {target}")
    return problems + [f"volume {name} is declared and never used" for name in declared if name not in used]


def networks(doc: dict, facts: Facts) -> list[str]:
    problems, used, declared = [], set(), doc.get("networks") or {}
    for name, service in doc["services"].items():
        for network in service.get("networks", []):
            used.add(network)
            if network not in declared:
                problems.append(f"{name}: the network '{network}' is not declared")
        for other in depends(service):
            theirs = set(doc["services"].get(other, {}).get("networks", []))
            if other not in jobs(doc) and not theirs & set(service.get("networks", [])):
                problems.append(f"{name}: waits for {other}, but shares no network with it")
    return problems + [f"network {name} is declared and never used" for name in declared if name not in used]


def limits(doc: dict, facts: Facts) -> list[str]:
    """No service can take the whole machine."""
    problems = []
    for name, service in doc["services"].items():
        given = service.get("deploy", {}).get("resources", {}).get("limits", {})
        problems += unknown_keys(f"{name}: limits", given, LIMITS)
        if not isinstance(given.get("cpus"), str) or not re.match(r"^\d+(\.\d+)?$", given["cpus"]):
            problems.append(f"{name}: the limit of cpus must be a number in quotes")
        if not isinstance(given.get("memory"), str) or not BYTES.match(given["memory"]):
            problems.append(f"{name}: the limit of memory must be a size like 512m")
    return problems


def secrets(doc: dict, facts: Facts) -> list[str]:
    """No secret stands in the file; each comes from a variable that .env.example explains, and that one is empty there."""
    problems = []
    for name, service in doc["services"].items():
        for key, value in (service.get("environment") or {}).items():
            if SECRET.search(key) and not re.fullmatch(r"\$\{\w+:\?[^}]+\}", str(value)):
                problems.append(f"{name}: {key} must come from a required variable: ${{NAME:?why}}")
    for text in texts(doc):
        for match in VARIABLE.finditer(text):
            variable = match["name"] or match["bare"]
            if not variable:
                continue
            if variable not in facts.example:
                problems.append(f"the variable {variable} is not in .env.example")
            elif SECRET.search(variable) and facts.example[variable]:
                problems.append(f".env.example gives {variable} a value; a secret that is tracked is none")
            if match["bare"] or not match["rest"]:
                problems.append(f"the variable {variable} needs a default or :?, or it is silently empty")
    return list(dict.fromkeys(problems))


def texts(node) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in texts(value)]
    if isinstance(node, list):
        return [text for value in node for text in texts(value)]
    return [node] if isinstance(node, str) else []


def stages(doc: dict, facts: Facts) -> list[str]:
    """The stages scale apart: nothing pins one of them to a single copy, and each runs with as few rights as it can."""
    problems, found = [], {}
    for name, service in doc["services"].items():
        command = service.get("command") or []
        if not is_meyar(service):
            continue
        if "--stage" in command:
            found[command[command.index("--stage") + 1]] = name
            if service.get("ports"):
                problems.append(f"{name}: a stage that publishes a port cannot be scaled")
        if service.get("read_only") is not True or service.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in service.get("security_opt", []):
            problems.append(f"{name}: our own image runs with a read-only root, no capabilities and no new privileges")
    for stage in ("recorder", "transcriber", "evaluator", "lander"):
        if stage not in found:
            problems.append(f"the stage {stage} has no service of its own")
    return problems


def option(service: dict, name: str) -> str:
    command = service.get("command") or []
    return command[command.index(name) + 1] if name in command[:-1] else ""


def behind(service: dict, path: str) -> tuple[str, str]:
    """The volume and the file in it that a service sees at a path."""
    for volume in service.get("volumes", []):
        source, target = volume.split(":")[:2]
        if path.startswith(target + "/"):
            return source, path[len(target) + 1:]
    return "", path


def sql_port(doc: dict, facts: Facts) -> list[str]:
    """Grafana finds the SQL port, knows its certificate, and comes in with the account that is made for it."""
    problems, services, source = [], doc["services"], facts.lake_source
    web, grafana, settings = services.get("web", {}), services.get("grafana", {}), source.get("jsonData", {})
    port = option(web, "--sql-listen").rpartition(":")[2]
    if not port or source.get("url") != f"web:{port}":
        problems.append(f"web: the SQL port is at web:{port}, Grafana asks {source.get('url')}")
    if settings.get("sslmode") != "verify-full":
        problems.append(f"grafana: sslmode '{settings.get('sslmode')}' does not prove who answers; write verify-full")
    certificate, key, accounts = (behind(web, option(web, f"--sql-{name}")) for name in ("tls-cert", "tls-key", "accounts"))
    if not all(volume for volume, _ in (certificate, key, accounts)):
        problems.append("web: certificate, key and accounts of the SQL port must lie in a volume")
    if behind(grafana, settings.get("sslRootCertFile", "")) != certificate:
        problems.append("grafana: it does not see the port's certificate where its data source looks for it")
    made = {}
    for name in jobs(doc):
        service = services.get(name, {})
        script = " ".join(service.get("command") or [])
        if "openssl" in script:
            made["certificate"] = name
            outputs = [behind(service, found) for found in re.findall(r"-(?:out|keyout) (\S+)", script)]
            if "DNS:web" not in script or sorted(outputs) != sorted([certificate, key]):
                problems.append(f"{name}: it must make the port's certificate and key, for the name DNS:web")
        if script.startswith("accounts add"):
            made["account"] = name
            environment = service.get("environment") or {}
            if script != f"accounts add {source.get('user')} --role reader":
                problems.append(f"{name}: Grafana comes in as the reader {source.get('user')}, the job makes another account")
            if behind(service, environment.get("MEYAR_DATA", "") + "/accounts.toml") != accounts:
                problems.append(f"{name}: the account is not written where the port looks for it")
            variable = source.get("secureJsonData", {}).get("password", "").lstrip("$")
            if environment.get("MEYAR_PASSWORD") != (grafana.get("environment") or {}).get(variable, ""):
                problems.append(f"{name}: Grafana has another password than the account")
    for what in ("certificate", "account"):
        if depends(web).get(made.get(what), {}).get("condition") != "service_completed_successfully":
            problems.append(f"web: it does not wait for a job that makes the {what} of the SQL port")
    return problems


def people_work(doc: dict, facts: Facts) -> list[str]:
    """Whatever serves pages opens one PostgreSQL, with a password that stands in no file, over a network without a way out."""
    problems, services = [], doc["services"]
    for name, service in services.items():
        environment = service.get("environment") or {}
        command = service.get("command") or []
        if not is_meyar(service) or not command or command[0] not in ("serve", "run"):
            continue
        place = re.fullmatch(r"postgres://(\w+):(\$\{\w+:\?[^}]+\})@(\w+)/(\w+)", environment.get("MEYAR_WORK", ""))
        if not place:
            problems.append(f"{name}: MEYAR_WORK must be postgres://user:${{PASSWORD:?why}}@service/database, or people's work is lost with the container")
            continue
        store = services.get(place[3], {})
        made = store.get("environment") or {}
        if not str(store.get("image", "")).startswith("postgres:15."):
            problems.append(f"{name}: MEYAR_WORK names {place[3]}, which is not the PostgreSQL 15 that the tests run")
        if (made.get("POSTGRES_USER"), made.get("POSTGRES_PASSWORD"), made.get("POSTGRES_DB")) != (place[1], place[2], place[4]):
            problems.append(f"{name}: MEYAR_WORK opens the store as somebody else than {place[3]} is made for")
        if depends(service).get(place[3], {}).get("condition") != "service_healthy":
            problems.append(f"{name}: it does not wait for {place[3]} to be healthy")
        if store.get("ports") or not all(((doc.get("networks") or {}).get(n) or {}).get("internal") for n in store.get("networks", [])):
            problems.append(f"{place[3]}: the store of people's work can be reached from elsewhere")
        if not any(volume.split(":")[1] == "/var/lib/postgresql/data" for volume in store.get("volumes", [])):
            problems.append(f"{place[3]}: its data lies in no volume, and is lost with the container")
    return list(dict.fromkeys(problems))


RULES = {
    "only known keys, each of its kind": shape,
    "every image is pinned": images,
    "every published port is bound to 127.0.0.1": ports,
    "every service has a well-formed health check": health,
    "services wait for services that exist": order,
    "volumes are declared, folders of the clone exist": storage,
    "networks are declared and connect what must talk": networks,
    "every service has limits": limits,
    "secrets come from the environment file": secrets,
    "the stages are services of one image that scale apart": stages,
    "Grafana comes in through the SQL port": sql_port,
    "people's work is kept in PostgreSQL, and nobody else reaches it": people_work,
}
