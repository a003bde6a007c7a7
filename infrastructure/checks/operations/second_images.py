"""Whether a second set of gateways runs the version that it names, wherever the overlay beside it has its images from."""

import json
import pathlib
import shutil

import yaml

from manifests import STRATEGIES, Document, kustomized, of_kind
from tool import ROOT, Report, folder

REGISTRY = "registry.example.org:5000/team/bccb-api"
OLD, NEW = "sha256:" + "7" * 64, "sha256:" + "8" * 64
# What the overlay says of the image of the gateway, what the second set says, and what has to run.
CASES = [
    ({"newTag": "1"}, {"newTag": "2"}, "bccb-api:2"),
    ({"newName": REGISTRY, "newTag": "1"}, {"newTag": "2"}, f"{REGISTRY}:2"),
    ({"newName": REGISTRY, "digest": OLD}, {"newTag": "2"}, f"{REGISTRY}:2"),
    ({"newName": REGISTRY, "digest": OLD}, {"digest": NEW}, f"{REGISTRY}@{NEW}"),
]


def change(path: pathlib.Path, image: Document, name: str | None = None) -> None:
    """Says what the image of the gateway is in a kustomization; `name` by which it is looked for, where it is another one."""
    content = yaml.safe_load(path.read_text())
    entry = next(it for it in content["images"] if it["name"].endswith("bccb-api"))
    content["images"] = [it for it in content["images"] if it is not entry] + [{"name": name or entry["name"]} | image]
    path.write_text(json.dumps(content))


def faults(name: str | None = None) -> list[str]:
    """What runs something else."""
    found = []
    with folder() as work:
        for number, (first, second, wanted) in enumerate(CASES):
            tree = work.resolve() / str(number)
            shutil.copytree(ROOT / "k8s", tree)
            change(tree / "overlays/production/kustomization.yaml", first)
            for target in STRATEGIES:
                change(tree / "strategies" / target / "kustomization.yaml", second, name)
                documents = list(yaml.load_all(kustomized(target, str(tree / "strategies" / target)), Loader=yaml.CSafeLoader))
                images = {it["image"] for one in of_kind(documents, "Deployment") for it in one["spec"]["template"]["spec"]["containers"]}
                if images != {wanted}:
                    found.append(f"{target}: runs {', '.join(sorted(images))} and says {wanted}")
    return found


def plant(report: Report) -> None:
    """Names that are found only as long as the overlay says nothing, or never."""
    report.plant("the name without a registry", faults("bccb-api"))
    report.plant("the name of another image", faults("(.*/)?bccb-web"))
