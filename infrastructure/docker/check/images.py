"""What every image must be: small, without a shell and without root, and open about what is in it."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import Engine
from report import Report

MEGABYTE = 1_000_000
DISTROLESS = "gcr.io/distroless/cc-debian12:nonroot"
NGINX = "nginxinc/nginx-unprivileged:stable"
DEBIAN = "debian:bookworm-slim"
# Names under which a way to run other programs, or to fetch some, would be there.
TOOLS = {"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "python3", "perl", "apt", "apt-get", "dpkg", "curl", "wget"}
LABELS = ("title", "description", "licenses", "version", "revision", "created")


@dataclass(frozen=True)
class Image:
    """One of our images."""

    name: str
    dockerfile: str
    base: str
    limit: int
    # A bill of materials of what we have built or bundled; Debian keeps a list of its packages itself.
    sbom: str | None
    has_shell: bool = False
    # There is nobody to ask how it is.
    runs_once: bool = False


IMAGES = [
    Image("bccb-api", "Dockerfile.api", DISTROLESS, 40, "api-gateway.cdx.json"),
    Image("bccb-credential", "Dockerfile.credential", DISTROLESS, 40, "credential-service.cdx.json"),
    Image("bccb-ai", "Dockerfile.ai", DISTROLESS, 200, "ai-service.cdx.json"),
    Image("bccb-web", "Dockerfile.web", NGINX, 50, "web.cdx.json", has_shell=True),
    Image("bccb-backup", "Dockerfile.backup", DEBIAN, 200, None, has_shell=True, runs_once=True),
]


def build(engine: Engine, root: Path, report: Report, arguments: dict[str, str]) -> None:
    """Build all of them; the three of Rust share the layers of their first stages."""
    for image in IMAGES:
        report.step(f"Building {image.name}")
        engine.build(image.name, f"infrastructure/docker/{image.dockerfile}", root, arguments)


def check(engine: Engine, root: Path, report: Report) -> None:
    """Look at what was built."""
    for image in IMAGES:
        report.step(f"Looking at {image.name}")
        facts = engine.inspect(image.name)
        size = (facts["Size"] - engine.inspect_base(image.base)["Size"]) / MEGABYTE
        report.check(size <= image.limit, f"{image.name} adds {size:.1f} MB to its base, {image.limit} MB at most", "too large")
        config = facts["Config"]
        user = str(config.get("User", "")).split(":")[0]
        report.check(user.isdigit() and int(user) > 0, f"runs as user {user}", "root, or a name that Kubernetes cannot judge")
        labels = config.get("Labels") or {}
        missing = [name for name in LABELS if not labels.get(f"org.opencontainers.image.{name}")]
        report.check(not missing, "carries its labels", missing)
        if not image.runs_once:
            health = config.get("Healthcheck") or facts.get("Healthcheck") or facts.get("HealthCheck")
            report.check(bool(health), "says how its health is checked", "no HEALTHCHECK")
        if image.sbom:
            _check_files(engine, root, report, image)


def _check_files(engine: Engine, root: Path, report: Report, image: Image) -> None:
    container = engine.run("create", image.name).stdout.strip()
    tools: list[str] = []
    privileged: list[str] = []
    bill: dict[str, Any] | None = None
    try:
        export = subprocess.Popen([engine.name, "export", container], stdout=subprocess.PIPE)
        with tarfile.open(fileobj=export.stdout, mode="r|") as files:
            for member in files:
                path = Path(member.name)
                if not member.isdir() and path.name in TOOLS and path.parent.name in ("bin", "sbin"):
                    tools.append(member.name)
                if member.isfile() and member.mode & 0o6000:
                    privileged.append(member.name)
                if member.name.lstrip("/") == f"usr/share/sbom/{image.sbom}":
                    content = files.extractfile(member)
                    bill = json.load(content) if content else None
        export.wait()
    finally:
        engine.run("rm", "--force", "--volumes", container, check=False)
    if not image.has_shell:
        report.check(not tools, "has no shell and no tool to fetch one", tools)
        report.check(not privileged, "has no program that changes its user", privileged)
        started = engine.run("run", "--rm", "--entrypoint", "/bin/sh", image.name, "-c", "true", check=False)
        report.check(started.returncode != 0, "cannot start /bin/sh", "it does")
    if not report.check(bill is not None, "carries its bill of materials", f"no {image.sbom}"):
        return
    if image.name == "bccb-web":
        _compare_npm(bill or {}, root, report)
    else:
        _compare_cargo(bill or {}, root, report)


def _compare_cargo(bill: dict[str, Any], root: Path, report: Report) -> None:
    lock = tomllib.loads((root / "Cargo.lock").read_text(encoding="utf-8"))
    locked = {(each["name"], each["version"]): each.get("checksum") for each in lock["package"]}
    crates = [each for each in bill["components"] if each["bom-ref"].startswith("pkg:cargo/")]
    wrong = [
        each["bom-ref"]
        for each in crates
        if locked.get((each["name"], each["version"]), "") != (each["hashes"][0]["content"] if "hashes" in each else None)
    ]
    report.check(bool(crates) and not wrong, f"{len(crates)} crates in the bill, each with the hash of Cargo.lock", wrong[:5])


def _compare_npm(bill: dict[str, Any], root: Path, report: Report) -> None:
    lock = json.loads((root / "web/package-lock.json").read_text(encoding="utf-8"))
    shipped = {
        f"{path.rpartition('node_modules/')[2]}@{each['version']}"
        for path, each in lock["packages"].items()
        if path and not each.get("dev")
    }
    named = {
        f"{each['group'] + '/' if each.get('group') else ''}{each['name']}@{each['version']}" for each in bill["components"]
    }
    report.check(named == shipped, f"the bill is the {len(shipped)} packages of package-lock.json that are not for development alone", named ^ shipped)
