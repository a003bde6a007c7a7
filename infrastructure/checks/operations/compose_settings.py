"""What the Compose file of production gives to whom: settings that there are, secrets that are mounted, networks, and nothing withheld."""

import copy
import pathlib
import re
from collections.abc import Iterator

from references import known_settings
from tool import ROOT, Missing, Report

# Where a program says what it reads.
SOURCES = {"bccb-api": "api-gateway", "bccb-credential": "credential-service", "bccb-ai": "ai-service"}
# Settings of programs that are not ours.
OTHERS = {
    "nginx": {"PUBLIC_URL"},
    "postgres": {"LANG", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"} | {f"DATABASE_{role}_PASSWORD" for role in ("OWNER", "APP", "AI", "BACKUP")},
    "backup": {"BACKUP_TARGET", "BACKUP_KEEP", "BACKUP_AGE_RECIPIENT", "BACKUP_METRICS_DIR", "BACKUP_DATABASE_URL", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
}
# Who may see which secret. One more would have more rights with it than it needs.
READERS = {
    "postgres_password": {"postgres"},
    "database_owner_password": {"postgres"},
    "database_app_password": {"postgres"},
    "database_ai_password": {"postgres"},
    "database_backup_password": {"postgres"},
    "database_url_owner": {"migrate"},
    "database_url_app": {"credential", "worker"},
    "database_url_ai": {"ai", "migrate-ai"},
    "database_url_backup": {"backup"},
    "backup_storage_key": {"backup"},
    "redis_conf": {"redis"},
    "redis_url": {"api"},
    "jwt_secret": {"api", "credential", "worker", "ai", "migrate-ai"},
    "audit_signing_key": {"credential", "worker"},
    "smtp_password": {"worker"},
}
# What holds data is reached by services alone.
NETWORKS = {"postgres": {"bccb-data"}, "redis": {"bccb-data"}, "migrate": {"bccb-data"}, "migrate-ai": {"bccb-data"}, "nginx": {"bccb-network"}, "web": {"bccb-network"}}
# Settings that no .env changes, because of what the file and the images arrange: ports, folders, the time to end in, the store of reports...
FIXED = set("APP_ENV BIND_ADDRESS ADMIN_PORT API_PORT CREDENTIAL_PORT AI_PORT ANNOUNCE_FILE DRAIN_DELAY_MS DRAIN_TIMEOUT_MS WEB_DIR MODEL_DIR ORT_DYLIB_PATH".split())
FIXED |= set("DATABASE_APP_ROLE MAIL_DIR WEBHOOK_ALLOW_PRIVATE AWS_BUCKET AWS_REGION AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY".split())
# ... and secrets that an override file brings.
BROUGHT = {"SENTRY_DSN", "JWT_SECRET_PREVIOUS", "DATABASE_REPLICA_URLS"}


def read_by(crate: str) -> set[str]:
    """The settings that a crate defines."""
    folder = ROOT / "crates" / crate / "src"
    paths = [path for path in [folder / "settings.rs", *sorted((folder / "settings").glob("*.rs"))] if path.is_file() and path.name not in ("tests.rs", "env_example.rs")]
    found = {name for path in paths for name in re.findall(r'Setting::new\(\s*"([A-Z0-9_]+)"', path.read_text())}
    if len(found) < 5:
        raise Missing(f"crates/{crate} says no settings")
    return found


def mail() -> set[str]:
    """Settings of mail, which the worker alone sends."""
    return set(re.findall(r'"((?:SMTP|MAIL)_[A-Z]+)"', (ROOT / "crates/credential-service/src/settings/mail.rs").read_text()))


def crate_of(service: dict) -> str | None:
    """Whose program it is."""
    return next((crate for image, crate in SOURCES.items() if re.search(rf"(^|[/}}]){image}(:|$)", service.get("image", ""))), None)


def secrets(service: dict) -> dict[str, str]:
    """Its secrets: the path of each in the container, and its name."""
    given = [{"source": it} if isinstance(it, str) else it for it in service.get("secrets") or []]
    return {str(pathlib.PurePosixPath("/run/secrets", it.get("target", it["source"]))): it["source"] for it in given}


def names(name: str, service: dict, environment: dict[str, str]) -> Iterator[str]:
    """Settings that its program does not read."""
    crate = crate_of(service)
    known = known_settings()
    mine = OTHERS.get(name, set()) if crate is None else read_by(crate) | read_by("service-runtime")
    for key in environment:
        plain = key.removesuffix("_FILE")
        secret = known.get(plain, "PASSWORD" in plain or plain in OTHERS["backup"])
        if key not in mine and not (plain in mine and plain != key and secret):
            yield f"{name}: {key} is nothing that it reads"


def files(name: str, service: dict, environment: dict[str, str]) -> Iterator[str]:
    """Files and folders that are named and not there."""
    paths = secrets(service)
    for key, value in environment.items():
        path = re.sub(r"^\$\{\w+:\+(.*)\}$", r"\1", value)
        if key.endswith("_FILE") and path not in paths:
            yield f"{name}: {key} names {value}, which is no secret of it"
    places = {str(it).split(":")[1] for it in service.get("volumes") or [] if ":" in str(it)}
    for key in ("AUDIT_ANCHOR_DIR", "BACKUP_METRICS_DIR"):
        if key in environment and environment[key] not in places:
            yield f"{name}: what is written to {key} goes with the container"


def withheld(name: str, service: dict, environment: dict[str, str]) -> Iterator[str]:
    """Settings that its program reads, and that nobody can set."""
    crate = crate_of(service)
    if crate is None:
        return
    wanted = read_by("service-runtime") if "migrate" in name else read_by("service-runtime") | read_by(crate)
    if name == "credential":
        wanted -= mail()
    for key in sorted(wanted - FIXED - BROUGHT):
        if key not in environment and f"{key}_FILE" not in environment:
            yield f"{name}: {key} of .env does not reach it"


def faults(content: dict, environment_of) -> list[str]:
    """Everything of the above, for production; `environment_of` gives the settings of a service."""
    found: list[str] = []
    services = content["services"]
    for name, service in services.items():
        given = environment_of(service)
        found += [*names(name, service, given), *files(name, service, given), *withheld(name, service, given)]
        for secret in sorted(secrets(service).values()):
            if name not in READERS.get(secret, set()):
                found.append(f"{name}: {secret} is not for it")
            if secret not in (content.get("secrets") or {}):
                found.append(f"{name}: there is no secret {secret}")
        more = set(service.get("networks") or []) - NETWORKS.get(name, set(content["networks"]))
        found += [f"{name}: is in {network} too" for network in sorted(more)]
    if not (content["networks"].get("bccb-data") or {}).get("internal"):
        found.append("bccb-data: leads to the world")
    used = {secret for service in services.values() for secret in secrets(service).values()}
    return found + [f"the secret {name} is for nobody" for name in sorted(set(content["secrets"]) - used)]


def plant(report: Report, content: dict, environment_of) -> None:
    """One fault of each kind."""
    before = set(faults(content, environment_of))

    def rename(service: dict, old: str, new: str) -> None:
        service["environment"][new] = service["environment"].pop(old)

    faulty = {
        "a misspelt network of proxies": lambda it: rename(it["api"], "TRUSTED_PROXIES", "TRUSTED_PROXY"),
        "a misspelt folder of signed places": lambda it: rename(it["worker"], "AUDIT_ANCHOR_DIR", "AUDIT_ANCHORS_DIR"),
        "signed places that go": lambda it: it["worker"]["environment"].update(AUDIT_ANCHOR_DIR="/tmp/anchors"),
        "a setting of another program": lambda it: it["ai"]["environment"].update(SMTP_HOST="mail"),
        "a misspelt setting of the backup": lambda it: rename(it["backup"], "BACKUP_METRICS_DIR", "BACKUP_METRIC_DIR"),
        "a file of something that is no secret": lambda it: it["worker"]["environment"].update(SMTP_HOST_FILE="/run/secrets/smtp_password"),
        "a file that is no secret of the service": lambda it: it["api"]["environment"].update(JWT_SECRET_FILE="/run/secrets/jwt"),
        "a secret that is not mounted": lambda it: it["worker"]["secrets"].remove("smtp_password"),
        "a secret of somebody else": lambda it: it["ai"]["secrets"].append("database_url_owner"),
        "a secret that there is not": lambda it: it["api"]["secrets"].append("sentry_dsn"),
        "the database where NGINX is": lambda it: it["postgres"].update(networks=["bccb-network"]),
        "the cache in two networks": lambda it: it["redis"].update(networks=["bccb-data", "bccb-outward"]),
        "a setting that does not reach the gateway": lambda it: it["api"]["environment"].pop("RATE_LIMIT_MAX_REQUESTS"),
        "a setting that does not reach the worker": lambda it: it["worker"]["environment"].pop("MAIL_LANGUAGE"),
        "a setting that does not reach the AI service": lambda it: it["ai"]["environment"].pop("PATHWAY_WEIGHTS"),
        "a setting of all that does not reach one": lambda it: it["migrate"]["environment"].pop("LOG_FORMAT"),
    }
    for title, change in faulty.items():
        bad = copy.deepcopy(content)
        change(bad["services"])
        report.plant(title, set(faults(bad, environment_of)) - before)
    bad = copy.deepcopy(content)
    bad["networks"]["bccb-data"].pop("internal")
    report.plant("data with a way out", set(faults(bad, environment_of)) - before)
