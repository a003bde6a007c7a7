"""Whether the account of k8s/deployer.yaml may do what .github/scripts/deploy does with an overlay, and no more."""

import yaml

from manifests import INSTALLATIONS, Document, copy, named, overlay
from tool import ROOT, Missing, Report

APPLIED = {"get", "create", "patch"}
FOLLOWED = {"list", "watch"}
GROUPS = {
    "v1": "",
    "apps/v1": "apps",
    "batch/v1": "batch",
    "autoscaling/v2": "autoscaling",
    "policy/v1": "policy",
    "networking.k8s.io/v1": "networking.k8s.io",
    "monitoring.coreos.com/v1": "monitoring.coreos.com",
}
PLURALS = {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"}
# What the script does besides applying: waiting, removing the Job, going back, and saying why a migration failed.
BESIDES = {
    ("apps", "deployments"): FOLLOWED,
    ("apps", "statefulsets"): FOLLOWED,
    ("batch", "jobs"): FOLLOWED | {"delete"},
    ("apps", "replicasets"): {"get", "list"},
    ("", "pods"): {"get", "list"},
    ("", "pods/log"): {"get"},
}
# With these an account takes everything else.
NEVER = {"*", "secrets", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "pods/exec", "serviceaccounts/token"}

Right = tuple[str, str]


def wanted(documents: list[Document]) -> dict[Right, set[str]]:
    """What is done in the namespace."""
    needs = {right: set(verbs) for right, verbs in BESIDES.items()}
    for document in documents:
        if document["kind"] != "Namespace":
            resource = PLURALS.get(document["kind"], f"{document['kind'].lower()}s")
            needs.setdefault((GROUPS[document["apiVersion"]], resource), set()).update(APPLIED)
    return needs


def granted(role: Document) -> dict[Right, set[str]]:
    """What a role allows."""
    allowed: dict[Right, set[str]] = {}
    for rule in role["rules"]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                allowed.setdefault((group, resource), set()).update(rule["verbs"])
    return allowed


def faults(account: list[Document], needs: dict[Right, set[str]]) -> list[str]:
    """What it may not and has to, and what it may and must not."""
    role, cluster = named(account, "Role", "deployer"), named(account, "ClusterRole", "deployer-of-bccb-production")
    allowed = granted(role)
    found = [f"may not {', '.join(sorted(missing))} {resource}" for (group, resource), verbs in needs.items() if (missing := verbs - allowed.get((group, resource), set()))]
    found += [f"may touch {resource}" for it in (role, cluster) for _group, resource in granted(it) if resource in NEVER]
    found += ["may use every verb" for it in (role, cluster) for verbs in granted(it).values() if "*" in verbs]
    if any(rule["resources"] != ["namespaces"] or rule.get("resourceNames") != ["bccb-production"] for rule in cluster["rules"]):
        found.append("reaches further than its own namespace")
    if not {"get", "patch"} <= granted(cluster).get(("", "namespaces"), set()):
        found.append("may not label its namespace")
    return found


def check() -> Report:
    """Looks at everything that any installation but the one on a developer's machine applies."""
    path = ROOT / "k8s/deployer.yaml"
    if not path.is_file():
        raise Missing("k8s/deployer.yaml is not there")
    good = list(yaml.safe_load_all(path.read_text()))
    needs = wanted([it for name in INSTALLATIONS if name != "development" for it in overlay(name)])
    report = Report(f"rights on {len(needs)} resources", faults(good, needs))

    def rules(documents: list[Document], kind: str = "Role", name: str = "deployer") -> list[Document]:
        return named(documents, kind, name)["rules"]

    faulty = {
        "a kind that is left out": lambda it: rules(it).pop(0),
        "a Job that stays": lambda it: rules(it)[2]["verbs"].remove("delete"),
        "no way back": lambda it: rules(it).remove(next(rule for rule in rules(it) if "replicasets" in rule["resources"])),
        "Secrets": lambda it: rules(it)[0]["resources"].append("secrets"),
        "every verb": lambda it: rules(it)[0]["verbs"].append("*"),
        "every namespace": lambda it: rules(it, "ClusterRole", "deployer-of-bccb-production")[0].pop("resourceNames"),
        "a namespace as it is": lambda it: rules(it, "ClusterRole", "deployer-of-bccb-production")[0]["verbs"].remove("patch"),
    }
    for title, change in faulty.items():
        documents = copy(good)
        change(documents)
        report.plant(title, faults(documents, needs))
    return report
