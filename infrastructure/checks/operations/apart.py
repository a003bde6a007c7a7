"""Whether two installations keep apart: what one of them removes from a bucket, the other must not miss."""

import json
import os

import yaml

from manifests import OVERLAYS, Document, copy, kustomized, of_kind, overlay
from tool import ROOT, Report, folder

# What names a place or a key that belongs to one installation alone.
OWN = ["PUBLIC_URL", "AWS_BUCKET", "AWS_ACCESS_KEY_ID", "BACKUP_TARGET"]


def named_settings(documents: list[Document]) -> dict[str, str]:
    """The settings that all services get."""
    return next(it["data"] for it in of_kind(documents, "ConfigMap") if it["metadata"]["name"].startswith("bccb-settings"))


def buckets(data: dict[str, str]) -> set[str]:
    """Buckets of reports and backups: another folder of the same one is not apart."""
    return {value.removeprefix("s3://").split("/")[0] for name, value in data.items() if name in ("AWS_BUCKET", "BACKUP_TARGET")}


def shared(one: list[Document], other: list[Document]) -> list[str]:
    """What two installations have in common and should not."""
    here, there = named_settings(one), named_settings(other)
    found = [f"{name} is {here[name]} in both" for name in OWN if name in here and here[name] == there.get(name)]
    return found + [f"the bucket {name} is of both" for name in sorted(buckets(here) & buckets(there))]


def faults() -> list[str]:
    """Every overlay against each of another namespace."""
    spaces = {name: of_kind(overlay(name), "Namespace")[0]["metadata"]["name"] for name in OVERLAYS}
    pairs = [(one, other) for one in OVERLAYS for other in OVERLAYS if one < other and spaces[one] != spaces[other]]
    return [f"{one} and {other}: {fault}" for one, other in pairs for fault in shared(overlay(one), overlay(other))]


def by_generator() -> list[Document]:
    """An overlay that names its places where a component overwrites them."""
    literals = ["PUBLIC_URL=https://other.example.org", "AWS_ACCESS_KEY_ID=OTHER", "AWS_BUCKET=other-files", "BACKUP_TARGET=s3://other-backups"]
    with folder() as work:
        below = os.path.relpath(ROOT / "k8s", work.resolve())
        content = {
            "namespace": "other",
            "resources": [f"{below}/base"],
            "components": [f"{below}/components/production", f"{below}/components/datastores"],
            "configMapGenerator": [{"name": "bccb-settings", "behavior": "merge", "literals": literals}],
        }
        (work / "kustomization.yaml").write_text(json.dumps(content))
        return list(yaml.load_all(kustomized("an overlay with a generator", str(work.resolve())), Loader=yaml.CSafeLoader))


def plant(report: Report) -> None:
    """Ways to share what should not be shared."""
    production, staging = overlay("production"), overlay("staging")
    report.plant("an overlay's own generator", shared(by_generator(), production))
    for name in OWN:
        documents = copy(staging)
        named_settings(documents)[name] = named_settings(production)[name]
        report.plant(f"production's {name} in staging", shared(documents, production))
    documents = copy(staging)
    named_settings(documents)["BACKUP_TARGET"] = named_settings(production)["BACKUP_TARGET"] + "/staging"
    report.plant("another folder of production's bucket", shared(documents, production))
