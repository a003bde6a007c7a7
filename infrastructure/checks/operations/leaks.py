"""Keys and passwords in files and in their history, by detect-secrets (the fork that checkov brings): kinds that have a form of their own.

What only looks like one, such as the address of a server that is not there, stands with its file and its reason in `not_secrets.txt`.
"""

import json
import pathlib
import re

from tool import BIN, HERE, ROOT, Missing, Report, folder, run

KNOWN = HERE / "not_secrets.txt"
# Whatever is random or called a password: tests and lock files are full of both.
NOT_ASKED = ["KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString"]
NAME = re.compile(r"[^\w.-]+")


def found(place: pathlib.Path) -> list[tuple[str, str, str]]:
    """File, kind and hash of everything that looks like a secret."""
    options = [part for name in NOT_ASKED for part in ("--disable-plugin", name)]
    # Several at a time; nobody is asked whether what was found works.
    result = run([BIN / "detect-secrets", "-C", place, "scan", "--all-files", "--no-verify", *options], cwd=place)
    if result.returncode != 0:
        raise Missing(f"detect-secrets does not run: {result.stderr.strip()[-400:]}")
    every = json.loads(result.stdout)["results"]
    return [(file, it["type"], it["hashed_secret"]) for file, secrets in every.items() for it in secrets]


def added(repository: pathlib.Path, place: pathlib.Path) -> int:
    """Writes every line that any commit of any branch has ever added, a file for each file; gives how many lines."""
    result = run(["git", "-C", repository, "log", "--all", "--patch", "--format=", "--no-color", "--unified=0", "--no-renames", "--diff-merges=first-parent"], errors="replace")
    if result.returncode != 0:
        raise Missing(f"git does not tell its history: {result.stderr.strip()[-400:]}")
    lines: dict[str, list[str]] = {}
    name, count = "", 0
    for line in result.stdout.splitlines():
        if line.startswith("+++ "):
            name = line.removeprefix("+++ b/")
        elif line.startswith("+"):
            lines.setdefault(name, []).append(line[1:])
            count += 1
    for name, text in lines.items():
        (place / NAME.sub("__", name)).write_text("\n".join(text) + "\n")
    return count


def check() -> Report:
    """Looks at the whole history, which the files of today are part of once they are committed."""
    known = {tuple(line.split()[:2]) for line in KNOWN.read_text().splitlines() if line and not line.startswith("#")}
    with folder() as work:
        count = added(ROOT, work)
        findings = [f"{file} {digest} ({kind})" for file, kind, digest in found(work) if (file, digest) not in known]
    report = Report(f"{count} lines that were ever added", findings)
    # Written in two parts, so that this file is none.
    canaries = {
        "a key of a cloud": "key = AKIA" + "QYLPMN5HHHFPZAM2",
        "a private key": "-----BEGIN " + "PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy\n-----END PRIVATE KEY-----",
        "a password in an address": "DATABASE_URL=postgres://somebody:" + "hunter2hunter2@db.example/bccb",
        "a token of a code host": "token: ghp_" + "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx",
    }
    for title, text in canaries.items():
        with folder() as work, folder() as lines:
            git = ["git", "-C", work, "-c", "user.name=planted", "-c", "user.email=planted@example.org"]
            (work / "settings.txt").write_text(text + "\n")
            # On a branch, and taken back: history keeps it.
            for command in (["init", "--quiet"], ["checkout", "--quiet", "-b", "side"], ["add", "."], ["commit", "--quiet", "--message", "planted"], ["rm", "--quiet", "settings.txt"], ["commit", "--quiet", "--message", "taken back"]):
                if (done := run([*git, *command])).returncode != 0:
                    raise Missing(f"git {command[0]}: {done.stderr.strip()}")
            added(work, lines)
            report.plant(title, found(lines))
    return report
