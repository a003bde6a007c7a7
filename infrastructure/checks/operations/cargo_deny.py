"""cargo-deny over all libraries: licences, bans, sources. `advisories.py` asks it for more, with the network."""

import pathlib
import shutil

from tool import ROOT, TOOLS, Missing, Report, folder, run

CHECKS = ["bans", "licenses", "sources"]
SETTINGS = ROOT / ".cargo" / "deny.toml"
VERSION = "0.20.2"
ROOT_OF_TOOL = TOOLS / "cargo"


def program() -> pathlib.Path | None:
    """Where it is, if anywhere."""
    own = ROOT_OF_TOOL / "bin" / "cargo-deny"
    found = shutil.which("cargo-deny")
    return own if own.is_file() else pathlib.Path(found) if found else None


def install() -> None:
    """Builds it, which takes some minutes."""
    command = ["cargo", "install", "cargo-deny", "--locked", "--version", VERSION, "--root", ROOT_OF_TOOL]
    result = run(command)
    if result.returncode != 0:
        raise Missing(f"cargo-deny cannot be installed: {result.stderr.strip()[-400:]}")


def deny(settings: pathlib.Path, checks: list[str], *, network: bool = False) -> list[str]:
    """What it refuses."""
    tool = program()
    if tool is None:
        raise Missing("cargo-deny is not installed: scripts/check-operations --with-cargo-deny")
    options = ["--locked", *([] if network else ["--offline"]), "--manifest-path", ROOT / "Cargo.toml", "--config", settings, "--log-level", "error", "--color", "never"]
    result = run([tool, *options, "check", "--hide-inclusion-graph", *checks])
    if result.returncode == 0:
        return []
    return [line for line in result.stderr.splitlines() if line.startswith(("error", "warning"))] or [result.stderr.strip()[-400:]]


def rules() -> str:
    """What may be in our binaries."""
    if not SETTINGS.is_file():
        raise Missing(".cargo/deny.toml is not there")
    return SETTINGS.read_text()


def packages() -> int:
    """How many libraries there are."""
    return (ROOT / "Cargo.lock").read_text().count("[[package]]")


def check() -> Report:
    """Asks about the lock file as it is, then with stricter settings that have to refuse it."""
    text = rules()
    report = Report(f"{packages()} packages: {', '.join(CHECKS)}", deny(SETTINGS, CHECKS))
    for title, sign, old, new in (
        ("a licence that nobody allowed", "[rejected]", '    "MIT",\n', ""),
        ("a library that is banned", "[banned]", "deny = [\n", 'deny = [\n    { crate = "serde", reason = "planted" },\n'),
        ("a source that nobody allowed", "[source-not-allowed]", "[sources]\n", "[sources]\nallow-registry = []\n"),
    ):
        if old not in text:
            raise Missing(f"the fault '{title}' cannot be planted")
        with folder() as work:
            bad = work / "deny.toml"
            bad.write_text(text.replace(old, new, 1))
            report.plant(title, [finding for finding in deny(bad, CHECKS) if sign in finding])
    return report
