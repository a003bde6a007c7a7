"""Runs the checks that were asked for, one after the other, and says how each ended."""

import argparse
import importlib
import sys
import time

import cargo_deny
from tool import Missing

# Name, what it looks at, and whether it belongs to the quick part.
CHECKS = [
    ("schema", "manifests against the schemas of Kubernetes", True),
    ("pod_security", "Pod Security Standard `restricted`", True),
    ("network", "NetworkPolicies against the architecture", True),
    ("capacity", "pools against max_connections", True),
    ("rollout", "autoscalers, budgets, grace periods, Services", True),
    ("references", "settings and Secrets that manifests name", True),
    ("restore", "the Job that restores a backup", True),
    ("deployer", "rights of the account that deploys", True),
    ("images", "Dockerfiles", True),
    ("compose", "Compose files", True),
    ("workflows", "workflows", True),
    ("nginx", "NGINX", True),
    ("migrations", "migrations against long locks", True),
    ("terraform", "Terraform", True),
    ("text", "shell scripts, Python scripts and YAML", True),
    ("guides", "links, scripts and metrics that guides name", True),
    ("leaks", "keys and passwords in the whole history", False),
    ("checkov", "checkov over all of it", False),
    ("cargo_deny", "licences and sources of libraries", False),
    ("advisories", "what is published about libraries", False),
]


def look(name: str) -> bool:
    """Runs one check; gives whether all is well."""
    begun = time.monotonic()
    try:
        report = importlib.import_module(name).check()
    except Missing as error:
        print(f"  FAILED: {error}", flush=True)
        return False
    for finding in report.findings:
        print(f"  {finding}")
    for missed in report.missed:
        print(f"  a planted fault was not found: {missed}")
    good = not report.findings and not report.missed and report.planted > 0
    found = report.planted - len(report.missed)
    print(f"  {'ok' if good else 'FAILED'}: {report.looked_at}; {len(report.findings)} findings; {found} of {report.planted} planted faults found; {time.monotonic() - begun:.0f} s", flush=True)
    return good


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/check-operations")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--with-cargo-deny", action="store_true")
    parser.add_argument("checks", nargs="*", metavar="CHECK")
    arguments = parser.parse_args()
    unknown = set(arguments.checks) - {name for name, _what, _quick in CHECKS}
    if unknown:
        parser.error(f"there is no check {', '.join(sorted(unknown))}; there are {', '.join(name for name, _what, _quick in CHECKS)}")
    if arguments.with_cargo_deny and cargo_deny.program() is None:
        print("\n== Building cargo-deny", flush=True)
        cargo_deny.install()
    chosen = []
    for name, what, quick in CHECKS:
        if arguments.checks:
            wanted = name in arguments.checks
        elif name == "cargo_deny":
            wanted = arguments.with_cargo_deny or (not arguments.quick and cargo_deny.program() is not None)
        elif name == "advisories":
            # The only one that needs the network.
            wanted = False
        else:
            wanted = quick or not arguments.quick
        if wanted:
            chosen.append((name, what))
        elif not arguments.checks:
            print(f"left out: {name}", flush=True)
    passed = 0
    for number, (name, what) in enumerate(chosen, start=1):
        print(f"\n== {number}/{len(chosen)} {name}: {what}", flush=True)
        passed += look(name)
    print(f"\n{passed} passed, {len(chosen) - passed} failed", flush=True)
    sys.exit(passed != len(chosen))


if __name__ == "__main__":
    main()
