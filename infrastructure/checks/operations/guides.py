"""The guides: links lead somewhere, scripts know the flags they are called with, metrics are measured."""

import functools
import pathlib
import re
from collections.abc import Iterator

from tool import ROOT, Missing, Report, files, run, short

PATTERNS = ["infrastructure/guides/*.md", "k8s/**/README.md", "infrastructure/**/README.md"]
LINK = re.compile(r"\]\(([^()\s]+)\)")
CALLED = re.compile(r"(?<![\w/.-])(?:\./)?((?:scripts|\.github/scripts|k8s|infrastructure/docker)/(?!README)[a-z](?:[a-z0-9-]*[a-z0-9])?)(?![\w/…-]|\.\w)((?:[^\n`|;&\\]|\\\n)*)")
# Where a script leaves its arguments to.
BEHIND = {
    "scripts/check-operations": ["infrastructure/checks/operations/run.py"],
    "scripts/setup": ["scripts/setup-model"],
    "scripts/up": ["crates/dev-stack/src"],
    "scripts/db": ["crates/credential-service/src"],
    "scripts/import": ["crates/credential-service/src"],
    "scripts/evaluate": ["crates/ai-service/src", "crates/dev-stack/src"],
}
METRIC = re.compile(
    r"(?<![\w.$-])[a-z][a-z0-9]*(?:_[a-z0-9]+)*_(?:total|seconds|bytes|depth|state|broken|usable|up|parked|connected|documents|connections|failures|rate|hung|sum|bucket|count|result|success)(?![\w(-])"
)
# What others measure, and words of SQL and of Terraform that only look like it.
FOREIGN = re.compile(r"^(kube|node|container|pg|nginx)_|^(checksum_failures|max_connections|database_max_connections)$")


def plain(text: str) -> str:
    """Without blocks of code, in which brackets are no links."""
    return re.sub(r"(?ms)^( *)```.*?^\1```", "", text)


@functools.cache
def anchors(path: pathlib.Path) -> set[str]:
    """Names of the headings, as they are made of their words."""
    found: set[str] = set()
    for heading in re.findall(r"(?m)^#+ +(.*)$", plain(path.read_text())):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")
        number = 0
        while (one := f"{name}-{number}" if number else name) in found:
            number += 1
        found.add(one)
    return found


def links(path: pathlib.Path, text: str) -> Iterator[str]:
    """Those that lead nowhere. `path` is where the text stands."""
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "``", plain(text))):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _sign, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        if not place.exists():
            yield f"{target} is not there"
        elif anchor and place.suffix == ".md":
            if anchor not in anchors(place):
                yield f"{short(place)} has no heading #{anchor}"


@functools.cache
def words_of(script: str) -> str:
    """What a script and those behind it say."""
    places = [ROOT / script, *(ROOT / it for it in BEHIND.get(script, []))]
    paths = [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*")))]
    return "\n".join(path.read_text(errors="replace") for path in paths if path.is_file() and path.suffix in ("", ".py", ".rs"))


def scripts(text: str) -> Iterator[str]:
    """Those that are called and are not there, and flags that they do not know."""
    for script, rest in CALLED.findall(text):
        path = ROOT / script
        if path.is_dir():
            continue
        if not path.is_file():
            yield f"{script} is not there"
            continue
        for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]*", re.sub(r"'[^']*'|\"[^\"]*\"", "", rest)):
            words = words_of(script)
            # Rust has the field, and the flag is made of it.
            field = rf"\b{flag[2:].replace('-', '_')}: "
            if not re.search(rf"{re.escape(flag)}(?![\w-])", words) and not re.search(field, words):
                yield f"{script} knows no {flag}"


@functools.cache
def measured() -> str:
    """Everything that may name a metric."""
    result = run(["git", "grep", "-h", "-I", "-o", "-E", r"[a-z][a-z0-9]*(_[a-z0-9]+)+", "--", "crates/*/src/*.rs", "scripts/backup", ":!crates/*/src/*tests*"])
    if result.returncode != 0:
        raise Missing(f"the metrics cannot be looked up: {result.stderr.strip()}")
    return " " + " ".join(sorted(set(result.stdout.split()))) + " "


def metrics(text: str) -> Iterator[str]:
    """Names that nothing measures. Lines of SQL have names of their own."""
    kept = re.sub(r"(?ms)^.*\bsql -.*?$", "", text)
    for name in sorted(set(METRIC.findall(kept))):
        if FOREIGN.search(name):
            continue
        if f" {name} " not in measured() and f" {re.sub('_(sum|bucket|count)$', '', name)} " not in measured():
            yield f"nothing measures {name}"


def faults(path: pathlib.Path, text: str) -> list[str]:
    """Everything of the above."""
    return [*links(path, text), *scripts(text), *metrics(text)]


def check() -> Report:
    """Reads every guide, then lines that are wrong."""
    paths = sorted({path for path in files(*PATTERNS) if "node_modules" not in path.parts})
    texts = {path: path.read_text() for path in paths}
    findings = [f"{short(path)}: {fault}" for path, text in texts.items() for fault in faults(path, text)]
    counted = sum(len(LINK.findall(text)) for text in texts.values()), sum(len(CALLED.findall(text)) for text in texts.values()), len({name for text in texts.values() for name in METRIC.findall(text)})
    report = Report(f"{len(paths)} guides, {counted[0]} links, {counted[1]} calls of scripts, {counted[2]} names that look like metrics", findings)
    guide = ROOT / "infrastructure/guides/runbooks.md"
    good = "[back](#back-to-the-version-before) [how](security.md#changing-jwt_secret), `scripts/backup --list`, `http_requests_total{status_code}`\n"
    if faults(guide, good):
        report.missed.append(f"a line without a fault: {faults(guide, good)}")
    for title, line in {
        "a link to a file that is not there": "[how](secrets.md)",
        "a link to a folder that is not there": "[how](../compose)",
        "a link to a heading that is not there": "[how](security.md#changing-jwt-secret)",
        "a link to no heading of its own": "[how](#back)",
        "a script that is not there": "run `scripts/backups`",
        "a flag that the script does not know": "run `scripts/backup --all`",
        "a flag of a program behind it": "run `scripts/check-operations --quickly`",
        "a flag on the second line": "    scripts/rollout promote --file F \\\n      --loud",
        "a flag that is the beginning of another": "run `scripts/backup --lis`",
        "a metric of nobody": "| alarm | `http_request_total` |",
        "a sum of nobody": "`http_request_time_seconds_sum`",
    }.items():
        report.plant(title, faults(guide, line))
    return report
