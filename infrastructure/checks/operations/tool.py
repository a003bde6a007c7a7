"""What all checks share: where things are, how a command is run, and what a check gives back."""

import os
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[3]
HERE = pathlib.Path(__file__).resolve().parent
PLANTED = HERE / "planted"
TOOLS = ROOT / ".data" / "checks-operations"
BIN = TOOLS / "venv" / "bin"
NODE = TOOLS / "node"
# Debian puts servers where the PATH of a user does not lead.
PATH = ":".join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"])
# What no registry of packages has, or only root may install, and what to do about it.
ADVICE = {
    "kubectl": "1.30 or newer: https://kubernetes.io/docs/tasks/tools/",
    "terraform": "it or OpenTofu, 1.6 or newer: https://developer.hashicorp.com/terraform/install",
    "nginx": "apt-get install nginx-light",
    "openssl": "apt-get install openssl",
    "git": "apt-get install git",
    "node": "Node 20",
}


class Missing(Exception):
    """Something that is to be checked, or a program that checks, is not there."""


@dataclass
class Report:
    """What a check found."""

    looked_at: str
    """What was looked at, with figures."""
    findings: list[str] = field(default_factory=list)
    planted: int = 0
    """Faults that were planted."""
    missed: list[str] = field(default_factory=list)
    """Planted faults that were not found."""

    def plant(self, name: str, findings: Iterable[str]) -> None:
        """Counts a planted fault, and whether anything was found."""
        self.planted += 1
        if not list(findings):
            self.missed.append(name)


def find(program: str) -> str:
    """Where a program is; what to type where it is not there."""
    place = shutil.which(program, path=PATH)
    if place is None:
        raise Missing(f"{program} is not installed: {ADVICE.get(program, 'scripts/check-operations installs it, after `rm .data/checks-operations/installed`')}")
    return place


def run(command: list, **options) -> subprocess.CompletedProcess:
    """Runs a command and keeps what it printed."""
    options.setdefault("cwd", ROOT)
    environment = os.environ | {"PATH": PATH, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"} | options.pop("env", {})
    if not (pathlib.Path(options["cwd"]) / command[0]).is_file():
        find(str(command[0]))
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, env=environment, **options)


def lines(result: subprocess.CompletedProcess) -> list[str]:
    """What a command complained about: nothing where it succeeded."""
    if result.returncode == 0:
        return []
    text = (result.stdout + result.stderr).strip()
    return text.splitlines() or [f"exit code {result.returncode}"]


def files(*patterns: str) -> list[pathlib.Path]:
    """Files of the repository, by patterns below its root; none of a pattern is an error."""
    found: list[pathlib.Path] = []
    for pattern in patterns:
        here = sorted(path for path in ROOT.glob(pattern) if path.is_file())
        if not here:
            raise Missing(f"{pattern} is not there")
        found += here
    return found


def short(path: pathlib.Path | str) -> str:
    """A path as it is called in the repository."""
    return str(path).replace(f"{ROOT}/", "")


@contextmanager
def folder():
    """A folder that goes away."""
    with tempfile.TemporaryDirectory() as name:
        yield pathlib.Path(name)


Check = Callable[[], Report]
