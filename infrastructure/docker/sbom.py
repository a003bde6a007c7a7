"""Write the bill of materials of one of our binaries as CycloneDX JSON, from what cargo says about the build.

    cargo metadata --locked --format-version 1 --filter-platform TARGET >metadata.json
    sbom.py metadata.json Cargo.lock PACKAGE
    sbom.py --add-model MANIFEST SBOM       the same bill with the encoder and the runtime of a model folder

Crates that only tests use are not part of a binary and are left out. Needs the standard library of Python 3.11 only.
"""

from __future__ import annotations

import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

Json = dict[str, Any]
CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def bill(metadata: Json, lock: Json, package: str) -> Json:
    """Everything that the package is linked from or built with."""
    packages = {each["id"]: each for each in metadata["packages"]}
    nodes = {each["id"]: each for each in metadata["resolve"]["nodes"]}
    members = set(metadata["workspace_members"])
    roots = [identity for identity in members if packages[identity]["name"] == package]
    if len(roots) != 1:
        sys.exit(f"sbom: the workspace has no package `{package}`")
    hashes = {
        (each["name"], each["version"]): each["checksum"] for each in lock["package"] if "checksum" in each
    }
    edges: dict[str, list[str]] = {}
    ahead = list(roots)
    while ahead:
        identity = ahead.pop()
        if identity in edges:
            continue
        edges[identity] = sorted(
            each["pkg"]
            for each in nodes[identity]["deps"]
            if any(kind["kind"] != "dev" for kind in each["dep_kinds"])
        )
        ahead.extend(edges[identity])

    root = roots[0]
    components = sorted(
        (_component(packages[identity], hashes, identity in members) for identity in edges if identity != root),
        key=lambda each: each["bom-ref"],
    )
    subject = _component(packages[root], hashes, ours=True) | {"type": "application"}
    dependencies = [
        {"ref": _reference(packages[identity]), "dependsOn": sorted(_reference(packages[other]) for other in others)}
        for identity, others in edges.items()
    ]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": subject},
        "components": components,
        "dependencies": sorted(dependencies, key=lambda each: each["ref"]),
    }
    return _numbered(content)


def add_model(manifest: Json, content: Json) -> Json:
    """The bill with the encoder and the runtime, which come from other places than the crates."""
    runtime, encoder = manifest["runtime"], manifest["models"]["int8"]
    added = [
        {
            "type": "machine-learning-model",
            "bom-ref": f"model/{manifest['name']}",
            "name": manifest["name"],
            "version": manifest["revision"],
            "hashes": [{"alg": "SHA-256", "content": encoder["sha256"]}],
        },
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/onnxruntime@{runtime['version']}",
            "name": "onnxruntime",
            "version": runtime["version"],
            "purl": f"pkg:pypi/onnxruntime@{runtime['version']}",
            "hashes": [{"alg": "SHA-256", "content": runtime["sha256"]}],
        },
    ]
    subject = content["metadata"]["component"]["bom-ref"]
    for entry in content["dependencies"]:
        if entry["ref"] == subject:
            entry["dependsOn"].extend(each["bom-ref"] for each in added)
    content["components"].extend(added)
    return _numbered(content)


def _component(package: Json, hashes: dict[tuple[str, str], str], ours: bool) -> Json:
    component: Json = {
        "type": "library",
        "bom-ref": _reference(package),
        "name": package["name"],
        "version": package["version"],
    }
    if not ours:
        component["purl"] = _reference(package)
    if package.get("license"):
        # Older crates separate alternatives by a slash, which is no SPDX expression.
        component["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = hashes.get((package["name"], package["version"]))
    if checksum:
        component["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    elif not ours and package.get("source") == CRATES_IO:
        sys.exit(f"sbom: Cargo.lock has no hash of {package['name']} {package['version']}")
    return component


def _reference(package: Json) -> str:
    return f"pkg:cargo/{package['name']}@{package['version']}"


def _numbered(content: Json) -> Json:
    """The serial number follows from the content, so that the same build writes the same bill."""
    rest = {name: value for name, value in content.items() if name != "serialNumber"}
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(rest, sort_keys=True))
    return {"bomFormat": rest["bomFormat"], "specVersion": rest["specVersion"], "serialNumber": f"urn:uuid:{number}"} | rest


def _read(path: str) -> Json:
    content: Json = json.loads(Path(path).read_text(encoding="utf-8"))
    return content


def main(arguments: list[str]) -> None:
    """See above."""
    match arguments:
        case ["--add-model", manifest, sbom]:
            content = add_model(_read(manifest), _read(sbom))
        case [metadata, lock, package] if not metadata.startswith("-"):
            content = bill(_read(metadata), tomllib.loads(Path(lock).read_text(encoding="utf-8")), package)
        case _:
            sys.exit(__doc__)
    json.dump(content, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
