"""Whether pods come, go and are counted without anybody noticing: autoscalers, budgets, grace periods, Services, Ingresses."""

import functools
import re
from collections.abc import Iterator

import yaml

import second_images
import switching
from capacity import most_pods
from manifests import EVERYTHING, FOREIGN, INSTALLATIONS, NAME, OVERLAYS, STRATEGIES, Document, Workload, copy, named, of_kind, overlay, rendered, selects, settings, workloads
from tool import ROOT, Missing, Report, files

# Time that endpoints and proxies need to notice that a pod goes, and time that a process needs to end after draining.
NOTICE_SECONDS = 5
MARGIN_SECONDS = 5
# Annotations that ingress-nginx knows; one that it does not know is passed over in silence.
ANNOTATIONS = {
    "ssl-redirect", "force-ssl-redirect", "limit-rps", "limit-rpm", "limit-connections", "limit-burst-multiplier", "limit-allowlist",
    "proxy-body-size", "proxy-request-buffering", "proxy-buffering", "proxy-connect-timeout", "proxy-read-timeout", "proxy-send-timeout",
    "canary", "canary-weight", "canary-by-header", "canary-by-header-value", "canary-by-cookie", "canary-weight-total",
}


def number(names: dict[str, str], name: str) -> int:
    """A setting in milliseconds as seconds, rounded up."""
    return -(-int(names.get(name, "0")) // 1000)


def ending(workload: Workload, documents: list[Document]) -> Iterator[str]:
    """Whether a pod may end in peace."""
    grace = workload.pod.get("terminationGracePeriodSeconds", 30)
    for container in workload.pod["containers"]:
        names = dict(settings(documents, container))
        hook = ((container.get("lifecycle") or {}).get("preStop") or {})
        if "exec" in hook:
            yield f"{workload.title}: the image has no shell for preStop"
        sleep = (hook.get("sleep") or {}).get("seconds", 0)
        delay, drain = number(names, "DRAIN_DELAY_MS"), number(names, "DRAIN_TIMEOUT_MS")
        if grace < sleep + delay + drain + MARGIN_SECONDS:
            yield f"{workload.title}: {grace} s of grace for {sleep} + {delay} + {drain} s and a margin of {MARGIN_SECONDS}"
        served = any(selects({"matchLabels": it["spec"]["selector"]}, workload.labels) for it in of_kind(documents, "Service"))
        if workload.kind == "Deployment" and (served or "strategy" in workload.document["spec"]) and sleep + delay < NOTICE_SECONDS:
            yield f"{workload.title}: ends before endpoints have noticed ({sleep} + {delay} s)"


def starting(workload: Workload) -> Iterator[str]:
    """How probes ask, and how one version replaces another."""
    for container in workload.pod["containers"]:
        paths = {probe: ((container.get(probe) or {}).get("httpGet") or {}).get("path") for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        has_admin = any(port["name"] == "admin" for port in container.get("ports") or [])
        if has_admin and (paths["livenessProbe"] != "/livez" or paths["readinessProbe"] != "/readyz" or paths["startupProbe"] != "/livez"):
            yield f"{workload.title}: probes ask {paths}"
        startup = container.get("startupProbe") or {}
        if workload.is_served and startup.get("periodSeconds", 10) * startup.get("failureThreshold", 3) < 30:
            yield f"{workload.title}: has less than 30 s to start"
    spec = workload.document["spec"]
    if workload.kind == "Deployment":
        rolling = spec.get("strategy", {}).get("rollingUpdate", {})
        if (rolling.get("maxSurge"), rolling.get("maxUnavailable")) != (1, 0):
            yield f"{workload.title}: rolls with {rolling}"
        for constraint in workload.pod.get("topologySpreadConstraints") or [{}]:
            if not constraint or not selects(constraint["labelSelector"], workload.labels):
                yield f"{workload.title}: is not spread"
    if workload.is_served and not selects(spec["selector"], workload.labels):
        yield f"{workload.title}: does not select its own pods"


def scaling(documents: list[Document]) -> Iterator[str]:
    """Autoscalers and budgets against what they are about."""
    every = {it.name: it for it in workloads(documents) if it.kind == "Deployment"}
    least = {name: it.document["spec"].get("replicas", 1) for name, it in every.items()}
    for scaler in of_kind(documents, "HorizontalPodAutoscaler"):
        spec, name = scaler["spec"], scaler["metadata"]["name"]
        target = every.get(spec["scaleTargetRef"]["name"])
        if target is None:
            yield f"autoscaler {name}: there is no Deployment {spec['scaleTargetRef']['name']}"
            continue
        least[target.name] = spec["minReplicas"]
        if not 2 <= spec["minReplicas"] < spec["maxReplicas"]:
            yield f"autoscaler {name}: from {spec['minReplicas']} to {spec['maxReplicas']}"
        if "replicas" in target.document["spec"]:
            yield f"autoscaler {name}: each deployment undoes it, for the Deployment says how many pods there are"
        for metric in spec["metrics"]:
            resource = (metric.get("resource") or {}).get("name")
            for container in target.pod["containers"]:
                if resource and resource not in ((container.get("resources") or {}).get("requests") or {}):
                    yield f"autoscaler {name}: {container['name']} asks for no {resource}, so there is no share of it"
    budgets = of_kind(documents, "PodDisruptionBudget")
    for budget in budgets:
        name, spec = budget["metadata"]["name"], budget["spec"]
        matched = [it for it in every.values() if selects(spec["selector"], it.labels)]
        if len(matched) != 1:
            yield f"budget {name}: is about {len(matched)} Deployments"
            continue
        pods = least[matched[0].name]
        gap = spec["maxUnavailable"] if "maxUnavailable" in spec else pods - spec["minAvailable"]
        if not isinstance(gap, int) or not 1 <= gap < pods:
            yield f"budget {name}: lets {gap} of {pods} pods go"
    for name, pods in least.items():
        if pods > 1 and not any(selects(it["spec"]["selector"], every[name].labels) for it in budgets):
            yield f"Deployment {name}: has no budget"


def wiring(documents: list[Document]) -> Iterator[str]:
    """Services, Ingresses and ServiceMonitors against what they lead to."""
    every = workloads(documents)
    services = {it["metadata"]["name"]: it for it in of_kind(documents, "Service")}
    for name, service in services.items():
        matched = [it for it in every if it.is_served and selects({"matchLabels": service["spec"]["selector"]}, it.labels)]
        if len(matched) != 1:
            yield f"Service {name}: selects {len(matched)} workloads"
            continue
        open_ports = {port["name"]: port["containerPort"] for container in matched[0].containers for port in container.get("ports") or []}
        for port in service["spec"]["ports"]:
            if open_ports.get(port["targetPort"]) != port["port"]:
                yield f"Service {name}: {port['port']} leads to {port['targetPort']}, which is {open_ports.get(port['targetPort'])}"
    for ingress in of_kind(documents, "Ingress"):
        yield from ingress_faults(ingress, services)
    for monitor in of_kind(documents, "ServiceMonitor"):
        for endpoint in monitor["spec"]["endpoints"]:
            matched_services = [it for it in services.values() if selects(monitor["spec"]["selector"], it["metadata"].get("labels") or {})]
            if not any(port["name"] == endpoint["port"] for it in matched_services for port in it["spec"]["ports"]):
                yield f"ServiceMonitor {monitor['metadata']['name']}: finds no port {endpoint['port']}"


@functools.cache
def limits_of_nginx() -> dict[str, str]:
    """The limits of the NGINX that stands in front under Compose, as annotations."""
    text = (ROOT / "infrastructure/nginx/nginx.conf").read_text()
    rate = re.search(r"zone=requests:\w+ rate=(\d+)r/s", text)
    burst = re.search(r"limit_req zone=requests burst=(\d+)", text)
    most = re.search(r"limit_conn connections (\d+)", text)
    if not (rate and burst and most):
        raise Missing("infrastructure/nginx/nginx.conf says no limits")
    return {"limit-rps": rate[1], "limit-burst-multiplier": f"{int(burst[1]) / int(rate[1]):g}", "limit-connections": most[1]}


def ingress_faults(ingress: Document, services: dict[str, Document]) -> Iterator[str]:
    """What an Ingress promises and does not keep."""
    name, spec = ingress["metadata"]["name"], ingress["spec"]
    annotations = {key.removeprefix("nginx.ingress.kubernetes.io/"): value for key, value in (ingress["metadata"].get("annotations") or {}).items() if key.startswith("nginx.")}
    for unknown in sorted(annotations.keys() - ANNOTATIONS):
        yield f"Ingress {name}: ingress-nginx knows no {unknown}"
    if "canary" not in annotations:
        if "proxy-body-size" not in annotations:
            yield f"Ingress {name}: lets bodies of any size through"
        for limit, value in limits_of_nginx().items():
            if annotations.get(limit) != value:
                yield f"Ingress {name}: {limit} is {annotations.get(limit)}, and {value} in infrastructure/nginx/nginx.conf"
    covered = {host for entry in spec.get("tls") or [] for host in entry["hosts"]}
    for rule in spec["rules"]:
        if rule.get("host") not in covered:
            yield f"Ingress {name}: {rule.get('host')} has no TLS"
        for path in rule["http"]["paths"]:
            backend = path["backend"]["service"]
            ports = {port["name"] for port in services.get(backend["name"], {"spec": {"ports": []}})["spec"]["ports"]}
            if backend["port"].get("name") not in ports:
                yield f"Ingress {name}: {path['path']} leads to no port of {backend['name']}"


def volumes(documents: list[Document]) -> Iterator[str]:
    """Whether a volume can be wherever the pods are that want it."""
    claims = {it["metadata"]["name"]: it["spec"]["accessModes"] for it in of_kind(documents, "PersistentVolumeClaim")}
    for workload in workloads(documents):
        for volume in workload.pod.get("volumes") or []:
            name = (volume.get("persistentVolumeClaim") or {}).get("claimName")
            if name and name not in claims:
                yield f"{workload.title}: there is no claim {name}"
            elif name and most_pods(workload, documents) > 1 and "ReadWriteMany" not in claims[name]:
                yield f"{workload.title}: the volume of {name} is for one node"


@functools.cache
def shared_classes() -> frozenset[str]:
    """Classes of storage for several nodes that have an example for each of the three clouds."""
    names = [yaml.safe_load(path.read_text())["metadata"]["name"] for path in files("k8s/storage-classes/*.yaml")]
    return frozenset(name for name in names if names.count(name) == 3)


def classes(documents: list[Document]) -> Iterator[str]:
    """Whether storage for several nodes names its class: the default of a cluster is for one node."""
    for claim in of_kind(documents, "PersistentVolumeClaim"):
        spec = claim["spec"]
        if "ReadWriteMany" in spec["accessModes"] and spec.get("storageClassName") not in shared_classes():
            yield f"claim {claim['metadata']['name']}: k8s/storage-classes has no {spec.get('storageClassName')} for every cloud"


def faults(documents: list[Document]) -> list[str]:
    """Everything of the above."""
    found = [*scaling(documents), *wiring(documents), *volumes(documents), *classes(documents)]
    for workload in workloads(documents):
        found += [*ending(workload, documents), *starting(workload)]
    return found


def prerequisites(documents: list[Document]) -> list[str]:
    """What not every cluster has: kinds of an operator, storage for several nodes, and metrics of an adapter. Without the first nothing can
    be applied, without the second pods wait, and without the third an autoscaler takes no pod away."""
    found = [f"{it['kind']} {it['metadata']['name']}: a kind that the cluster may not have" for it in of_kind(documents, *FOREIGN)]
    found += [f"claim {it['metadata']['name']}: a storage that the cluster may not have" for it in of_kind(documents, "PersistentVolumeClaim") if "ReadWriteMany" in it["spec"]["accessModes"]]
    for scaler in of_kind(documents, "HorizontalPodAutoscaler"):
        found += [f"autoscaler {scaler['metadata']['name']}: a metric of an adapter" for it in scaler["spec"]["metrics"] if it["type"] != "Resource"]
    return found


def second_set_faults(target: str) -> list[str]:
    """Whether a second set of gateways stands apart from the first, and gets what it needs from the overlay beside it."""
    beside, own = overlay("production"), rendered(f"strategies/{target}")
    gateways = [it for it in workloads(own) if it.kind == "Deployment"]
    found = [] if [it.labels[NAME] for it in gateways] == ["api-gateway"] else [f"{target} has other pods than gateways"]
    stable = named(beside, "Service", "api-gateway")["spec"]["selector"]
    for gateway in gateways:
        if selects({"matchLabels": stable}, gateway.labels):
            found.append(f"{target}: the Service of the first set selects the second too")
        first = next(it for it in workloads(beside) if it.name == "api-gateway")
        if selects(first.document["spec"]["selector"], gateway.labels):
            found.append(f"{target}: the first Deployment selects the pods of the second")
        found += [*ending(gateway, [*own, *of_kind(beside, "Service")]), *starting(gateway)]
    names = {(it["kind"], it["metadata"]["name"]) for it in beside if it["kind"] != "ConfigMap"}
    found += [f"{target}: would replace {it['kind']} {it['metadata']['name']}" for it in own if (it["kind"], it["metadata"]["name"]) in names]
    return found + [f"{target}: {fault}" for fault in [*scaling(own), *wiring(own)]]


def plant(report: Report) -> None:
    """One fault of each kind."""
    good = overlay(EVERYTHING)
    for word in ("a kind that", "a storage that", "a metric of"):
        report.plant(f"{word} a cluster may not have", [it for it in prerequisites(good) if word in it])

    def gateway(documents: list[Document]) -> Document:
        return named(documents, "Deployment", "api-gateway")["spec"]

    def container(documents: list[Document]) -> Document:
        return gateway(documents)["template"]["spec"]["containers"][0]

    def scaler(documents: list[Document]) -> Document:
        return named(documents, "HorizontalPodAutoscaler", "api-gateway")["spec"]

    def setting(documents: list[Document], name: str, value: str) -> None:
        for one in of_kind(documents, "ConfigMap"):
            one["data"][name] = value

    def annotate(documents: list[Document], name: str, value: str) -> None:
        named(documents, "Ingress", "api")["metadata"]["annotations"][f"nginx.ingress.kubernetes.io/{name}"] = value

    faulty = {
        "grace shorter than the drain": lambda it: gateway(it)["template"]["spec"].update(terminationGracePeriodSeconds=15),
        "no delay before the drain": lambda it: setting(it, "DRAIN_DELAY_MS", "0"),
        "a drain longer than the grace": lambda it: setting(it, "DRAIN_TIMEOUT_MS", "30000"),
        "no pause in NGINX": lambda it: named(it, "Deployment", "web")["spec"]["template"]["spec"]["containers"][0].pop("lifecycle"),
        "preStop with a shell": lambda it: container(it).update(lifecycle={"preStop": {"exec": {"command": ["sleep", "5"]}}}),
        "liveness looks at dependencies": lambda it: container(it)["livenessProbe"]["httpGet"].update(path="/readyz"),
        "no time to start": lambda it: container(it)["startupProbe"].update(failureThreshold=3),
        "a pod less while rolling": lambda it: gateway(it)["strategy"]["rollingUpdate"].update(maxUnavailable=1),
        "not spread": lambda it: gateway(it)["template"]["spec"].pop("topologySpreadConstraints"),
        "budget over all pods": lambda it: named(it, "PodDisruptionBudget", "api-gateway")["spec"].update(maxUnavailable=3),
        "budget that lets nothing go": lambda it: named(it, "PodDisruptionBudget", "web")["spec"].update(maxUnavailable=0),
        "no budget": lambda it: it.remove(named(it, "PodDisruptionBudget", "ai-service")),
        "budget about nobody": lambda it: named(it, "PodDisruptionBudget", "web")["spec"]["selector"].update(matchLabels={NAME: "www"}),
        "autoscaler from one pod": lambda it: scaler(it).update(minReplicas=1),
        "autoscaler of nobody": lambda it: scaler(it)["scaleTargetRef"].update(name="gateway"),
        "nothing asked for": lambda it: container(it)["resources"]["requests"].pop("cpu"),
        "replicas beside an autoscaler": lambda it: gateway(it).update(replicas=3),
        "Service of nobody": lambda it: named(it, "Service", "web")["spec"].update(selector={NAME: "www"}),
        "Service to the wrong port": lambda it: named(it, "Service", "ai-service")["spec"]["ports"][0].update(targetPort="http"),
        "Ingress without TLS": lambda it: named(it, "Ingress", "api")["spec"].pop("tls"),
        "other limits than NGINX has": lambda it: annotate(it, "limit-rps", "20"),
        "annotation that nobody knows": lambda it: annotate(it, "rate-limit", "100"),
        "Ingress to nowhere": lambda it: named(it, "Ingress", "web")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"].update(name="www"),
        "a volume for one node under pods of several": lambda it: named(it, "PersistentVolumeClaim", "audit-anchors")["spec"].update(accessModes=["ReadWriteOnce"]),
        "the default class for several nodes": lambda it: named(it, "PersistentVolumeClaim", "audit-anchors")["spec"].pop("storageClassName"),
        "a class that no cloud has": lambda it: named(it, "PersistentVolumeClaim", "audit-anchors")["spec"].update(storageClassName="standard"),
        "a volume that nobody claims": lambda it: it.remove(named(it, "PersistentVolumeClaim", "audit-anchors")),
        "ServiceMonitor of nothing": lambda it: named(it, "ServiceMonitor", "ai-service")["spec"]["endpoints"][0].update(port="metrics"),
    }
    for name, change in faulty.items():
        documents = copy(good)
        change(documents)
        report.plant(name, faults(documents))


def check() -> Report:
    """Looks at every overlay and at what stands beside production."""
    findings = []
    counts: dict[str, int] = {}
    for name in INSTALLATIONS:
        documents = overlay(name)
        for kind in ("Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget", "Service", "Ingress", "ServiceMonitor"):
            counts[kind] = counts.get(kind, 0) + len(of_kind(documents, kind))
        found = [*faults(documents), *(prerequisites(documents) if name in OVERLAYS else [])]
        if name == "development":
            # One pod of each on one node: there is nothing to keep up.
            found = [fault for fault in found if not fault.endswith(("has no budget", "is for one node"))]
        findings += [f"{name}: {fault}" for fault in found]
    for target in STRATEGIES:
        findings += second_set_faults(target)
    findings += [*second_images.faults(), *switching.faults()]
    report = Report(", ".join(f"{kind} {count}" for kind, count in counts.items()) + f", {len(STRATEGIES)} second sets", findings)
    plant(report)
    second_images.plant(report)
    switching.plant(report)
    return report
