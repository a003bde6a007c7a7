"""Connections to PostgreSQL: the pools of all pods that there can be, against what the server allows."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from manifests import INSTALLATIONS, Document, Workload, copy, named, of_kind, overlay, settings, workloads
from tool import Report

# What people, monitoring and the server's own reserve need besides.
SPARE = 10
SHARE = 0.9
# A run-once command has no pool: `migrate` takes one connection after the other, a backup a session and pg_dump.
RUN_ONCE = {"migrate": 1, "backup": 2}


class Demand(NamedTuple):
    """Connections that the pods of a workload take at most."""

    name: str
    connections: int
    replica: int
    """On each streaming replica, where there are any."""


def most_pods(workload: Workload, documents: list[Document]) -> int:
    """Pods that there can be at once, those that a roll-out adds too."""
    scalers = [it for it in of_kind(documents, "HorizontalPodAutoscaler") if it["spec"]["scaleTargetRef"]["name"] == workload.name]
    spec = workload.document["spec"]
    count = scalers[0]["spec"]["maxReplicas"] if scalers else spec.get("replicas", 1)
    surge = spec.get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", 0) if workload.kind == "Deployment" else 0
    return count + (surge if isinstance(surge, int) else -(-count * int(surge.rstrip("%")) // 100))


def demands(documents: list[Document]) -> Iterator[Demand | str]:
    """What every workload takes, or what cannot be told."""
    for workload in workloads(documents):
        if workload.name in RUN_ONCE:
            yield Demand(workload.name, RUN_ONCE[workload.name], 0)
            continue
        for container in workload.containers:
            names = dict(settings(documents, container))
            if not names.keys() & {"DATABASE_URL", "DATABASE_URL_FILE"}:
                continue
            pool = names.get("DATABASE_POOL_SIZE", "")
            if not pool.isdigit():
                yield f"{workload.title} has a database and no DATABASE_POOL_SIZE"
                continue
            total = int(pool) * most_pods(workload, documents)
            yield Demand(workload.name, total, total if "DATABASE_REPLICA_URLS_FILE" in names else 0)


def allowed(documents: list[Document]) -> int | None:
    """What the server allows: the argument of ours, or what the overlay says of a managed one."""
    for server in of_kind(documents, "StatefulSet"):
        match = re.search(r"max_connections=(\d+)", " ".join(Workload(server).pod["containers"][0].get("args") or []))
        if match:
            return int(match.group(1))
    note = (of_kind(documents, "Namespace")[0]["metadata"].get("annotations") or {}).get("bccb/postgres-max-connections", "")
    return int(note) if note.isdigit() else None


def faults(documents: list[Document]) -> tuple[list[str], str]:
    """What does not fit, and the sum in words."""
    found = [it for it in demands(documents) if isinstance(it, str)]
    needs = [it for it in demands(documents) if isinstance(it, Demand)]
    limit = allowed(documents)
    if limit is None:
        return [*found, "nobody says what max_connections is"], "unknown"
    fits = int(limit * SHARE)
    total = sum(it.connections for it in needs) + SPARE
    words = f"{' + '.join(str(it.connections) for it in needs)} + {SPARE} = {total} of {fits}"
    if total > fits:
        found.append(f"too many connections: {', '.join(f'{it.name} {it.connections}' for it in needs)}, spare {SPARE}: {total}, but {SHARE} × {limit} is {fits}")
    replica = sum(it.replica for it in needs) + SPARE
    if replica > fits:
        found.append(f"too many connections to each replica: {replica}, but {fits} fit one like the primary")
    return found, words


def plant(report: Report) -> None:
    """The arithmetic of the specification, and other ways to get it wrong."""
    good = overlay("production-selfhosted")

    def pool(documents: list[Document], name: str, size: str) -> None:
        variables = named(documents, "Deployment", name)["spec"]["template"]["spec"]["containers"][0]["env"]
        next(it for it in variables if it["name"] == "DATABASE_POOL_SIZE")["value"] = size

    def scale(documents: list[Document], name: str, most: int) -> None:
        named(documents, "HorizontalPodAutoscaler", name)["spec"]["maxReplicas"] = most

    def server(documents: list[Document], most: int) -> None:
        arguments = named(documents, "StatefulSet", "postgres")["spec"]["template"]["spec"]["containers"][0]["args"]
        arguments[arguments.index("max_connections=200")] = f"max_connections={most}"

    faulty = {
        "a pool of 100": lambda it: pool(it, "credential-service", "100"),
        "the pool is not said": lambda it: pool(it, "ai-service", ""),
        "ten AI services": lambda it: scale(it, "ai-service", 12),
        "the server as it comes": lambda it: server(it, 100),
        "a connection too few": lambda it: server(it, 181),
        "a whole second set while rolling": lambda it: named(it, "Deployment", "credential-service")["spec"]["strategy"]["rollingUpdate"].update(maxSurge="100%"),
    }
    for name, change in faulty.items():
        documents = copy(good)
        change(documents)
        report.plant(name, faults(documents)[0])


def check() -> Report:
    """Adds up every overlay."""
    findings = []
    sums = []
    for name in INSTALLATIONS:
        found, words = faults(overlay(name))
        findings += [f"{name}: {fault}" for fault in found]
        sums.append(f"{name} {words}")
    report = Report("; ".join(sums), findings)
    plant(report)
    return report
