"""Every rendered manifest against the schemas of Kubernetes, strictly: a field that is not known is an error."""

import functools
import json

import kubernetes_validate
import yaml

from manifests import FOREIGN, TARGETS, Document, copy, named, rendered
from tool import ROOT, Report, files

# The oldest that we support, what `kubectl` here is of, and a newer one.
VERSIONS = ["1.30", "1.32", "1.35"]


@functools.cache
def fault(text: str, version: str) -> str | None:
    """What in a document does not keep to the schema of a version."""
    document = json.loads(text)
    title = f"{document['kind']} {document['metadata']['name']} in {version}"
    try:
        kubernetes_validate.validate(document, version, strict=True)
    except kubernetes_validate.SchemaNotFoundError:
        return None if document["kind"] in FOREIGN else f"{title}: there is no such kind"
    except kubernetes_validate.ValidationError as error:
        return f"{title}: {'.'.join(str(part) for part in error.path)}: {error.message}"
    return None


def faults(documents: list[Document], version: str) -> list[str]:
    """What does not keep to the schema of a version. The same document in several overlays is looked at once."""
    texts = [json.dumps(it | {"metadata": it["metadata"] | {"namespace": "any"}}) for it in documents]
    return [found for text in texts if (found := fault(text, version))]


def plant(report: Report) -> None:
    """Faults that people make."""
    good = rendered("overlays/production")

    def broken(name: str, change) -> None:
        documents = copy(good)
        change(named(documents, "Deployment", "web"), documents)
        for version in VERSIONS:
            report.plant(f"{name} in {version}", faults(documents, version))

    def misspelt(web: Document, _all: list[Document]) -> None:
        web["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}

    def text_for_number(web: Document, _all: list[Document]) -> None:
        web["spec"]["replicas"] = "two"

    def no_selector(web: Document, _all: list[Document]) -> None:
        del web["spec"]["selector"]

    def old_kind(_web: Document, documents: list[Document]) -> None:
        named(documents, "HorizontalPodAutoscaler", "api-gateway")["apiVersion"] = "autoscaling/v2beta2"

    for change in (misspelt, text_for_number, no_selector, old_kind):
        broken(change.__name__, change)


def check() -> Report:
    """Holds everything that can be applied to the schemas."""
    count = 0
    findings = []
    for target in TARGETS:
        documents = rendered(target)
        count += len([it for it in documents if it["kind"] not in FOREIGN])
        findings += [f"{target}: {found}" for version in VERSIONS for found in faults(documents, version)]
    extra = [it for it in yaml.safe_load_all((ROOT / "k8s/external-secrets/production.yaml").read_text()) if it]
    alone = [it for path in [ROOT / "k8s/deployer.yaml", *files("k8s/storage-classes/*.yaml")] for it in yaml.safe_load_all(path.read_text())]
    count += len(alone)
    findings += [f"beside the overlays: {found}" for version in VERSIONS for found in faults(alone, version)]
    report = Report(f"{count} manifests of {len(TARGETS)} targets in {', '.join(VERSIONS)}; {len(extra)} external ones and ServiceMonitors have no schema here", findings)
    plant(report)
    return report
