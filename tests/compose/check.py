#!/usr/bin/python3
"""Holds docker-compose.yml and the Dockerfile to the rules, and their commands to the program.

    tests/compose/check.py               the rules of rules.py, and that broken files are refused
    tests/compose/check.py --commands    every line that invokes meyar is accepted by the program at MEYAR_BIN

Needs Debian's python3-yaml; no Docker engine. It ends with `compose: N passed, M failed`.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))
import refusals  # noqa: E402
from rules import RULES, VARIABLE, Facts, is_meyar  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


class Strict(yaml.SafeLoader):
    """YAML that refuses a key written twice: the second would win without a word."""


def mapping(loader: Strict, node: yaml.MappingNode) -> dict:
    own = [loader.construct_object(key) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    for key in own:
        if own.count(key) > 1:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: the key '{key}' is written twice")
    loader.flatten_mapping(node)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)


def load(text: str) -> dict:
    return yaml.load(text, Loader=Strict)


def facts() -> Facts:
    example = {}
    for line in (ROOT / ".env.example").read_text().splitlines():
        # A variable with a default stands there as a comment, ready to be uncommented.
        if match := re.match(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", line):
            example[match[1]] = match[2]
    kafka = re.search(r"<kafka.version>(.*)</kafka.version>", (ROOT / "tests/kafka/pom.xml").read_text())
    meyar = re.search(r'^\[workspace\.package\]\s+version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(), re.M)
    lake = load((ROOT / "dashboards/grafana/provisioning/datasources/lake.yml").read_text())["datasources"][0]
    return Facts(ROOT, example, kafka[1] if kafka else "?", meyar[1] if meyar else "?", lake)


def dockerfile(text: str) -> list[str]:
    """Pinned bases, sources that exist, no root, and meyar as the entrypoint."""
    problems, stages = [], set()
    lines = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.M)).splitlines()
    for line in lines:
        if match := re.match(r"^FROM (\S+)(?: AS (\S+))?$", line):
            if match[1] not in stages and (":" not in match[1] or not re.search(r":.*(\d+\.\d+\.\d+|\d{8})", match[1])):
                problems.append(f"Dockerfile: the base {match[1]} is not pinned to a full version or a date")
            stages.add(match[2])
        elif match := re.match(r"^COPY (--from=(\S+) )?(.*) \S+$", line):
            if match[2]:
                if match[2] not in stages:
                    problems.append(f"Dockerfile: COPY --from={match[2]}: there is no such stage")
            else:
                problems += [f"Dockerfile: COPY {s}: it does not exist" for s in match[3].split() if not (ROOT / s).exists()]
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    if not users or users[-1].split(":")[0] in ("root", "0"):
        problems.append("Dockerfile: the program must not run as root")
    if 'ENTRYPOINT ["meyar"]' not in lines:
        problems.append("Dockerfile: the entrypoint must be meyar, as the services' commands expect")
    if not any(" ca-certificates " in line for line in lines):
        problems.append("Dockerfile: ca-certificates brings openssl, with which the SQL port's certificate is made")
    if not any(re.match(r"^ENV .*\bGGML_NATIVE=OFF\b", line) for line in lines):
        problems.append("Dockerfile: GGML_NATIVE must be OFF, or the image runs on this kind of processor only")
    return problems


DOCKERFILE_BROKEN = [
    ("a floating base", ("FROM debian:bookworm-20250520-slim", "FROM debian:bookworm-slim"), "not pinned"),
    ("a source that does not exist", ("COPY dashboards/web/ ", "COPY dashboards/wob/ "), "does not exist"),
    ("a stage that does not exist", ("COPY --from=build", "COPY --from=built"), "no such stage"),
    ("root", ("USER 10001:10001", "USER root"), "must not run as root"),
    ("another entrypoint", ('ENTRYPOINT ["meyar"]', 'ENTRYPOINT ["sh"]'), "entrypoint must be meyar"),
    ("no openssl", ("ca-certificates python3", "python3"), "brings openssl"),
    ("a build for one processor", ("GGML_NATIVE=OFF", "GGML_NATIVE=ON"), "GGML_NATIVE"),
]


def check_rules() -> list[tuple[str, str]]:
    text, known = (ROOT / "docker-compose.yml").read_text(), facts()
    doc = load(text)
    results = [(name, "\n".join(rule(doc, known))) for name, rule in RULES.items()]
    if not any(problem for _, problem in results):
        results += refusals.check(doc, known)
    twice = text.replace("\nvolumes:\n", "\nvolumes:\n  lake:\n", 1)
    try:
        load(twice)
        results.append(("refused: a key written twice", "it was read without a word"))
    except yaml.YAMLError:
        results.append(("refused: a key written twice", ""))
    recipe = (ROOT / "Dockerfile").read_text()
    results.append(("the Dockerfile is pinned, complete and not root", "\n".join(dockerfile(recipe))))
    for name, (old, new), words in DOCKERFILE_BROKEN:
        told = old in recipe and any(words in problem for problem in dockerfile(recipe.replace(old, new)))
        results.append((f"refused: a Dockerfile with {name}", "" if told else f"expected a refusal with '{words}'"))
    return results


def filled(text: str) -> str:
    """What compose would put in place of the variables, with a word for those that must be given."""

    def value(match: re.Match) -> str:
        if match[0] == "$$":
            return "$"
        rest = match["rest"] or ""
        return rest.lstrip(":")[1:] if rest.lstrip(":").startswith("-") else "given"

    return VARIABLE.sub(value, text)


def invocations(doc: dict) -> list[tuple[str, list[str], dict[str, str]]]:
    """(where, arguments, environment) of every line that invokes meyar."""
    found = []
    for name, service in doc["services"].items():
        # With an entrypoint of its own it is another program of the image: openssl, whose line tests/grafana.rs runs.
        if not is_meyar(service) or "entrypoint" in service:
            continue
        environment = {key: filled(value) for key, value in (service.get("environment") or {}).items()}
        found.append((f"{name}: command", [filled(arg) for arg in service["command"]], environment))
        test = (service.get("healthcheck") or {}).get("test", [])
        if test[:1] == ["CMD"]:
            if test[1] != "meyar":
                raise SystemExit(f"{name}: the health check runs {test[1]}, which the image does not hold")
            found.append((f"{name}: health check", [filled(arg) for arg in test[2:]], environment))
    return found


def accepts(program: str, args: list[str], environment: dict[str, str]) -> str:
    """What the program objects to. --parse-only reads the command line and the environment, and runs nothing."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MEYAR_", "AWS_"))}
    # Not in the clone: it must not find its files by chance.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([program, "--parse-only", *args], env=clean | environment, cwd=folder, capture_output=True, text=True, timeout=60)
        left = os.listdir(folder)
    if done.returncode != 0:
        return f"exit {done.returncode}: {(done.stderr or done.stdout).strip()}"
    return f"--parse-only left files behind: {left}" if left else ""


def check_commands() -> list[tuple[str, str]]:
    program = os.path.abspath(os.environ.get("MEYAR_BIN", ""))
    if not os.path.isfile(program):
        return [("the program is built", f"MEYAR_BIN '{os.environ.get('MEYAR_BIN', '')}' is no file; run make build")]
    results = []
    for where, args, environment in invocations(load((ROOT / "docker-compose.yml").read_text())):
        results.append((f"meyar {' '.join(args)} ({where})", accepts(program, args, environment)))
    # Were everything accepted, the lines above would prove nothing.
    for args in (["run", "--stage", "listener"], ["serve", "--listn", "0.0.0.0:8080"], ["helth"], ["serve", "--listen", "nowhere"]):
        results.append((f"refused: meyar {' '.join(args)}", "" if accepts(program, args, {}) else "it was accepted"))
    return results


def main() -> int:
    results = check_commands() if "--commands" in sys.argv else check_rules()
    failed = 0
    for name, problem in results:
        if problem:
            failed += 1
            print(f"FAILED {name}\n       " + problem.replace("\n", "\n       "))
        elif not name.startswith("refused") or "-v" in sys.argv:
            print(f"ok     {name}")
    print(f"compose: {len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
