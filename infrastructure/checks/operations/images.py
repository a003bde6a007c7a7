"""The Dockerfiles: hadolint, and what it cannot know."""

import pathlib
import re
import tomllib

from tool import BIN, HERE, PLANTED, ROOT, Report, files, run, short

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


def named_files(crate: str) -> set[str]:
    """Files that a manifest names: cargo reads none of it while one of them is missing."""
    content = tomllib.loads((ROOT / "crates" / crate / "Cargo.toml").read_text())
    targets = [it for kind in ("bin", "bench", "example", "test") for it in content.get(kind, [])]
    return {f"crates/{crate}/{it['path']}" for it in targets if "path" in it}


def rust(texts: dict[str, str]) -> list[str]:
    """Whether the images of our crates know every crate by name, and share the stages that compile them."""
    crates = {path.parent.name for path in files("crates/*/Cargo.toml")}
    found = []
    for name, text in texts.items():
        copied = set(re.findall(r"^COPY crates/([\w-]+)/Cargo\.toml crates/\1/$", text, re.MULTILINE))
        found += [f"{name}: leaves out crates/{crate}/Cargo.toml" for crate in sorted(crates - copied)]
        found += [f"{name}: copies crates/{crate}, which is not there" for crate in sorted(copied - crates)]
        wanted = {path for crate in crates for path in named_files(crate)}
        found += [f"{name}: has nothing in place of {path}" for path in sorted(wanted) if f">{path}" not in text]
    shared = {name: text[text.index("FROM ") : text.index("FROM ", text.index(" AS sbom"))] for name, text in texts.items()}
    first = next(iter(shared))
    return found + [f"{name}: compiles otherwise than {first}" for name, text in shared.items() if text != shared[first]]


def plant_rust(report: Report, good: dict[str, str]) -> None:
    """One fault of each kind."""
    last = list(good)[-1]
    for title, old, new, word in (
        ("a crate that is left out", "COPY crates/domain/Cargo.toml crates/domain/\n", "", "leaves out crates/domain"),
        ("a crate that is not there", "COPY crates/domain/", "COPY crates/gone/Cargo.toml crates/gone/\nCOPY crates/domain/", "copies crates/gone"),
        ("a binary without a stand-in", ">crates/api-gateway/src/with_faults.rs", ">/dev/null", "in place of crates/api-gateway"),
        ("a stage of its own", "COPY proto proto\n", "COPY proto ./proto\n", "compiles otherwise"),
    ):
        report.plant(title, [it for it in rust(good | {last: good[last].replace(old, new, 1)}) if word in it])


def check() -> Report:
    """Looks at each Dockerfile."""
    every = [path for path in files("infrastructure/docker/Dockerfile.*") if path.suffix != ".dockerignore"]
    compiled = {short(path): path.read_text() for path in files(*(f"infrastructure/docker/Dockerfile.{name}" for name in ("api", "credential", "ai")))}
    report = Report(f"{len(every)} Dockerfiles", [*(fault for path in every for fault in [*lint(path), *ours(path)]), *rust(compiled)])
    bad = PLANTED / "Dockerfile.bad"
    text = "\n".join(lint(bad))
    for rule in ("DL3002", "DL3007", "DL3009", "DL3020", "DL3025", "DL4006", "SC2086"):
        report.plant(f"hadolint {rule}", [rule] if rule in text else [])
    text = "\n".join(ours(bad))
    for word in ("no version", "numbered user", "HEALTHCHECK", "uses ADD", "built in"):
        report.plant(word, [word] if word in text else [])
    plant_rust(report, compiled)
    return report
