"""Who can reach whom, worked out from the NetworkPolicies, against the edges of the architecture."""

import ipaddress
from dataclasses import dataclass, field

from edges import expected
from manifests import EVERYTHING, INSTALLATIONS, NAME, Document, copy, named, of_kind, overlay, selects, workloads
from tool import Report

PROTOCOLS = ("TCP", "UDP", "SCTP")
# Ports that nobody of ours uses, but whoever got in would try.
OTHER_PORTS = {1, 22, 25, 53, 80, 111, 443, 465, 587, 2379, 3306, 4317, 6443, 8080, 8443, 9090, 10250, 65535}


Way = tuple[str, int]


@dataclass
class Node:
    """Something that can send or receive."""

    name: str
    address: str
    namespace: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    ours: bool = False


def strangers() -> list[Node]:
    """Everybody who is not of the namespace."""
    return [
        Node("ingress-nginx", "10.244.9.1", "ingress-nginx", {NAME: "ingress-nginx"}),
        Node("another pod of ingress-nginx", "10.244.9.2", "ingress-nginx", {NAME: "admission"}),
        Node("prometheus", "10.244.9.3", "monitoring", {NAME: "prometheus"}),
        Node("otel-collector", "10.244.9.4", "monitoring", {NAME: "otel-collector"}),
        Node("dns", "10.244.9.5", "kube-system", {"k8s-app": "kube-dns"}),
        Node("dns of a node", "10.244.9.9", "kube-system", {"k8s-app": "node-local-dns"}),
        Node("address of the dns of a node", "169.254.20.10"),
        Node("another pod of kube-system", "10.244.9.6", "kube-system", {"k8s-app": "metrics-server"}),
        Node("a gateway of another namespace", "10.244.9.7", "other", {NAME: "api-gateway"}),
        Node("a pod of another namespace", "10.244.9.8", "other"),
        Node("the Kubernetes API", "10.96.0.1"),
        Node("the metadata of the cloud", "169.254.169.254"),
        Node("a host of the private network", "10.99.0.9"),
        Node("another private host", "192.168.7.7"),
        Node("a third private host", "172.20.0.7"),
        Node("internet", "198.51.100.7"),
    ]


def nodes(documents: list[Document], name: str) -> list[Node]:
    """Everybody, with the pods of an overlay."""
    every = strangers()
    namespace = of_kind(documents, "Namespace")[0]["metadata"]["name"]
    for number, workload in enumerate(workloads(documents), start=1):
        ports = {it["name"]: it["containerPort"] for container in workload.containers for it in container.get("ports") or []}
        every.append(Node(workload.labels[NAME], f"10.244.1.{number}", namespace, workload.labels, ports, ours=True))
    # A pod that somebody adds and nobody has thought about.
    every.append(Node("a new pod of the namespace", "10.244.1.200", namespace, {NAME: "new"}, ours=True))
    if name in ("production", EVERYTHING):
        every += [Node("postgres", "10.20.0.10"), Node("redis", "10.20.1.10")]
    return every


def is_peer(peer: Document, node: Node, home: str) -> bool:
    """Whether a peer of a rule means a node; `home` is the namespace of the policy."""
    if "ipBlock" in peer:
        address = ipaddress.ip_address(node.address)
        block = peer["ipBlock"]
        return address in ipaddress.ip_network(block["cidr"]) and not any(address in ipaddress.ip_network(it) for it in block.get("except") or [])
    if node.namespace is None:
        return False
    spaces = peer.get("namespaceSelector")
    there = node.namespace == home if spaces is None else selects(spaces, {"kubernetes.io/metadata.name": node.namespace})
    return there and selects(peer.get("podSelector") or {}, node.labels)


def openings(rule: Document, side: str, other: Node, target: Node, home: str, tried: frozenset[Way]) -> set[Way]:
    """What a rule lets through."""
    peers = rule.get(side)
    if peers and not any(is_peer(peer, other, home) for peer in peers):
        return set()
    ports = rule.get("ports")
    if not ports:
        return set(tried)
    found = set()
    for entry in ports:
        protocol, wanted = entry.get("protocol", "TCP"), entry.get("port")
        first = target.ports.get(wanted, 0) if isinstance(wanted, str) else wanted or 1
        last = entry.get("endPort", first if wanted else 65535)
        found |= {way for way in tried if way[0] == protocol and first <= way[1] <= last}
    return found


def types(policy: Document) -> list[str]:
    """Which sides a policy is about."""
    spec = policy["spec"]
    return spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]


def one_side(policies: list[Document], kind: str, node: Node, other: Node, target: Node, tried: frozenset[Way]) -> set[Way]:
    """What the policies of one side let through; without any that selects the pod, everything."""
    selecting = [it for it in policies if kind in types(it) and selects(it["spec"].get("podSelector") or {}, node.labels)]
    if not node.ours or not selecting:
        return set(tried)
    rules_of, peers_of = ("ingress", "from") if kind == "Ingress" else ("egress", "to")
    rules = [rule for it in selecting for rule in it["spec"].get(rules_of) or []]
    return {way for rule in rules for way in openings(rule, peers_of, other, target, node.namespace or "", tried)}


def ways_to_try(documents: list[Document], every: list[Node]) -> frozenset[Way]:
    """Each port that is named anywhere, its neighbours, and others."""
    ports = set(OTHER_PORTS) | {port for node in every for port in node.ports.values()}
    for policy in of_kind(documents, "NetworkPolicy"):
        for rule in (policy["spec"].get("ingress") or []) + (policy["spec"].get("egress") or []):
            for entry in rule.get("ports") or []:
                ports |= {it for it in (entry.get("port"), entry.get("endPort")) if isinstance(it, int)}
    near = {port + step for port in ports for step in (-1, 0, 1)}
    return frozenset((protocol, port) for protocol in PROTOCOLS for port in near if 1 <= port <= 65535)


def faults(documents: list[Document], name: str) -> tuple[list[str], int]:
    """Where the graph of the policies is another than that of the architecture; and how many connections were tried.

    Both sides have to say it: what only the sender is kept from is open to the next pod that nobody keeps from it.
    """
    policies = of_kind(documents, "NetworkPolicy")
    every = nodes(documents, name)
    ways = ways_to_try(documents, every)
    wanted = expected(name)
    closed = set(wanted)
    found = []
    tried = 0
    for source in every:
        for target in every:
            if not (source.ours or target.ours):
                continue
            tried += len(ways)
            leaves = one_side(policies, "Egress", source, target, target, ways)
            enters = one_side(policies, "Ingress", target, source, target, ways)
            due = {(protocol, port) for protocol, port in ways if (source.name, target.name, protocol, port) in wanted}
            for protocol, port in sorted(((leaves if source.ours else set()) | (enters if target.ours else set())) - due):
                sides = [side for side, open_ in (("sender", source.ours and (protocol, port) in leaves), ("receiver", target.ours and (protocol, port) in enters)) if open_]
                found.append(f"no edge, but the {' and the '.join(sides)} may: {source.name} → {target.name} {protocol} {port}")
            closed -= {(source.name, target.name, *way) for way in leaves & enters}
    return found + [f"an edge, but closed: {source} → {target} {protocol} {port}" for source, target, protocol, port in sorted(closed)], tried


def plant(report: Report) -> None:
    """Policies that say more or less than they should."""
    good = overlay("production-selfhosted")

    def policy(documents: list[Document], name: str) -> Document:
        return named(documents, "NetworkPolicy", name)["spec"]

    def without(name: str):
        return lambda documents: documents.remove(named(documents, "NetworkPolicy", name))

    faulty = {
        "no default-deny": without("default-deny"),
        "no way to Redis": without("to-redis"),
        "no names": without("to-dns"),
        "no names from a cache on the node": lambda it: policy(it, "to-dns")["egress"][0]["to"].pop(1),
        "no names from the address of a cache": lambda it: policy(it, "to-dns")["egress"][0]["to"].pop(2),
        "names from every address of the link": lambda it: policy(it, "to-dns")["egress"][0]["to"][2]["ipBlock"].update(cidr="169.254.0.0/16"),
        "ingress alone denied": lambda it: policy(it, "default-deny").update(policyTypes=["Ingress"]),
        "database open to the namespace": lambda it: policy(it, "postgres")["ingress"][0].update({"from": [{"podSelector": {}}]}),
        "database open to all": lambda it: policy(it, "postgres")["ingress"][0].pop("from"),
        "gateway open to every namespace": lambda it: policy(it, "api-gateway")["ingress"][0].update({"from": [{"namespaceSelector": {}}]}),
        "selectors side by side instead of together": lambda it: policy(it, "web")["ingress"][0].update({"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}, {"podSelector": {"matchLabels": {NAME: "ingress-nginx"}}}]}),
        "all ports of a service": lambda it: policy(it, "ai-service")["ingress"][0].pop("ports"),
        "a range of ports": lambda it: policy(it, "ai-service")["ingress"][0]["ports"][0].update(endPort=9464),
        "the private network": lambda it: policy(it, "to-internet")["egress"][0]["to"][0]["ipBlock"].pop("except"),
        "the metadata of the cloud": lambda it: policy(it, "to-storage")["egress"][0]["to"][0]["ipBlock"]["except"].remove("169.254.0.0/16"),
        "the wrong port of the feed": lambda it: policy(it, "ai-service")["egress"][0]["ports"][0].update(port=50052),
        "a misspelt label": lambda it: policy(it, "to-postgres")["egress"][0]["to"][0].update({"podSelector": {"matchLabels": {NAME: "postgresql"}}}),
    }
    for name, change in faulty.items():
        documents = copy(good)
        change(documents)
        report.plant(name, faults(documents, "production-selfhosted")[0])


def check() -> Report:
    """Compares both graphs for every overlay."""
    findings = []
    tried = 0
    for name in INSTALLATIONS:
        found, asked = faults(overlay(name), name)
        findings += [f"{name}: {fault}" for fault in found[:20]]
        tried += asked
    edges = ", ".join(f"{len(expected(name))} in {name}" for name in INSTALLATIONS)
    report = Report(f"{tried:,} connections tried; edges: {edges}", findings)
    plant(report)
    return report
