"""Checkov over manifests, Dockerfiles, workflows and Terraform; each rule that does not hold here has its reason."""

import json
import pathlib
import shutil

from manifests import OVERLAYS, rendered_text
from tool import BIN, PLANTED, ROOT, Missing, Report, folder, run

SKIPPED = {
    "CKV_K8S_15": "images are named by version or digest, which never mean something else: no need to ask the registry each time",
    "CKV_K8S_43": "the digests are those of a release: .github/scripts/deploy puts them in and refuses an image without",
    "CKV_K8S_40": "the images of PostgreSQL, Redis and NGINX have their own users, below 10000; ours has 65532",
    "CKV_DOCKER_7": "does not see the tag in `ARG X=image:tag` and `FROM ${X}`; the check of images does",
}
SKIPPED_AT: dict[str, tuple[str, str]] = {
    # A rule, a word of the resources where it does not hold, and the reason.
    "CKV_DOCKER_2": ("Dockerfile.backup", "it runs once and ends: there is nobody to ask how it is"),
}


def scan(path: pathlib.Path, framework: str) -> tuple[int, list[tuple[str, str, str]]]:
    """How many checks passed, and rule, name and place of those that failed."""
    command = [BIN / "checkov", "-d", path, "--framework", framework, "--compact", "--quiet", "--skip-download", "-o", "json"]
    result = run(command, env={"LOG_LEVEL": "ERROR"})
    try:
        answer = json.loads(result.stdout)
    except json.JSONDecodeError as error:
        raise Missing(f"checkov says nothing that can be read about {framework}: {result.stderr.strip()[-400:]}") from error
    if "results" not in answer:
        # Nothing at all was looked at.
        return 0, []
    failed = [(it["check_id"], it["check_name"], f"{it['file_path']} {it['resource']}") for it in answer["results"]["failed_checks"]]
    return answer["summary"]["passed"], failed


def wanted(failure: tuple[str, str, str]) -> bool:
    """Whether a failure counts."""
    rule, _name, place = failure
    where = SKIPPED_AT.get(rule)
    return rule not in SKIPPED and not (where and where[0] in place)


def lay_out(work: pathlib.Path) -> dict[str, pathlib.Path]:
    """Folders with nothing but what a framework is about."""
    places = {}
    for framework, source in (("dockerfile", "infrastructure/docker"), ("terraform", "infrastructure/terraform")):
        if not (ROOT / source).is_dir():
            raise Missing(f"{source} is not there")
        places[framework] = ROOT / source
    if not (ROOT / ".github/workflows").is_dir():
        raise Missing(".github/workflows is not there")
    shutil.copytree(ROOT / ".github", work / "workflows" / ".github")
    places["github_actions"] = work / "workflows"
    places["kubernetes"] = work / "manifests"
    places["kubernetes"].mkdir()
    for name in OVERLAYS:
        (places["kubernetes"] / f"{name}.yaml").write_text(rendered_text(f"overlays/{name}"))
    return places


def lay_out_planted(work: pathlib.Path) -> dict[str, pathlib.Path]:
    """Folders with a bad file each."""
    for framework, source, target in (
        ("dockerfile", "Dockerfile.bad", "Dockerfile"),
        ("terraform", "bad.tf", "bad.tf"),
        ("github_actions", "workflow.yml", ".github/workflows/workflow.yml"),
        ("kubernetes", "pod.yaml", "pod.yaml"),
    ):
        path = work / "planted" / framework / target
        path.parent.mkdir(parents=True)
        shutil.copy(PLANTED / source, path)
    return {it.name: it for it in (work / "planted").iterdir()}


def check() -> Report:
    """Scans what there is, then what is bad."""
    report = Report("")
    passed: list[str] = []
    with folder() as work:
        for framework, path in lay_out(work).items():
            good, failed = scan(path, framework)
            passed.append(f"{framework} {good}")
            if good == 0:
                report.findings.append(f"{framework}: nothing was looked at")
            report.findings += [f"{framework}: {rule} {name}: {place}" for rule, name, place in sorted(set(failed)) if wanted((rule, name, place))]
        for framework, path in lay_out_planted(work).items():
            _good, failed = scan(path, framework)
            report.plant(framework, [it for it in failed if wanted(it)])
    report.looked_at = f"passed: {', '.join(passed)}; {len(SKIPPED) + len(SKIPPED_AT)} rules skipped with a reason"
    return report
