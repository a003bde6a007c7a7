"""Whether everything that a manifest names is there: settings, Secrets and their keys, files, ConfigMaps, accounts."""

import base64
import re
from collections.abc import Iterator

import yaml

import apart
from manifests import EVERYTHING, INSTALLATIONS, Document, Workload, copy, named, of_kind, overlay, settings, workloads
from tool import PLANTED, ROOT, Missing, Report, folder, lines, run

# Settings of programs that are not ours, and of the backup.
OTHERS = {"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS", "PGDATA", "BACKUP_TARGET", "BACKUP_KEEP", "BACKUP_AGE_RECIPIENT", "BACKUP_DATABASE_URL_FILE", "BACKUP_AGE_IDENTITY_FILE"}
# Who has the key of the bucket of backups: the second is made by k8s/restore.
BACKUPS = {"backup", "restore"}
# A setting that has a file in scripts/backup and scripts/restore alone.
BACKUP_ALONE = "AWS_ACCESS_KEY_ID_FILE"
# Where TLS looks for authorities.
AUTHORITIES = "SSL_CERT_FILE"
# ConfigMaps that operators make, with the file that is in them.
MADE_BY_HAND = {"database-authority": "ca.pem", "redis-authority": "ca.pem"}
# Who may see a Secret, where another one would have more rights with it than it needs: a service could remove the backups.
READERS = {
    "bccb-storage": {"credential-service", "credential-worker"},
    "bccb-backup-storage": {"backup", "restore"},
    "bccb-database-backup": {"backup"},
    "bccb-restore": {"restore"},
    "bccb-database-owner": {"migrate"},
}
# What only an operator knows, as it could be.
GIVEN = {
    "bccb-storage/AWS_SECRET_ACCESS_KEY": "hP3vX9qLm2ZkT7wB5nRs",
    "bccb-backup-storage/AWS_ACCESS_KEY_ID": "BCCBBACKUPS",
    "bccb-backup-storage/AWS_SECRET_ACCESS_KEY": "Kd8sW2pYt6RfN4jGz7Qc",
    "bccb-mail/SMTP_PASSWORD": "uV8yC4kQe1JtM6xG",
    "bccb-redis/REDIS_URL": "rediss://:uV8yC4kQe1JtM6xG@redis.internal:6379",
} | {f"bccb-database-{role}/DATABASE_URL": f"postgres://bccb_{role}:uV8yC4kQe1JtM6xG@db.internal:5432/bccb?sslmode=verify-full" for role in ("owner", "app", "ai", "backup")}


# Keys that a component wants, and the Secrets of an installation have only where it is switched on.
FOR_COMPONENTS = {
    "bccb-jwt/JWT_SECRET_PREVIOUS": "Yt5rB9dVx2MhK7nWq4ZsLc8GfJ3pEuRa",
    "bccb-sentry/SENTRY_DSN": "https://uV8yC4kQe1JtM6xG@errors.internal/1",
    "bccb-database-app/DATABASE_REPLICA_URLS": "postgres://bccb_app:uV8yC4kQe1JtM6xG@replica.internal:5432/bccb?sslmode=verify-full",
}


# Passwords of the stores inside of the cluster and the addresses that they are in: what is given, and what has to come of it.
WORD, OTHER = "uV8yC4kQe1JtM6xG", "Zk3nB7wRt9LpX5vH"
PASSWORD, ADDRESS = "bccb-postgres/app-password", "bccb-database-app/DATABASE_URL"
REDIS, REDIS_ADDRESS = "bccb-redis-server/auth.conf", "bccb-redis/REDIS_URL"
PAIRS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({PASSWORD: WORD}, {PASSWORD: WORD, ADDRESS: f"postgres://bccb_app:{WORD}@postgres:5432/bccb"}),
    ({PASSWORD: f"{WORD}/@:"}, {PASSWORD: f"{WORD}/@:", ADDRESS: f"postgres://bccb_app:{WORD}%2F%40%3A@postgres:5432/bccb"}),
    ({ADDRESS: f"postgres://bccb_app:{WORD}%2F@postgres:5432/bccb"}, {PASSWORD: f"{WORD}/"}),
    ({PASSWORD: WORD, ADDRESS: f"postgres://bccb_app:{WORD}@postgres:5432/bccb"}, {PASSWORD: WORD}),
    ({PASSWORD: WORD, ADDRESS: f"postgres://bccb_app:{OTHER}@postgres:5432/bccb"}, {}),
    ({ADDRESS: "postgres://bccb_app@postgres:5432/bccb"}, {}),
    ({REDIS: f"requirepass {WORD}"}, {REDIS_ADDRESS: f"redis://:{WORD}@redis:6379"}),
    ({REDIS_ADDRESS: f"redis://:{WORD}@redis:6379"}, {REDIS: f"requirepass {WORD}\n"}),
    ({REDIS: f"requirepass {WORD}", REDIS_ADDRESS: f"redis://:{OTHER}@redis:6379"}, {}),
]
EXTERNAL_OF_COMPONENTS = {"key-rotation.yaml": "bccb-jwt", "read-replicas.yaml": "bccb-database-app", "sentry.yaml": "bccb-sentry"}


def known_settings() -> dict[str, bool]:
    """Every setting of the services, and whether it is a secret."""
    text, _compose = (ROOT / ".env.example").read_text().split("# ===== Compose =====")
    return {name: "· secret" in comment or comment.startswith("# secret") for comment, name in re.findall(r"^(.*)\n([A-Z][A-Z0-9_]*)=", text, re.MULTILINE)}


def make_secrets(name: str, given: dict[str, str]):
    """Calls k8s/make-secrets with values in files."""
    with folder() as values:
        for key, text in given.items():
            (values / key).parent.mkdir(exist_ok=True)
            (values / key).write_text(text)
        return run(["k8s/make-secrets", name, "--from", values])


def secrets(name: str) -> dict[str, set[str]]:
    """The Secrets that an overlay finds, with their keys."""
    given = {key: text for key, text in GIVEN.items() if name in ("production", EVERYTHING) or key.startswith(("bccb-storage", "bccb-backup-storage", "bccb-mail"))}
    result = make_secrets("production", given | FOR_COMPONENTS) if name == EVERYTHING else make_secrets(name, given)
    if result.returncode != 0:
        raise Missing(f"k8s/make-secrets {name}: {result.stderr.strip()}")
    return {it["metadata"]["name"]: set(it["data"]) for it in yaml.safe_load_all(result.stdout) if it}


def pair_faults(given: dict[str, str], wanted: dict[str, str]) -> list[str]:
    """What `make-secrets` makes of passwords and addresses that belong together, where only some are given; an empty wish: it refuses."""
    own = {key: text for key, text in GIVEN.items() if key.startswith(("bccb-storage", "bccb-backup-storage", "bccb-mail"))}
    result = make_secrets("production-selfhosted", own | given)
    if not wanted or result.returncode != 0:
        return [f"{', '.join(given)}: {'is taken' if result.returncode == 0 else result.stderr.strip()}"] if wanted or result.returncode == 0 else []
    got = {f"{it['metadata']['name']}/{key}": base64.b64decode(text).decode() for it in yaml.safe_load_all(result.stdout) for key, text in it["data"].items()}
    return [f"{', '.join(given)}: {key} is {got.get(key)} instead of {text}" for key, text in wanted.items() if got.get(key) != text]


def external(name: str) -> list[Document]:
    """An example of the External Secrets operator."""
    return [it for it in yaml.safe_load_all((ROOT / "k8s/external-secrets" / name).read_text()) if it["kind"] == "ExternalSecret"]


def external_faults(name: str, documents: list[Document], wanted: dict[str, set[str]]) -> list[str]:
    """Secrets with other keys than are wanted, and keys that come from somewhere else in the vault."""
    brought = {it["spec"]["target"]["name"]: {entry["secretKey"] for entry in it["spec"]["data"]} for it in documents}
    found = [] if brought == wanted else [f"external-secrets/{name} brings other keys than are wanted: {brought} instead of {wanted}"]
    for it in documents:
        target = it["spec"]["target"]["name"]
        for entry in it["spec"]["data"]:
            if it["metadata"]["name"] != target or entry["remoteRef"] != {"key": f"bccb/production/{target}", "property": entry["secretKey"]}:
                found.append(f"external-secrets/{name}: {target}/{entry['secretKey']} comes from {entry['remoteRef']}")
    return found


def external_wants() -> dict[str, dict[str, set[str]]]:
    """What each example has to bring. Those of components bring one Secret, in the place of that of the first or beside them."""
    with_components = secrets(EVERYTHING)
    return {"production.yaml": secrets("production")} | {name: {secret: with_components[secret]} for name, secret in EXTERNAL_OF_COMPONENTS.items()}


def mounted(workload: Workload, container: Document, there: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Files that a container finds out of Secrets and of what operators make; a second value says what is not there."""
    volumes = {it["name"]: it for it in workload.pod.get("volumes") or []}
    for mount in container.get("volumeMounts") or []:
        volume = volumes.get(mount["name"])
        if volume is None and not (workload.kind == "StatefulSet" and any(it["metadata"]["name"] == mount["name"] for it in workload.document["spec"].get("volumeClaimTemplates") or [])):
            yield "", f"there is no volume {mount['name']}"
            continue
        sources = [it["secret"]["name"] for it in (volume or {}).get("projected", {}).get("sources", []) if "secret" in it]
        sources += [volume["secret"]["secretName"]] if volume and "secret" in volume else []
        made = ((volume or {}).get("configMap") or {}).get("name")
        if made in MADE_BY_HAND:
            yield f"{mount['mountPath']}/{MADE_BY_HAND[made]}", ""
        for source in sources:
            if source not in there:
                yield "", f"there is no Secret {source}"
            for key in there.get(source, set()):
                yield f"{mount['mountPath']}/{key}", ""


def faults(documents: list[Document], there: dict[str, set[str]]) -> list[str]:
    """What is named and not there, or there under another name."""
    known = known_settings()
    found = []
    accounts = {it["metadata"]["name"] for it in of_kind(documents, "ServiceAccount")}
    maps = {it["metadata"]["name"] for it in of_kind(documents, "ConfigMap")}
    used: set[str] = set()
    for workload in workloads(documents):
        if workload.pod["serviceAccountName"] not in accounts:
            found.append(f"{workload.title}: there is no account {workload.pod['serviceAccountName']}")
        own: set[str] = set()
        for volume in workload.pod.get("volumes") or []:
            if "configMap" in volume and volume["configMap"]["name"] not in maps | MADE_BY_HAND.keys():
                found.append(f"{workload.title}: there is no ConfigMap {volume['configMap']['name']}")
            own |= {it["secret"]["name"] for it in volume.get("projected", {}).get("sources", []) if "secret" in it}
            own |= {volume["secret"]["secretName"]} if "secret" in volume else set()
        used |= own
        found += [f"{workload.title}: {name} is not for it" for name in sorted(own & READERS.keys()) if workload.name not in READERS[name]]
        for container in workload.containers:
            mounts = list(mounted(workload, container, there))
            found += [f"{workload.title}: {fault}" for _path, fault in mounts if fault]
            paths = {path for path, _fault in mounts if path}
            claimed = {it["name"] for it in workload.pod.get("volumes") or [] if "persistentVolumeClaim" in it}
            lasting = {it["mountPath"] for it in container.get("volumeMounts") or [] if it["name"] in claimed and not it.get("readOnly")}
            for name, value in settings(documents, container):
                plain = name.removesuffix("_FILE")
                others = OTHERS | {AUTHORITIES} | ({BACKUP_ALONE} if workload.name in BACKUPS else set())
                if name not in others and name not in known and not (name.endswith("_FILE") and known.get(plain)):
                    found.append(f"{workload.title}: {name} is no setting")
                if name == "AUDIT_ANCHOR_DIR" and value not in lasting:
                    found.append(f"{workload.title}: signed places in {value} go with the pod")
                if known.get(name):
                    found.append(f"{workload.title}: {name} is a secret, and in plain sight")
                if name.endswith("_FILE") and value not in paths:
                    found.append(f"{workload.title}: {name} names {value}, which nobody brings")
            if workload.name in BACKUPS and dict(settings(documents, container)).get("AWS_ACCESS_KEY_ID"):
                found.append(f"{workload.title}: signs with the key of the services")
    keyed = {name: {it.name for it in workloads(documents) if it.is_served for container in it.containers if name in dict(settings(documents, container))} for name in ("JWT_SECRET_FILE", "JWT_SECRET_PREVIOUS_FILE")}
    if keyed["JWT_SECRET_PREVIOUS_FILE"] and keyed["JWT_SECRET_FILE"] != keyed["JWT_SECRET_PREVIOUS_FILE"]:
        found.append(f"a second key for {', '.join(sorted(keyed['JWT_SECRET_PREVIOUS_FILE']))} alone")
    return found + [f"the Secret {name} is made and nobody uses it" for name in sorted(there.keys() - used)]


def plant(report: Report) -> None:
    """One fault of each kind; and values that `make-secrets` has to refuse."""
    good, there = overlay("production"), secrets("production")

    def environment(documents: list[Document], name: str) -> list[Document]:
        return named(documents, "Deployment", name)["spec"]["template"]["spec"]["containers"][0]["env"]

    def volumes(documents: list[Document], name: str) -> list[Document]:
        return named(documents, "Deployment", name)["spec"]["template"]["spec"]["volumes"]

    def backup(documents: list[Document]) -> Document:
        return named(documents, "CronJob", "backup")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]

    faulty = {
        "a misspelt setting": lambda it: environment(it, "api-gateway").append({"name": "JWT_EXPIRES", "value": "900"}),
        "a setting of the specification that there is not": lambda it: of_kind(it, "ConfigMap")[0]["data"].update(DATABASE_SSL="true"),
        "a secret in plain sight": lambda it: environment(it, "api-gateway").append({"name": "JWT_SECRET", "value": "x"}),
        "a secret in a ConfigMap": lambda it: of_kind(it, "ConfigMap")[0]["data"].update(SMTP_PASSWORD="x"),
        "a file that is not there": lambda it: environment(it, "ai-service").append({"name": "SENTRY_DSN_FILE", "value": "/run/secrets/bccb/SENTRY_DSN"}),
        "a Secret that is not there": lambda it: volumes(it, "web").append({"name": "more", "secret": {"secretName": "bccb-more"}}) or named(it, "Deployment", "web")["spec"]["template"]["spec"]["containers"][0]["volumeMounts"].append({"name": "more", "mountPath": "/more"}),
        "the key of the backups for a service": lambda it: volumes(it, "credential-worker").append({"name": "more", "secret": {"secretName": "bccb-backup-storage"}}),
        "the key of the reports for the backup": lambda it: backup(it).update(env=[one for one in backup(it)["env"] if one["name"] != "AWS_ACCESS_KEY_ID"]),
        "a key's name in a file, for a service": lambda it: environment(it, "credential-worker").append({"name": BACKUP_ALONE, "value": "/run/secrets/storage/AWS_SECRET_ACCESS_KEY"}),
        "signed places in a folder that goes": lambda it: environment(it, "credential-worker").append({"name": "AUDIT_ANCHOR_DIR", "value": "/tmp"}),
        "authorities that nobody brings": lambda it: environment(it, "api-gateway").append({"name": AUTHORITIES, "value": "/etc/bccb/ca.pem"}),
        "an account that is not there": lambda it: it.remove(named(it, "ServiceAccount", "web")),
    }
    for name, change in faulty.items():
        documents = copy(good)
        change(documents)
        report.plant(name, faults(documents, there))
    report.plant("a Secret that nobody uses", faults(good, there | {"bccb-more": {"KEY"}}))
    everything = secrets(EVERYTHING)
    for key in FOR_COMPONENTS:
        secret, _slash, part = key.partition("/")
        report.plant(f"a component before {key}", faults(overlay(EVERYTHING), everything | {secret: everything[secret] - {part}}))
    for name, wanted in external_wants().items():
        documents = external(name)
        documents[-1]["spec"]["data"].pop()
        report.plant(f"{name} without a key", external_faults(name, documents, wanted))
        documents = external(name)
        documents[0]["spec"]["data"][0]["remoteRef"]["property"] = "JWT"
        report.plant(f"{name} with another place in the vault", external_faults(name, documents, wanted))
    half = overlay(EVERYTHING)
    environment(half, "ai-service")[:] = [it for it in environment(half, "ai-service") if it["name"] != "JWT_SECRET_PREVIOUS_FILE"]
    report.plant("a second key that one service does not know", faults(half, everything))
    one_key = {"bccb-backup-storage/AWS_SECRET_ACCESS_KEY": GIVEN["bccb-storage/AWS_SECRET_ACCESS_KEY"]}
    report.plant("one key for reports and backups", lines(make_secrets("production", GIVEN | one_key)))
    report.plant("a password that is taken for another", pair_faults({PASSWORD: WORD}, {PASSWORD: OTHER}))
    report.plant("an address that does not follow", pair_faults({PASSWORD: WORD}, {ADDRESS: f"postgres://bccb_app:{OTHER}@postgres:5432/bccb"}))
    report.plant("a pair that agrees and is refused", pair_faults({PASSWORD: WORD}, {}))
    for text in (PLANTED / "placeholders.txt").read_text().splitlines():
        report.plant(f"the placeholder {text}", lines(make_secrets("production", GIVEN | {"bccb-jwt/JWT_SECRET": text})))
    for key in GIVEN:
        report.plant(f"no {key}", lines(make_secrets("production", {other: text for other, text in GIVEN.items() if other != key})))


def check() -> Report:
    """Looks every name up."""
    findings = []
    count = 0
    for name in INSTALLATIONS:
        documents, there = overlay(name), secrets(name)
        count += sum(1 for it in workloads(documents) for container in it.containers for _setting in settings(documents, container))
        findings += [f"{name}: {fault}" for fault in faults(documents, there)]
    for name, wanted in external_wants().items():
        findings += external_faults(name, external(name), wanted)
    findings += [fault for given, wanted in PAIRS for fault in pair_faults(given, wanted)]
    findings += apart.faults()
    report = Report(f"{count} settings against the {len(known_settings())} of .env.example, Secrets of {', '.join(INSTALLATIONS)}", findings)
    plant(report)
    apart.plant(report)
    return report
