"""The Job that `k8s/restore` makes of the CronJob of the backup: whether it can run, gets what it names and asks for what was meant."""

import json

import pod_security
import references
import schema
from manifests import INSTALLATIONS, Document, Workload, copy, named, overlay
from tool import Missing, Report, run

KEYS = {"DATABASE_URL", "AGE_IDENTITY"}
# What it is called with, and what scripts/restore has to be called with.
CALLS = [
    (["latest"], ["latest"]),
    (["--yes-replace", "--encrypted", "bccb-20261130T060607Z"], ["--yes-replace", "bccb-20261130T060607Z"]),
    (["--no-owner", "latest"], ["--no-owner", "latest"]),
    (["--verify", "latest"], ["--verify", "latest"]),
    (["--verify", "--encrypted", "latest"], ["--verify", "latest"]),
]
SOURCES = [name for name in INSTALLATIONS if name != "development"]


def made(backup: Document | str, *arguments: str):
    """Calls the script."""
    return run(["k8s/restore", *arguments], input=backup if isinstance(backup, str) else json.dumps(backup))


def faults(name: str, arguments: list[str], wanted: list[str], job: Document) -> list[str]:
    """What is wrong with a Job beside an overlay."""
    documents = overlay(name)
    backup, restore = Workload(named(documents, "CronJob", "backup")), Workload(job)
    found = [it for version in schema.VERSIONS for it in schema.faults([job], version)] + pod_security.faults(restore)
    there = references.secrets(name) | ({"bccb-restore": KEYS} if "--encrypted" in arguments or "--verify" not in arguments else {})
    found += references.faults([*documents, job], there)
    container = restore.containers[0]
    if restore.labels != backup.labels:
        found.append("has other labels than the backup: the policies keep it from the database")
    if job["metadata"].get("namespace") != backup.document["metadata"]["namespace"]:
        found.append("is in another namespace than the backup")
    if [*container["command"], *container["args"]] != ["/usr/local/bin/restore", *wanted]:
        found.append(f"calls {container['command']} with {container['args']}")
    if container["image"] != backup.containers[0]["image"]:
        found.append("has another image than the backup")
    if job["spec"].get("backoffLimit") != 0:
        found.append("is tried again before anybody has looked")
    names = {it["name"] for it in container["env"]}
    if ("DATABASE_URL_FILE" in names) == ("--verify" in arguments) or ("BACKUP_AGE_IDENTITY_FILE" in names) != ("--encrypted" in arguments):
        found.append(f"has {', '.join(sorted(names))} for {' '.join(arguments)}")
    if {"BACKUP_DATABASE_URL_FILE", "DATABASE_URL_FILE"} <= names:
        found.append("has two addresses of the database")
    return found


def plant(report: Report) -> None:
    """Jobs that cannot restore, and calls that have to be refused."""
    name, (arguments, wanted) = "production", CALLS[1]
    backup = named(overlay(name), "CronJob", "backup")
    good = json.loads(made(backup, *arguments).stdout)

    def pod(job: Document) -> Document:
        return job["spec"]["template"]["spec"]

    def container(job: Document) -> Document:
        return pod(job)["containers"][0]

    faulty = {
        "labels that no policy knows": lambda it: it["spec"]["template"]["metadata"].update(labels={"app.kubernetes.io/name": "restore"}),
        "another namespace": lambda it: it["metadata"].update(namespace="default"),
        "a backup instead": lambda it: container(it).update(command=["/usr/local/bin/backup"]),
        "over nothing": lambda it: container(it)["args"].remove("--yes-replace"),
        "another image": lambda it: container(it).update(image="bccb-backup:latest"),
        "again and again": lambda it: it["spec"].update(backoffLimit=6),
        "no Secret": lambda it: pod(it).update(volumes=[one for one in pod(it)["volumes"] if one["name"] != "restore"]),
        "no key of age": lambda it: container(it).update(env=[one for one in container(it)["env"] if one["name"] != "BACKUP_AGE_IDENTITY_FILE"]),
        "no address": lambda it: container(it).update(env=[one for one in container(it)["env"] if one["name"] != "DATABASE_URL_FILE"]),
        "an address that may read only": lambda it: container(it)["env"].append({"name": "BACKUP_DATABASE_URL_FILE", "value": "/run/secrets/restore/DATABASE_URL"}),
        "as root": lambda it: pod(it)["securityContext"].update(runAsUser=0),
        "a field that there is not": lambda it: it["spec"].update(retries=0),
    }
    for title, change in faulty.items():
        job = copy(good)
        change(job)
        report.plant(title, faults(name, arguments, wanted, job))
    refused = {
        "a name with more in it": (backup, ["latest;id"]),
        "no name": (backup, []),
        "another CronJob": (backup | {"metadata": backup["metadata"] | {"name": "other"}}, ["latest"]),
        "another kind": (named(overlay(name), "Job", "migrate"), ["latest"]),
        "nothing to make it of": ("", ["latest"]),
    }
    for title, (source, arguments) in refused.items():
        report.plant(title, ["refused"] if made(source, *arguments).returncode != 0 else [])


def check() -> Report:
    """Makes every Job of every overlay that has backups."""
    findings = []
    for name in SOURCES:
        for arguments, wanted in CALLS:
            result = made(named(overlay(name), "CronJob", "backup"), *arguments)
            if result.returncode != 0:
                raise Missing(f"k8s/restore {' '.join(arguments)}: {result.stderr.strip()}")
            findings += [f"{name}: restore {' '.join(arguments)}: {fault}" for fault in faults(name, arguments, wanted, json.loads(result.stdout))]
    report = Report(f"{len(SOURCES) * len(CALLS)} Jobs of {', '.join(SOURCES)}", findings)
    plant(report)
    return report
