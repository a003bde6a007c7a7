"""The Deployments of k8s/overlays/production as pods of podman, with the security settings that they are rendered with.

What podman has not: a Service (pods get the addresses of those before them as host names), projected volumes (the same files from
a folder), and HTTP probes for images without curl (they are asked from here). Everything else of a pod is played as it stands:
image, user, security settings, settings from the ConfigMap, limits, temporary folders.
"""

from __future__ import annotations

import copy
import importlib
import json
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from client import Client, until
from engine import Compose, Engine, python_with_yaml
from report import Failed, Report
from stack import ONCE, STORES, hardening, production_project

OVERLAY = "k8s/overlays/production"
ORDER = ["credential-service", "credential-worker", "ai-service", "api-gateway", "web"]
NETWORK = "bccb-data"
Json = dict[str, Any]


def check(engine: Engine, root: Path, folder: Path, report: Report) -> None:
    """Play them one after the other, beside a PostgreSQL and a Redis."""
    if not engine.is_podman or not shutil.which("kubectl") or not (root / OVERLAY).is_dir():
        report.cannot("pods (they need podman, kubectl and k8s/overlays/production)")
        return
    report.step(f"Rendering {OVERLAY}")
    documents = _render(root)
    deployments = {each["metadata"]["name"]: each for each in documents if each["kind"] == "Deployment"}
    report.check(set(deployments) == set(ORDER), f"{len(deployments)} Deployments: {', '.join(sorted(deployments))}", sorted(deployments))
    settings = [each for each in documents if each["kind"] == "ConfigMap"]
    report.cannot("Services, NetworkPolicies, projected Secrets and probes by a kubelet: podman has none of them")
    compose, kept = production_project(engine, root, folder, report)
    played: list[str] = []
    try:
        compose.down()
        _stores(compose)
        addresses: dict[str, str] = {}
        for name in ORDER:
            report.step(f"Playing {name} as a pod")
            pod = _pod(deployments[name], addresses, kept, folder)
            played.append(name)
            addresses[name] = _play(engine, pod, settings)
            _look(engine, name, deployments[name], addresses[name], report)
        gateway = Client(f"http://{addresses['api-gateway']}:3000")
        health = until("a healthy platform of pods", 120, lambda: _healthy(gateway))
        report.check(True, f"GET /health of the gateway's pod: {health['status']}, {health['services']}")
    finally:
        report.step("Taking the pods down")
        for name in reversed(played):
            engine.run("pod", "rm", "--force", "--time", "10", name, check=False)
        compose.down()


def _render(root: Path) -> list[Json]:
    rendered = subprocess.run(["kubectl", "kustomize", str(root / OVERLAY)], stdout=subprocess.PIPE, text=True, check=True).stdout
    sys.path.extend(python_with_yaml(root))
    return list(importlib.import_module("yaml").safe_load_all(rendered))


def _stores(compose: Compose) -> None:
    compose.up([], ONCE, STORES)


def _pod(deployment: Json, addresses: dict[str, str], kept: Path, folder: Path) -> Json:
    """The pod of a Deployment, less what podman has not."""
    name = deployment["metadata"]["name"]
    spec = copy.deepcopy(deployment["spec"]["template"]["spec"])
    for field in ("serviceAccountName", "topologySpreadConstraints", "enableServiceLinks", "automountServiceAccountToken"):
        spec.pop(field, None)
    for container in spec["containers"]:
        # Ports too: podman 4.3 would take each for one of the host's.
        for field in ("startupProbe", "livenessProbe", "readinessProbe", "lifecycle", "ports"):
            container.pop(field, None)
        container["image"] = f"localhost/{container['image'].rpartition('/')[2].split(':')[0].split('@')[0]}:latest"
    for volume in spec.get("volumes", []):
        wanted = [each["secret"]["name"] for each in volume.get("projected", {}).get("sources", [])]
        if "secret" in volume:
            wanted.append(volume["secret"]["secretName"])
        if wanted:
            place = folder / "pods" / name / volume["name"]
            _fill(place, wanted, kept)
            volume.clear()
            volume |= {"name": place.name, "hostPath": {"path": str(place), "type": "Directory"}}
    spec["hostAliases"] = [{"ip": address, "hostnames": [other]} for other, address in addresses.items()]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app.kubernetes.io/name": name}}, "spec": spec}


def _fill(place: Path, names: list[str], kept: Path) -> None:
    values = {
        "bccb-jwt": ("JWT_SECRET", "jwt_secret"),
        "bccb-audit": ("AUDIT_SIGNING_KEY", "audit_signing_key"),
        "bccb-redis": ("REDIS_URL", "redis_url"),
        "bccb-database-app": ("DATABASE_URL", "database_url_app"),
        "bccb-database-ai": ("DATABASE_URL", "database_url_ai"),
        # Nobody asks for a report or sends mail here.
        "bccb-storage": ("AWS_SECRET_ACCESS_KEY", "smtp_password"),
        "bccb-mail": ("SMTP_PASSWORD", "smtp_password"),
    }
    place.mkdir(parents=True)
    for name in names:
        if name not in values:
            raise Failed(f"nothing is known here about the Secret `{name}`")
        key, source = values[name]
        (place / key).write_text((kept / source).read_text(encoding="utf-8"), encoding="utf-8")
        (place / key).chmod(0o444)


def _play(engine: Engine, pod: Json, settings: list[Json]) -> str:
    content = "\n---\n".join(json.dumps(each) for each in [*settings, pod])
    command = [engine.name, "play", "kube", "--network", NETWORK, "-"]
    result = subprocess.run(command, input=content, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Failed(f"podman does not play {pod['metadata']['name']}: {result.stderr.strip()[-1500:]}")
    infra = engine.inspect(pod["metadata"]["name"])["InfraContainerID"]
    return str(engine.inspect(infra)["NetworkSettings"]["Networks"][NETWORK]["IPAddress"])


def _look(engine: Engine, name: str, deployment: Json, address: str, report: Report) -> None:
    spec = deployment["spec"]["template"]["spec"]
    container = spec["containers"][0]
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    running = f"{name}-{container['name']}"
    for probe in ("startupProbe", "readinessProbe"):
        ask = container[probe]["httpGet"]
        port = ports.get(ask["port"], ask["port"])
        start = time.monotonic()
        try:
            until(f"{probe} of {name}", 120, partial(_answers, Client(f"http://{address}:{port}"), ask["path"]))
        except Failed as problem:
            logs = engine.run("logs", "--tail", "15", running, check=False)
            report.check(False, f"{probe} {ask['path']} on {port}", f"{problem}\n{logs.stdout}{logs.stderr}")
            continue
        report.check(True, f"{probe} {ask['path']} on {port}: 200 after {time.monotonic() - start:.0f} s")
    hardening(engine, running, name, report, user=str(spec["securityContext"]["runAsUser"]))


def _answers(client: Client, path: str) -> bool:
    return client.ask("GET", path, timeout=5).status == 200


def _healthy(client: Client) -> Any:
    answer = client.ask("GET", "/health")
    health = answer.json()
    return health if answer.status == 200 and health["status"] == "healthy" else None
