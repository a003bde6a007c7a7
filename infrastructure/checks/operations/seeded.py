"""Ways to make a good pod bad, each with a word of what has to be found."""

from collections.abc import Callable

from manifests import Document, Workload

Change = Callable[[Workload], None]


def first(workload: Workload) -> Document:
    """The container that faults are planted into."""
    return workload.pod["containers"][0]


def in_pod(**values) -> Change:
    """Sets fields of the pod."""
    return lambda workload: workload.pod.update(values)


def in_context(**values) -> Change:
    """Sets fields of the container's security context."""
    return lambda workload: first(workload)["securityContext"].update(values)


def in_shared(**values) -> Change:
    """Sets fields of the pod's security context."""
    return lambda workload: workload.pod["securityContext"].update(values)


def in_container(**values) -> Change:
    """Sets fields of the container."""
    return lambda workload: first(workload).update(values)


def without(*path: str) -> Change:
    """Takes a field of the pod away."""

    def change(workload: Workload) -> None:
        here = workload.pod
        for part in path[:-1]:
            here = here[int(part)] if part.isdigit() else here[part]
        del here[path[-1]]

    return change


def with_volume(kind: str, value: Document) -> Change:
    """Adds a volume."""
    return lambda workload: workload.pod["volumes"].append({"name": "planted", kind: value})


def with_second(part: str) -> Change:
    """Adds a container that nobody has looked at."""
    return lambda workload: workload.pod.setdefault(part, []).append({"name": "planted", "image": "helper:1"})


def with_annotation(workload: Workload) -> None:
    """The old way to switch AppArmor off."""
    workload.template["metadata"]["annotations"] = {"container.apparmor.security.beta.kubernetes.io/api-gateway": "unconfined"}


SEEDED: list[tuple[str, Change, str]] = [
    ("hostNetwork", in_pod(hostNetwork=True), "hostNetwork"),
    ("hostPID", in_pod(hostPID=True), "hostPID"),
    ("hostIPC", in_pod(hostIPC=True), "hostIPC"),
    ("privileged", in_context(privileged=True), "is privileged"),
    ("privilege escalation allowed", in_context(allowPrivilegeEscalation=True), "may gain privileges"),
    ("privilege escalation left open", without("containers", "0", "securityContext", "allowPrivilegeEscalation"), "may gain privileges"),
    ("capability added", in_context(capabilities={"drop": ["ALL"], "add": ["SYS_ADMIN"]}), "adds SYS_ADMIN"),
    ("capabilities kept", in_context(capabilities={"drop": ["NET_RAW"]}), "does not drop all"),
    ("root by number", in_context(runAsUser=0), "runs as root"),
    ("root allowed", in_context(runAsNonRoot=False), "may run as root"),
    ("root left open", without("securityContext", "runAsNonRoot"), "runAsNonRoot is not set"),
    ("seccomp off", in_context(seccompProfile={"type": "Unconfined"}), "seccomp is off"),
    ("seccomp left open", without("securityContext", "seccompProfile"), "no seccomp profile"),
    ("volume of the node", with_volume("hostPath", {"path": "/"}), "is a hostPath"),
    ("volume over NFS", with_volume("nfs", {"server": "files", "path": "/"}), "is a nfs"),
    ("port of the node", in_container(ports=[{"containerPort": 3000, "hostPort": 80}]), "port of the node"),
    ("unmasked /proc", in_context(procMount="Unmasked"), "/proc"),
    ("unsafe sysctl", in_shared(sysctls=[{"name": "kernel.msgmax", "value": "1"}]), "sysctl"),
    ("SELinux type", in_context(seLinuxOptions={"type": "spc_t"}), "SELinux"),
    ("SELinux user", in_shared(seLinuxOptions={"user": "system_u"}), "SELinux"),
    ("AppArmor off", in_context(appArmorProfile={"type": "Unconfined"}), "AppArmor"),
    ("AppArmor off, as it was written before", with_annotation, "AppArmor"),
    ("Windows host process", in_shared(windowsOptions={"hostProcess": True}), "hostProcess"),
    ("bad init container", with_second("initContainers"), "planted: may gain privileges"),
    ("bad second container", with_second("containers"), "planted: does not drop all"),
    ("probe of another host", in_container(livenessProbe={"httpGet": {"host": "169.254.169.254", "path": "/", "port": 80}}), "another host"),
    ("token mounted", without("automountServiceAccountToken"), "ours token"),
    ("account of the namespace", without("serviceAccountName"), "ours account"),
    ("service links", without("enableServiceLinks"), "ours addresses of Services"),
    ("image that can be written to", in_context(readOnlyRootFilesystem=False), "ours can write"),
    ("no limits", in_container(resources={"requests": {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi"}}), "ours in limits"),
    ("no readiness probe", without("containers", "0", "readinessProbe"), "ours readinessProbe"),
    ("image without a version", in_container(image="bccb-api:latest"), "ours no version"),
    ("secret in the environment", in_container(envFrom=[{"secretRef": {"name": "bccb-jwt"}}]), "ours secret in its environment"),
    ("folder without a limit", with_volume("emptyDir", {}), "ours has no limit"),
]
