"""The edges of the architecture: who talks to whom, on which port. The only place where they are written down for the check."""

from manifests import EVERYTHING

# Of the figure and the lists in the README and ARCHITECTURE: (from, to, port). All are TCP.
ALWAYS = [
    ("ingress-nginx", "web", 8080),
    ("ingress-nginx", "api-gateway", 3000),
    ("api-gateway", "credential-service", 50051),
    ("api-gateway", "ai-service", 8000),
    ("api-gateway", "redis", 6379),
    # The change feed.
    ("ai-service", "credential-service", 50051),
    ("credential-service", "postgres", 5432),
    ("credential-worker", "postgres", 5432),
    ("ai-service", "postgres", 5432),
    ("migrate", "postgres", 5432),
    ("prometheus", "api-gateway", 9464),
    ("prometheus", "credential-service", 9464),
    ("prometheus", "credential-worker", 9464),
    ("prometheus", "ai-service", 9464),
]
# Where people rely on it: mail, webhooks, and files in a bucket.
OUTSIDE = [
    ("credential-service", "internet", 443),
    ("credential-worker", "internet", 443),
    ("credential-worker", "internet", 465),
    ("credential-worker", "internet", 587),
    ("backup", "internet", 443),
    ("backup", "postgres", 5432),
]
# Where Redis is managed: ports of AWS, of GCP with TLS and of Azure.
MANAGED_REDIS = [6379, 6378, 10000]
# Where errors are reported; the others reach that port anyway.
REPORTED = [("api-gateway", "internet", 443), ("ai-service", "internet", 443)]
# Where spans are collected.
TRACED = ["api-gateway", "credential-service", "credential-worker", "ai-service"]
# Who looks names up, over UDP and TCP, and where: a cluster can have a cache on each node.
RESOLVERS = ["dns", "dns of a node", "address of the dns of a node"]
DNS = ["api-gateway", "credential-service", "credential-worker", "ai-service", "migrate"]

Edge = tuple[str, str, str, int]


def expected(overlay: str) -> set[Edge]:
    """The edges that an overlay has to have, and no others."""
    outside = [] if overlay == "development" else OUTSIDE
    edges = {(source, target, "TCP", port) for source, target, port in ALWAYS + outside}
    edges |= {("api-gateway", "redis", "TCP", port) for port in MANAGED_REDIS if overlay in ("production", EVERYTHING)}
    edges |= {(source, target, "TCP", port) for source, target, port in REPORTED if overlay == EVERYTHING}
    edges |= {(name, "otel-collector", "TCP", 4317) for name in TRACED if overlay == EVERYTHING}
    askers = DNS + ([] if overlay == "development" else ["backup"])
    return edges | {(name, resolver, protocol, 53) for name in askers for resolver in RESOLVERS for protocol in ("UDP", "TCP")}
