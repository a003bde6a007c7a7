"""The manifests as they are rendered, and what is in them."""

import functools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from tool import ROOT, Missing, folder, run

OVERLAYS = ["development", "staging", "production", "production-selfhosted"]
STRATEGIES = ["blue-green/blue", "blue-green/green", "canary"]
# What operators switch on where they have what it needs. All of it together, on production, is looked at as one overlay more.
OPTIONS = ["audit-anchors", "database-authority", "key-rotation", "monitoring", "queue-scaling", "read-replicas", "redis-authority", "sentry", "tracing"]
EVERYTHING = "everything"
INSTALLATIONS = [*OVERLAYS, EVERYTHING]
TARGETS = [f"overlays/{name}" for name in INSTALLATIONS] + [f"strategies/{name}" for name in [*STRATEGIES, "blue-green/stable"]]
NAME = "app.kubernetes.io/name"
# Kinds that other projects bring: their schemas are not at hand.
FOREIGN = {"ServiceMonitor"}

Document = dict


def kustomized(target: str, path: str) -> str:
    """What `kubectl kustomize` makes of a folder."""
    result = run(["kubectl", "kustomize", path])
    if result.returncode != 0:
        raise Missing(f"{target} cannot be rendered: {result.stderr.strip()}")
    return result.stdout


@functools.cache
def rendered_text(target: str) -> str:
    """What becomes of a folder below k8s/."""
    if target == f"overlays/{EVERYTHING}":
        with folder() as work:
            below = os.path.relpath(ROOT / "k8s", work.resolve())
            components = [f"{below}/components/{name}" for name in OPTIONS]
            content = {"namespace": "bccb-production", "resources": [f"{below}/overlays/production"], "components": components}
            (work / "kustomization.yaml").write_text(json.dumps(content))
            return kustomized(f"production with {', '.join(OPTIONS)}", str(work.resolve()))
    if not (ROOT / "k8s" / target / "kustomization.yaml").is_file():
        raise Missing(f"k8s/{target}/kustomization.yaml is not there")
    return kustomized(f"k8s/{target}", f"k8s/{target}")


def rendered(target: str) -> list[Document]:
    """The documents of a folder below k8s/, each time anew, for whoever changes them."""
    return list(yaml.load_all(rendered_text(target), Loader=yaml.CSafeLoader))


def overlay(name: str) -> list[Document]:
    """The documents of an overlay."""
    return rendered(f"overlays/{name}")


def copy(documents: list[Document]) -> list[Document]:
    """Documents that can be changed without changing these."""
    return json.loads(json.dumps(documents))


def of_kind(documents: list[Document], *kinds: str) -> list[Document]:
    """Those of a kind."""
    return [document for document in documents if document["kind"] in kinds]


def named(documents: list[Document], kind: str, name: str) -> Document:
    """The one of that name."""
    return next(it for it in of_kind(documents, kind) if it["metadata"]["name"] == name)


@dataclass
class Workload:
    """Something that makes pods."""

    document: Document

    @property
    def kind(self) -> str:
        return self.document["kind"]

    @property
    def name(self) -> str:
        return self.document["metadata"]["name"]

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def template(self) -> Document:
        spec = self.document["spec"]
        return spec["jobTemplate"]["spec"]["template"] if self.kind == "CronJob" else spec["template"]

    @property
    def labels(self) -> dict[str, str]:
        return self.template["metadata"].get("labels", {})

    @property
    def pod(self) -> Document:
        return self.template["spec"]

    @property
    def containers(self) -> list[Document]:
        """All of them, those that run first too."""
        return [one for part in ("initContainers", "containers", "ephemeralContainers") for one in self.pod.get(part) or []]

    @property
    def is_served(self) -> bool:
        """Whether it goes on until it is stopped."""
        return self.kind in ("Deployment", "StatefulSet", "DaemonSet")


MAKERS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")


def workloads(documents: list[Document]) -> list[Workload]:
    """Everything that makes pods."""
    return [Workload(document) for document in of_kind(documents, *MAKERS)]


def settings(documents: list[Document], container: Document) -> Iterator[tuple[str, str]]:
    """Names and values of what a container gets as its environment."""
    for source in container.get("envFrom") or []:
        reference = source.get("configMapRef")
        if reference:
            yield from (named(documents, "ConfigMap", reference["name"]).get("data") or {}).items()
    for variable in container.get("env") or []:
        yield variable["name"], variable.get("value", "")


def selects(selector: Document, labels: dict[str, str]) -> bool:
    """Whether a label selector means something with these labels; an empty one means everything."""
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    for rule in selector.get("matchExpressions") or []:
        value, values = labels.get(rule["key"]), rule.get("values") or []
        holds = {"In": value in values, "NotIn": value not in values, "Exists": value is not None, "DoesNotExist": value is None}
        if not holds[rule["operator"]]:
            return False
    return True
