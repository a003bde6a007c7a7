"""The Pod Security Standard `restricted`, control by control, and what we ask for besides."""

from collections.abc import Iterator

from manifests import TARGETS, Document, Workload, overlay, rendered, workloads
from seeded import SEEDED
from tool import Report

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
SYSCTLS = {
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
}
SELINUX_TYPES = {None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
HANDLERS = ("httpGet", "tcpSocket")


def restricted(pod: Document, annotations: dict[str, str]) -> Iterator[str]:
    """What the standard does not allow in a pod."""
    shared = pod.get("securityContext") or {}
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(name):
            yield f"{name} is set"
    for key, value in annotations.items():
        if key.startswith("container.apparmor.security.beta.kubernetes.io/") and not (value == "runtime/default" or value.startswith("localhost/")):
            yield "AppArmor is off"
    for volume in pod.get("volumes") or []:
        for kind in set(volume) - {"name"} - VOLUMES:
            yield f"volume {volume['name']} is a {kind}"
    for sysctl in shared.get("sysctls") or []:
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']} is set"
    yield from context("pod", shared)
    for part in ("initContainers", "containers", "ephemeralContainers"):
        for container in pod.get(part) or []:
            yield from contained(container, shared)


def context(title: str, here: Document) -> Iterator[str]:
    """What holds for the context of a pod and of a container alike."""
    if (here.get("windowsOptions") or {}).get("hostProcess"):
        yield f"{title}: hostProcess is set"
    options = here.get("seLinuxOptions") or {}
    if options.get("type") not in SELINUX_TYPES or options.get("user") or options.get("role"):
        yield f"{title}: SELinux options are set"
    if (here.get("appArmorProfile") or {}).get("type", "RuntimeDefault") not in ("RuntimeDefault", "Localhost"):
        yield f"{title}: AppArmor is off"
    if (here.get("seccompProfile") or {}).get("type", "RuntimeDefault") not in ("RuntimeDefault", "Localhost"):
        yield f"{title}: seccomp is off"
    if here.get("runAsUser") == 0:
        yield f"{title}: runs as root"
    if here.get("runAsNonRoot") is False:
        yield f"{title}: may run as root"


def contained(container: Document, shared: Document) -> Iterator[str]:
    """What the standard does not allow in a container."""
    name = container["name"]
    own = container.get("securityContext") or {}
    yield from context(name, own)
    if own.get("privileged"):
        yield f"{name}: is privileged"
    if own.get("allowPrivilegeEscalation") is not False:
        yield f"{name}: may gain privileges"
    if own.get("procMount", "Default") != "Default":
        yield f"{name}: sees more of /proc"
    if own.get("runAsNonRoot", shared.get("runAsNonRoot")) is not True:
        yield f"{name}: runAsNonRoot is not set"
    if not (own.get("seccompProfile") or shared.get("seccompProfile")):
        yield f"{name}: has no seccomp profile"
    capabilities = own.get("capabilities") or {}
    if "ALL" not in (capabilities.get("drop") or []):
        yield f"{name}: does not drop all capabilities"
    for capability in set(capabilities.get("add") or []) - {"NET_BIND_SERVICE"}:
        yield f"{name}: adds {capability}"
    for port in container.get("ports") or []:
        if port.get("hostPort"):
            yield f"{name}: takes a port of the node"
    lifecycle = container.get("lifecycle") or {}
    probes = [container.get(probe) for probe in ("livenessProbe", "readinessProbe", "startupProbe")] + list(lifecycle.values())
    for handler in (probe[kind] for probe in probes if probe for kind in HANDLERS if kind in probe):
        if handler.get("host"):
            yield f"{name}: a probe leads to another host"


def ours(workload: Workload) -> Iterator[str]:
    """What we ask for besides the standard."""
    pod = workload.pod
    if pod.get("automountServiceAccountToken") is not False:
        yield "has a token of the Kubernetes API"
    if pod.get("serviceAccountName", "default") == "default":
        yield "has no account of its own"
    if pod.get("enableServiceLinks") is not False:
        yield "gets addresses of Services as settings"
    if not isinstance((pod.get("securityContext") or {}).get("runAsUser"), int):
        yield "does not say whom it runs as"
    for container in workload.containers:
        name = container["name"]
        if (container.get("securityContext") or {}).get("readOnlyRootFilesystem") is not True:
            yield f"{name}: can write to its image"
        for kind in ("requests", "limits"):
            given = (container.get("resources") or {}).get(kind) or {}
            for resource in ("cpu", "memory", "ephemeral-storage"):
                if resource not in given:
                    yield f"{name}: has no {resource} in {kind}"
        tag = container["image"].rpartition("/")[2].partition("@")[0].partition(":")[2]
        if "@sha256:" not in container["image"] and tag in ("", "latest"):
            yield f"{name}: its image has no version"
        secret = [it for it in container.get("env") or [] if (it.get("valueFrom") or {}).get("secretKeyRef")]
        if secret or any("secretRef" in it for it in container.get("envFrom") or []):
            yield f"{name}: has a secret in its environment, where every child process and crash report sees it"
        if workload.is_served:
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                if probe not in container:
                    yield f"{name}: has no {probe}"
    for volume in pod.get("volumes") or []:
        if "emptyDir" in volume and not (volume["emptyDir"] or {}).get("sizeLimit"):
            yield f"volume {volume['name']} has no limit"


def faults(workload: Workload) -> list[str]:
    """What is wrong with the pods of a workload."""
    annotations = workload.template["metadata"].get("annotations") or {}
    return [f"{workload.title}: {fault}" for fault in [*restricted(workload.pod, annotations), *ours(workload)]]


def namespace_faults(documents: list[Document]) -> list[str]:
    """Whether the namespace refuses what we do not have."""
    labels = next(it for it in documents if it["kind"] == "Namespace")["metadata"].get("labels") or {}
    return [] if labels.get("pod-security.kubernetes.io/enforce") == "restricted" else ["the Namespace does not enforce `restricted`"]


def check() -> Report:
    """Holds every pod to the standard, after every seeded one has been found bad."""
    count = 0
    findings = []
    for target in TARGETS:
        documents = rendered(target)
        every = workloads(documents)
        count += len(every)
        findings += [f"{target}: {fault}" for workload in every for fault in faults(workload)]
        if target.startswith("overlays"):
            findings += [f"{target}: {fault}" for fault in namespace_faults(documents)]
    standard = sum(1 for _name, _change, word in SEEDED if not word.startswith("ours"))
    report = Report(f"{count} pods; {standard} seeded against the standard, {len(SEEDED) - standard} against our own rules", findings)
    good = next(it for it in workloads(overlay("production")) if it.name == "api-gateway")
    if faults(good):
        report.missed.append("the manifest that faults are planted into is not good itself")
    for name, change, word in SEEDED:
        seeded = next(it for it in workloads(overlay("production")) if it.name == "api-gateway")
        change(seeded)
        # Found, for the reason that was planted, and for no other.
        found = faults(seeded)
        report.plant(name, [fault for fault in found if word.removeprefix("ours ") in fault])
    return report
