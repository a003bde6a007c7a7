"""Whether requests move to another set of gateways only when its pods can take them, and the first set comes back without its Service."""

import pathlib
import shutil

from manifests import Document, copy, named, of_kind, overlay, rendered
from tool import ROOT, Report, folder, run

SCRIPT = ROOT / "k8s/strategies/switch"
STABLE = "strategies/blue-green/stable"
# A cluster that answers what it is asked, and writes down what it is told.
CLUSTER = """#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$WORK/calls"
case "$*" in
  *"get service"*) printf %s "$SERVES" ;;
  *"get deployment"*) printf %s "$PODS" ;;
  *"get hpa"*) printf 3 ;;
  *"rollout status"*) [ -z "$STUCK" ] ;;
esac
"""


def told(script: pathlib.Path, serves: str, to: str, pods: int, stuck: str = "") -> tuple[int, list[str]]:
    """How a switch ended, and what it changed or waited for on the way."""
    with folder() as work:
        (work / "kubectl").write_text(CLUSTER)
        (work / "kubectl").chmod(0o755)
        environment = {"PATH": f"{work}:/usr/bin:/bin", "WORK": str(work), "SERVES": serves, "PODS": str(pods), "STUCK": stuck}
        result = run(["bash", script, to], env=environment)
        calls = (work / "calls").read_text().splitlines() if (work / "calls").exists() else []
    return result.returncode, [it.removeprefix("--namespace bccb-production ") for it in calls if " get " not in it]


def least(name: str, pods: int) -> str:
    return f'patch hpa {name} --type merge --patch {{"spec":{{"minReplicas":{pods}}}}}'


def to_track(track: str) -> str:
    return f'patch service api-gateway --type merge --patch {{"spec":{{"selector":{{"bccb/track":"{track}"}}}}}}'


def switch_faults(script: pathlib.Path) -> list[str]:
    """What the script does in another order, or not at all."""
    found = []
    for serves, to, pods, name in (("stable", "green", 7, "api-gateway-green"), ("green", "blue", 3, "api-gateway-blue"), ("blue", "stable", 5, "api-gateway")):
        before = [*([least(name, pods)] if pods > 3 else []), f"scale deployment/{name} --replicas {pods}", f"rollout status deployment/{name} --timeout 10m"]
        for stuck in ("", "yes"):
            code, calls = told(script, serves, to, pods, stuck)
            wanted = before + ([] if stuck else [to_track(to)])
            if (code != 0) != bool(stuck) or calls != wanted:
                found.append(f"from {serves} to {to} with {pods} pods{', which do not get ready' if stuck else ''}: ends with {code} after {calls}")
    for serves, to, pods in (("green", "green", 3), ("", "green", 3), ("blue", "green", 0), ("blue", "grey", 3)):
        code, calls = told(script, serves, to, pods)
        if code == 0 or calls:
            found.append(f"from {serves or 'nothing'} with {pods} pods to {to}: is not refused")
    return found


def stable_faults(own: list[Document]) -> list[str]:
    """Whether the first set comes as the overlay has it, with its autoscaler and without what leads to it."""
    beside = overlay("production")
    found = [f"{STABLE}: {it['kind']} {it['metadata']['name']} is another than in the overlay" for it in own if it not in beside]
    kinds = sorted(it["kind"] for it in own)
    if kinds != ["ConfigMap", "Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget"]:
        found.append(f"{STABLE}: has {', '.join(kinds)}")
    return found + [f"{STABLE}: is about {it['metadata']['name']}" for it in of_kind(own, "Deployment") if it["metadata"]["name"] != "api-gateway"]


def faults() -> list[str]:
    """Everything of the above."""
    return switch_faults(SCRIPT) + stable_faults(rendered(STABLE))


def plant(report: Report) -> None:
    """Scripts that leave a step out, and a first set with too much or too little."""
    text = SCRIPT.read_text()
    for title, line in (("no wait for the pods", "ask rollout status"), ("as many pods as there are", "ask scale"), ("an autoscaler that takes them away", "  ask patch hpa"), ("no look at who serves", "[ \"$from\" !=")):
        with folder() as work:
            shutil.copy(SCRIPT, work)
            (work / "switch").write_text("\n".join(":" if it.startswith(line) else it for it in text.splitlines()) + "\n")
            report.plant(title, switch_faults(work / "switch"))
    good = rendered(STABLE)
    report.plant("the Service with the first set", stable_faults([*good, named(overlay("production"), "Service", "api-gateway")]))
    report.plant("a first set without an autoscaler", stable_faults([it for it in good if it["kind"] != "HorizontalPodAutoscaler"]))
    documents = copy(good)
    named(documents, "Deployment", "api-gateway")["spec"]["selector"]["matchLabels"]["bccb/track"] = "green"
    report.plant("a first set with the track of another", stable_faults(documents))
