"""Shell scripts, Python scripts and YAML files of the repository."""

import pathlib
import re

from tool import BIN, HERE, PLANTED, ROOT, Missing, Report, lines, run, short


def ours() -> list[pathlib.Path]:
    """Every file that git would take, planted faults aside."""
    result = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    if result.returncode != 0:
        raise Missing(f"git does not list the files: {result.stderr.strip()}")
    every = [ROOT / name for name in result.stdout.split("\0") if name]
    return sorted(path for path in set(every) if path.is_file() and not path.is_symlink() and PLANTED not in path.parents)


def is_of(path: pathlib.Path, suffixes: tuple[str, ...], programs: bytes) -> bool:
    """Whether its first line, or its name, says so."""
    if path.suffix in suffixes:
        return True
    with path.open("rb") as file:
        return bool(re.match(rb"#!.*\b(" + programs + rb")\b", file.readline(200)))


def shellcheck(paths: list[pathlib.Path]) -> list[str]:
    """What shellcheck finds, of every severity."""
    result = run([BIN / "shellcheck", "--external-sources", "--source-path=SCRIPTDIR", "--format=gcc", *paths])
    return [short(line) for line in lines(result)]


def pyflakes(paths: list[pathlib.Path]) -> list[str]:
    """Names that are used and not defined, and what is imported for nothing."""
    return [short(line) for line in lines(run([BIN / "python", "-m", "pyflakes", *paths]))]


def yamllint(paths: list[pathlib.Path]) -> list[str]:
    """What yamllint finds."""
    return [short(line) for line in lines(run([BIN / "yamllint", "--strict", "--format", "parsable", "-c", HERE / "yamllint.yaml", *paths]))]


def check() -> Report:
    """Looks at all three kinds."""
    every = ours()
    scripts = [path for path in every if is_of(path, (".sh", ".bash"), b"bash|sh|dash")]
    python = [path for path in every if is_of(path, (".py",), b"python3?")]
    documents = [path for path in every if path.suffix in (".yml", ".yaml")]
    report = Report(f"{len(scripts)} shell scripts, {len(python)} of Python, {len(documents)} YAML files", shellcheck(scripts) + pyflakes(python) + yamllint(documents))
    found = "\n".join(shellcheck([PLANTED / "bad.sh"]))
    for rule in ("SC2086", "SC2164", "SC2115", "SC2154"):
        report.plant(f"shellcheck {rule}", [rule] if rule in found else [])
    found = "\n".join(pyflakes([PLANTED / "bad.py"]))
    for fault in ("undefined name 'nowhere'", "'os' imported but unused"):
        report.plant(f"pyflakes: {fault}", [fault] if fault in found else [])
    found = "\n".join(yamllint([PLANTED / "bad.yaml"]))
    for rule in ("key-duplicates", "truthy", "indentation", "trailing-spaces"):
        report.plant(f"yamllint {rule}", [rule] if rule in found else [])
    return report
