"""The Dockerfiles: hadolint, and what it cannot know."""

import pathlib
import re

from tool import BIN, HERE, PLANTED, Report, files, run, short

# Runs once and ends: there is nobody to ask how it is.
NO_HEALTHCHECK = {"Dockerfile.backup"}


def lint(path: pathlib.Path) -> list[str]:
    """What hadolint finds."""
    result = run([BIN / "hadolint", "--config", HERE / "hadolint.yaml", "--no-color", "--format", "gnu", path])
    return [short(line) for line in (result.stdout + result.stderr).splitlines() if line.strip()]


def ours(path: pathlib.Path) -> list[str]:
    """What we ask for besides: a version of every base, no root, a health check, no ADD, nothing secret built in."""
    text = re.sub(r"\\\n", " ", path.read_text())
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found = []
    defaults = dict(re.findall(r"^ARG (\w+)=(\S+)", text, re.MULTILINE))
    stages = set(re.findall(r"^FROM .* AS (\S+)", text, re.MULTILINE))
    for base in re.findall(r"^FROM (?:--\S+ )?(\S+)", text, re.MULTILINE):
        image = re.sub(r"\$\{?(\w+)\}?", lambda match: defaults.get(match.group(1), ""), base)
        tag = image.rpartition("/")[2].partition(":")[2]
        if image not in stages and tag in ("", "latest"):
            found.append(f"{base} has no version")
    last = text[text.rindex("FROM ") :]
    users = re.findall(r"^USER (\S+)", last, re.MULTILINE)
    if not users or not re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", users[-1]):
        found.append("does not end as a numbered user other than root, which Kubernetes needs to see")
    if "HEALTHCHECK" not in last and path.name not in NO_HEALTHCHECK:
        found.append("has no HEALTHCHECK")
    if re.search(r"^ADD ", text, re.MULTILINE):
        found.append("uses ADD")
    found += [f"{name} is built in" for name in re.findall(r"^(?:ENV|ARG)\s+(\w*(?:PASSWORD|SECRET|TOKEN)\w*)", text, re.MULTILINE)]
    return [f"{short(path)}: {fault}" for fault in found]


def check() -> Report:
    """Looks at each Dockerfile."""
    every = [path for path in files("infrastructure/docker/Dockerfile.*") if path.suffix != ".dockerignore"]
    report = Report(f"{len(every)} Dockerfiles", [fault for path in every for fault in [*lint(path), *ours(path)]])
    bad = PLANTED / "Dockerfile.bad"
    text = "\n".join(lint(bad))
    for rule in ("DL3002", "DL3007", "DL3009", "DL3020", "DL3025", "DL4006", "SC2086"):
        report.plant(f"hadolint {rule}", [rule] if rule in text else [])
    text = "\n".join(ours(bad))
    for word in ("no version", "numbered user", "HEALTHCHECK", "uses ADD", "built in"):
        report.plant(word, [word] if word in text else [])
    return report
