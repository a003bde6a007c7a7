"""The Compose files: the schema, who can reach a port, passwords, and what production asks for."""

import copy
import json
import re
from collections.abc import Iterator

import yaml

import compose_settings
from capacity import RUN_ONCE, SHARE, SPARE
from references import known_settings
from tool import BIN, ROOT, Missing, Report, folder, run, short

DEVELOPMENT, PRODUCTION = "docker-compose.yml", "docker-compose.prod.yml"
# The only one that the world may reach.
FRONT = "nginx"
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|(PRIVATE|SIGNING|ACCESS)_KEY$|_DSN$")


def is_secret(name: str) -> bool:
    """By its name, unless .env.example says of it that it is none."""
    return not name.endswith("_FILE") and bool(SECRET.search(name)) and known_settings().get(name, True)


def load(name: str) -> dict:
    """A Compose file."""
    path = ROOT / name
    if not path.is_file():
        raise Missing(f"{name} is not there")
    return yaml.safe_load(path.read_text())


def schema(content: dict) -> list[str]:
    """What does not keep to the compose-spec."""
    with folder() as work:
        path = work / "compose.yaml"
        path.write_text(yaml.safe_dump(content))
        result = run([BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "--output-format", "json", path])
    if result.returncode == 0:
        return []
    try:
        answer = json.loads(result.stdout)
    except json.JSONDecodeError:
        return [(result.stdout + result.stderr).strip()]
    return [f"{it['path']}: {it['message'][:160]}" for it in answer.get("errors", [])] or ["does not keep to the schema"]


def environment(service: dict) -> dict[str, str]:
    """Its settings, in whichever way they are written."""
    given = service.get("environment") or {}
    if isinstance(given, list):
        given = dict(entry.partition("=")[::2] for entry in given)
    return {name: "" if value is None else str(value) for name, value in given.items()}


def ports(name: str, service: dict, production: bool) -> Iterator[str]:
    """Who can reach a port."""
    for port in service.get("ports") or []:
        address = port.get("host_ip", "") if isinstance(port, dict) else port.partition(":")[0]
        if address != "127.0.0.1" and not (production and name == FRONT):
            yield f"{name}: {port} can be reached from other machines"


def passwords(name: str, service: dict) -> Iterator[str]:
    """Values that should not be in a file."""
    for key, value in environment(service).items():
        if is_secret(key) and value and not re.match(r"\$\{\w+(:?\?|\})", value):
            yield f"{name}: {key} has a value of its own"
        for password in re.findall(r"://[^:/@\s]*:([^@\s]+)@", value):
            if not re.fullmatch(r"\$\{\w+(:?\?[^}]*)?\}", password):
                yield f"{name}: {key} has a password in it"
        if re.search(r"\$\{\w*(PASSWORD|SECRET|TOKEN)\w*:?-[^}]+\}", value):
            yield f"{name}: {key} has a default password"
    for argument in service.get("command") or [] if isinstance(service.get("command"), list) else [service.get("command") or ""]:
        if re.search(r"(requirepass|password[= ])", str(argument)):
            yield f"{name}: a password is an argument, which everybody on the machine can read"


def order(name: str, service: dict) -> Iterator[str]:
    """Who waits for whom."""
    given = service.get("depends_on") or {}
    if isinstance(given, list):
        yield f"{name}: waits for {', '.join(given)} to be started, not to be healthy"


def hardening(name: str, service: dict) -> Iterator[str]:
    """What production asks for."""
    if service.get("read_only") is not True:
        yield f"{name}: can write to its image"
    if service.get("cap_drop") != ["ALL"]:
        yield f"{name}: keeps capabilities"
    if not any(str(it).startswith("no-new-privileges") for it in service.get("security_opt") or []):
        yield f"{name}: may gain privileges"
    if not service.get("restart"):
        yield f"{name}: is not started again"
    if not ((service.get("deploy") or {}).get("resources") or {}).get("limits") and not service.get("mem_limit"):
        yield f"{name}: has no limits"
    if not ((service.get("logging") or {}).get("options") or {}).get("max-size"):
        yield f"{name}: its log grows without end"
    if "build" in service:
        yield f"{name}: is built where it runs"
    yield from (f"{name}: {key} is a secret in the environment" for key, value in environment(service).items() if value and (is_secret(key) or known_settings().get(key)))


def kept(services: dict) -> Iterator[str]:
    """What production asks for so that data outlives a mistake: checksums, and a backup with rights of its own."""
    postgres, backup = services.get("postgres") or {}, services.get("backup") or {}
    if "--data-checksums" not in environment(postgres).get("POSTGRES_INITDB_ARGS", ""):
        yield "postgres: what a disk has changed is not noticed"
    if "BACKUP_DATABASE_URL_FILE" not in environment(backup):
        yield "backup: there is none"
        return
    if not backup.get("profiles"):
        yield "backup: is started with everything else"
    if not set(backup.get("networks") or []) & set(postgres.get("networks") or []):
        yield "backup: does not reach postgres"
    others = {secret for name, service in services.items() if name != "backup" for secret in service.get("secrets") or [] if isinstance(secret, str)}
    for secret in others & set(backup.get("secrets") or []):
        yield f"backup: {secret} is not for it alone"


def connections(services: dict) -> tuple[list[str], str]:
    """The pools against the server, as in the manifests."""
    server = " ".join(str(it) for it in services.get("postgres", {}).get("command") or [])
    match = re.search(r"max_connections=(\d+)", server)
    limit = int(int(match.group(1) if match else 100) * SHARE)
    needs = {}
    for name, service in services.items():
        command = service.get("command") or []
        given = environment(service)
        if given.keys() & {"DATABASE_URL", "DATABASE_URL_FILE"} and not {"migrate", "seed"} & {str(it) for it in command}:
            size = re.sub(r"\$\{\w+:-(\d+)\}", r"\1", given.get("DATABASE_POOL_SIZE", "10"))
            replicas = (service.get("deploy") or {}).get("replicas", 1)
            needs[name] = int(size) * int(replicas) if size.isdigit() else 0
        if "BACKUP_DATABASE_URL_FILE" in given:
            needs[name] = RUN_ONCE["backup"]
    total = sum(needs.values()) + SPARE
    return ([f"too many connections: {needs} and {SPARE} of {limit}"] if total > limit else []), f"{total} of {limit}"


def faults(content: dict, production: bool) -> list[str]:
    """Everything of the above, except the schema."""
    found: list[str] = []
    services = content.get("services") or {}
    for name, service in services.items():
        found += [*ports(name, service, production), *passwords(name, service), *order(name, service)]
        if production:
            found += hardening(name, service)
    if production:
        found += [*kept(services), *compose_settings.faults(content, environment)]
    if "bccb-network" not in (content.get("networks") or {}) and not any((it or {}).get("name") == "bccb-network" for it in (content.get("networks") or {}).values()):
        found.append("there is no network bccb-network")
    return found + connections(services)[0]


def plant(report: Report, content: dict, production: bool) -> None:
    """One fault of each kind, in the first service that has what it needs."""
    name = next(key for key, service in content["services"].items() if environment(service).keys() & {"DATABASE_URL", "DATABASE_URL_FILE"} and key not in ("migrate", "seed") and "migrate" not in str(service.get("command")))
    misspelt = copy.deepcopy(content)
    misspelt["services"][name]["enviroment"] = {}
    report.plant("a misspelt key", schema(misspelt))
    faulty = {
        "a port for everybody": lambda it: it.update(ports=["5432:5432"]),
        "a port for everybody, written long": lambda it: it.update(ports=[{"target": 5432, "published": 5432}]),
        "a password": lambda it: it.update(environment={"POSTGRES_PASSWORD": "bccb"}),
        "a default password": lambda it: it.update(environment={"DATABASE_URL": "postgres://bccb:${POSTGRES_PASSWORD:-bccb}@postgres/bccb"}),
        "a password in an address": lambda it: it.update(environment={"DATABASE_URL": "postgres://bccb:bccb@postgres/bccb"}),
        "an order that waits for nothing": lambda it: it.update(depends_on=["postgres"]),
        "a pool of 100": lambda it: it.update(environment={"DATABASE_URL_FILE": "/x", "DATABASE_POOL_SIZE": "100"}),
    }
    if production:
        faulty |= {
            "an image that can be written to": lambda it: it.update(read_only=False),
            "all capabilities": lambda it: it.pop("cap_drop"),
            "no limits": lambda it: it.pop("deploy"),
            "a log without an end": lambda it: it.pop("logging"),
            "an address with a password in the environment": lambda it: it.update(environment={"DATABASE_URL": "${DATABASE_URL:?}"}),
            "a secret in the environment": lambda it: it.update(environment={"JWT_SECRET": "${JWT_SECRET:?}"}),
        }
    of_all = {
        "data without checksums": lambda it: it["postgres"]["environment"].pop("POSTGRES_INITDB_ARGS"),
        "no backup": lambda it: it.pop("backup"),
        "a backup at every start": lambda it: it["backup"].pop("profiles"),
        "a backup that reaches no database": lambda it: it["backup"].update(networks=["bccb-outward"]),
        "a backup with the rights of a service": lambda it: it["backup"]["secrets"].append("database_url_app"),
    }
    before = set(faults(content, production))
    changes = {title: (lambda it, change=change: change(it[name])) for title, change in faulty.items()} | (of_all if production else {})
    for title, change in changes.items():
        bad = copy.deepcopy(content)
        change(bad["services"])
        report.plant(title, set(faults(bad, production)) - before)


def check() -> Report:
    """Looks at both."""
    report = Report("")
    words = []
    for name, production in ((DEVELOPMENT, False), (PRODUCTION, True)):
        content = load(name)
        report.findings += [f"{short(name)}: {fault}" for fault in [*schema(content), *faults(content, production)]]
        words.append(f"{len(content['services'])} services in {name}, connections {connections(content['services'])[1]}")
        plant(report, content, production)
        if production:
            compose_settings.plant(report, content, environment)
    report.looked_at = "; ".join(words)
    return report
