"""The container engine and Compose, whichever are there."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from report import Failed

PODMAN_COMPOSE = "podman-compose==1.6.0"


class Engine:
    """podman or docker."""

    def __init__(self, name: str | None) -> None:
        candidates = [name] if name else ["docker", "podman"]
        for candidate in candidates:
            if shutil.which(candidate) and _answers([candidate, "info"]):
                self.name = candidate
                return
        raise Failed(f"no container engine answers (tried {', '.join(candidates)})")

    @property
    def is_podman(self) -> bool:
        """Whether it is podman, which differs in what it says and cannot do."""
        return self.name == "podman"

    def run(self, *arguments: str, check: bool = True, quiet: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the engine."""
        return _run([self.name, *arguments], check=check, quiet=quiet)

    def build(self, image: str, dockerfile: str, root: Path, arguments: dict[str, str]) -> None:
        """Build an image; BUILD_FLAGS of the environment go along, for what only this machine needs."""
        command = [self.name, "build", "--tag", image, "--file", dockerfile]
        if self.is_podman:
            # The OCI format has no health checks.
            command += ["--format", "docker"]
        for key, value in arguments.items():
            command += ["--build-arg", f"{key}={value}"]
        command += [*shlex.split(os.environ.get("BUILD_FLAGS", "")), "."]
        _run(command, cwd=root, quiet=False)

    def inspect(self, what: str) -> dict[str, Any]:
        """What the engine says about an image or a container."""
        found: list[dict[str, Any]] = json.loads(self.run("inspect", what).stdout)
        return found[0]

    def containers(self, project: str, service: str | None = None, everything: bool = False) -> list[str]:
        """Names of the containers of a Compose project."""
        command = ["ps", "--filter", f"label=com.docker.compose.project={project}", "--format", "{{.Names}}"]
        if service:
            command += ["--filter", f"label=com.docker.compose.service={service}"]
        if everything:
            command.append("--all")
        return self.run(*command).stdout.split()

    def inspect_base(self, image: str) -> dict[str, Any]:
        """What the engine says about an image that another one was built from; BuildKit does not keep those in the list of images."""
        if self.run("image", "inspect", image, check=False).returncode != 0:
            self.run("pull", image)
        return self.inspect(image)

    def others_in(self, network: str, project: str) -> list[str]:
        """Names of the containers that are in a network, or would be again, and belong to another project."""
        label = '{{.Label "com.docker.compose.project"}}' if not self.is_podman else '{{index .Labels "com.docker.compose.project"}}'
        command = ["ps", "--all", "--filter", f"network={network}", "--format", "{{.Names}} " + label]
        rows = [line.split() for line in self.run(*command, check=False).stdout.splitlines() if line.strip()]
        return [row[0] for row in rows if row[1:] != [project]]

    def container(self, project: str, service: str) -> str:
        """Name of the one container of a service."""
        names = self.containers(project, service, everything=True)
        if len(names) != 1:
            raise Failed(f"{service} has {len(names)} containers instead of 1")
        return names[0]

    def is_healthy(self, name: str) -> bool:
        """Whether the container's own health check passes."""
        if self.is_podman:
            # Without systemd, podman runs health checks only when it is told to.
            return self.run("healthcheck", "run", name, check=False).returncode == 0
        state = self.inspect(name)["State"]
        return bool(state.get("Health", {}).get("Status") == "healthy")


class Compose:
    """One Compose project, with the variables that are given here and no others: what an operator has set is for real data."""

    def __init__(self, engine: Engine, root: Path, project: str, files: list[Path], environment: dict[str, str], empty: Path) -> None:
        self.engine = engine
        self.project = project
        self._root = root
        asked = {name for file in files for name in re.findall(r"\$\{(\w+)", file.read_text(encoding="utf-8"))}
        # COMPOSE_FILE, COMPOSE_PROFILES and the like would change what is started.
        others = {name: value for name, value in os.environ.items() if name not in asked and not name.startswith("COMPOSE_")}
        self._environment = others | environment
        # In place of the .env beside the file.
        empty.write_bytes(b"")
        self._command = compose_command(engine, root) + ["--project-name", project, "--env-file", str(empty)]
        for file in files:
            self._command += ["--file", str(file)]

    def run(self, *arguments: str, check: bool = True, quiet: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of Compose."""
        return _run([*self._command, *arguments], cwd=self._root, env=self._environment, check=check, quiet=quiet)

    def up(self, services: list[str], once: list[str], stores: list[str]) -> None:
        """Start everything; where the engine does not wait for what comes first, the waiting is done here."""
        start = ["--profile", "demo", "up", "--detach", "--no-build"]
        if not self.engine.is_podman:
            self.run(*start)
            return
        # Without `--no-deps` podman-compose ties containers together in a way that podman 4.3 cannot start them again in.
        start.append("--no-deps")
        self.run(*start, *stores)
        self.wait_healthy(stores, 120)
        for service in once:
            self.run(*start, service)
            self.wait_done(service, 60)
        if services:
            self.run(*start, *services)

    def wait_done(self, service: str, patience: float) -> None:
        """Wait until a service that runs once has ended well."""
        start = time.monotonic()
        while True:
            state = self.engine.inspect(self.engine.container(self.project, service))["State"]
            if state["Status"] == "exited" and state["ExitCode"] == 0:
                return
            if time.monotonic() - start > patience:
                raise Failed(f"{service} has not ended well after {patience:.0f} s\n{self.logs(service)}")
            time.sleep(0.5)

    def down(self) -> None:
        """Remove everything of the project, its data too."""
        # Compose leaves the volumes without a name that images ask for.
        for name in self.engine.containers(self.project, everything=True):
            self.engine.run("rm", "--force", "--volumes", name, check=False)
        self.run("--profile", "demo", "--profile", "backup", "down", "--volumes", check=False)

    def wait_healthy(self, services: list[str], patience: float) -> dict[str, float]:
        """Seconds until each service was healthy."""
        start = time.monotonic()
        waits: dict[str, float] = {}
        while len(waits) < len(services):
            for service in services:
                if service not in waits and self.engine.is_healthy(self.engine.container(self.project, service)):
                    waits[service] = time.monotonic() - start
            if len(waits) < len(services) and time.monotonic() - start > patience:
                missing = [service for service in services if service not in waits]
                logs = "\n".join(self.logs(service) for service in missing)
                raise Failed(f"not healthy after {patience:.0f} s: {', '.join(missing)}\n{logs}")
            time.sleep(0.5)
        return waits

    def logs(self, service: str) -> str:
        """The last words of a service."""
        name = self.engine.container(self.project, service)
        result = self.engine.run("logs", "--tail", "15", name, check=False)
        return f"-- {service}\n{result.stdout}{result.stderr}"


def compose_command(engine: Engine, root: Path) -> list[str]:
    """Compose of the engine, or podman-compose, fetched into .data where it is missing."""
    if not engine.is_podman and _answers([engine.name, "compose", "version"]):
        return [engine.name, "compose"]
    present = shutil.which("podman-compose")
    if present:
        return [present]
    if not engine.is_podman:
        raise Failed("docker has no Compose plugin")
    return [str(_environment(root) / "bin" / "podman-compose")]


def python_with_yaml(root: Path) -> list[str]:
    """Folders of an environment that can read YAML, which Python alone cannot."""
    return [str(folder) for folder in (_environment(root) / "lib").glob("python3*/site-packages")]


def _environment(root: Path) -> Path:
    venv = root / ".data" / "venv-containers"
    if not (venv / "bin" / "podman-compose").exists():
        _run([sys.executable, "-m", "venv", str(venv)])
        _run([str(venv / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", PODMAN_COMPOSE])
    return venv


def _answers(command: list[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _run(
    command: list[str],
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    check: bool = True,
    quiet: bool = True,
) -> subprocess.CompletedProcess[str]:
    pipe = subprocess.PIPE if quiet else None
    result = subprocess.run(command, cwd=cwd, env=env, stdout=pipe, stderr=pipe, text=True, check=False)
    if check and result.returncode != 0:
        said = "" if not quiet else f": {(result.stderr or result.stdout).strip()[-2000:]}"
        raise Failed(f"`{shlex.join(command)}` ended with {result.returncode}{said}")
    return result
