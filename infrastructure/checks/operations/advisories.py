"""cargo-deny over what is published about libraries. It asks the network for it, so it runs only where it is named."""

import re

from cargo_deny import SETTINGS, deny, packages, rules
from tool import Missing, Report, folder


def check() -> Report:
    """Asks about the lock file as it is, then without what is let through, which has to be found."""
    text = rules()
    report = Report(f"{packages()} packages: advisories, and what was taken back", deny(SETTINGS, ["advisories"], network=True))
    strict, count = re.subn(r"^ignore = \[\n.*?^\]\n", "", text, count=1, flags=re.MULTILINE | re.DOTALL)
    if count == 0:
        raise Missing(".cargo/deny.toml lets no advisory through, so none can be planted: name an old library here")
    with folder() as work:
        bad = work / "deny.toml"
        bad.write_text(strict)
        report.plant("an advisory that nobody has judged", [it for it in deny(bad, ["advisories"], network=True) if "[vulnerability]" in it])
    return report
