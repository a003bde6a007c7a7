"""Terraform without its providers, which cannot be had offline: format, syntax by a second reader, and what refers to what."""

import os
import pathlib
import re
import shutil
import sys

from tool import PATH, PLANTED, ROOT, TOOLS, Missing, Report, find, folder, lines, run

# OpenTofu formats in the same way, and some systems have no other.
FORMATTER = next((name for name in ("terraform", "tofu") if shutil.which(name, path=PATH)), "terraform")
SOURCE = ROOT / "infrastructure" / "terraform"
REFERENCE = re.compile(r"(?<![\w.\"-])(var|local|data|module|(?:aws|azurerm|google|random|tls|kubernetes|helm)_\w+)\.(\w+)(?:\.(\w+))?")


def formatted(path: pathlib.Path) -> list[str]:
    """What `terraform fmt` would write otherwise, or cannot read."""
    quiet = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    return [line for line in lines(run([FORMATTER, "fmt", "-check", "-recursive", "-list=true", path], env=quiet))]


def parsed(path: pathlib.Path) -> list[str]:
    """What a second reader of HCL cannot read."""
    code = "import hcl2, pathlib, sys\nfor name in sys.argv[1:]:\n    try: hcl2.loads(pathlib.Path(name).read_text())\n    except Exception as error: print(name, type(error).__name__, str(error).splitlines()[0])"
    result = run([sys.executable, "-c", code, *sorted(path.rglob("*.tf"))], env={"PYTHONPATH": str(TOOLS / "hcl2")})
    if result.returncode != 0:
        raise Missing(f"python-hcl2 does not run: {result.stderr.strip()[-400:]}")
    return result.stdout.splitlines()


def plain(text: str) -> str:
    """Without comments, and of texts only what is worked out in them."""
    text = re.sub(r"(?m)(^|\s)(#|//).*$", "", text)
    return re.sub(r'"(?:[^"\\]|\\.)*"', lambda match: " ".join(re.findall(r"\$\{([^}]*)\}", match.group(0))), text)


def references(path: pathlib.Path) -> list[str]:
    """Names that are used in a module and declared nowhere in it, and variables that nobody uses."""
    found = []
    for module in sorted({file.parent for file in path.rglob("*.tf")}):
        raw = "\n".join(re.sub(r"(?m)(^|\s)(#|//).*$", "", file.read_text()) for file in sorted(module.glob("*.tf")))
        declared = {("var", name) for name in re.findall(r'^variable\s+"(\w+)"', raw, re.MULTILINE)}
        declared |= {("module", name) for name in re.findall(r'^module\s+"(\w+)"', raw, re.MULTILINE)}
        declared |= {(kind, name) for kind, name in re.findall(r'^resource\s+"(\w+)"\s+"(\w+)"', raw, re.MULTILINE)}
        declared |= {("data", kind, name) for kind, name in re.findall(r'^data\s+"(\w+)"\s+"(\w+)"', raw, re.MULTILINE)}
        for block in re.findall(r"^locals\s*\{(.*?)^\}", raw, re.MULTILINE | re.DOTALL):
            declared |= {("local", name) for name in re.findall(r"^  (\w+)\s*=", block, re.MULTILINE)}
        used = {((kind, first, second) if kind == "data" else (kind, first)) for kind, first, second in REFERENCE.findall(plain(raw))}
        found += [f"{module.name}: {'.'.join(name)} is declared nowhere" for name in sorted(used - declared)]
        # Texts with braces in braces hide a use from the line above; for this question every mention counts.
        found += [f"{module.name}: var.{name[1]} is used nowhere" for name in sorted(declared) if name[0] == "var" and not re.search(rf"\bvar\.{name[1]}\b", raw)]
    return found


def absent(program: str) -> list[str]:
    """What is said where a program is not there."""
    try:
        return lines(run([program]))
    except Missing as error:
        return [str(error)] if program in str(error) else []


def outputs(path: pathlib.Path, table: str) -> list[str]:
    """Outputs that the guide sends to the overlay, and a module does not have. A row with a slash says who has which."""
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `") and " / " not in row.split("|")[1]]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    found = [] if len(named) > 3 else ["the guide names no outputs"]
    for module in sorted({file.parent for file in path.rglob("*.tf")}):
        raw = "\n".join(file.read_text() for file in module.glob("*.tf"))
        found += [f"{module.name}: has no output {name}" for name in sorted(named - set(re.findall(r'^output\s+"(\w+)"', raw, re.MULTILINE)))]
    return found


def faults(path: pathlib.Path) -> list[str]:
    """Everything of the above."""
    return formatted(path) + parsed(path) + references(path)


def check() -> Report:
    """Looks at every module."""
    if not list(SOURCE.rglob("*.tf")):
        raise Missing("infrastructure/terraform is not there")
    find(FORMATTER)
    every = list(SOURCE.rglob("*.tf"))
    guide = (SOURCE / "README.md").read_text().partition("## From outputs to the overlay")[2].partition("\n\nRoles")[0]
    report = Report(f"{len(every)} files in {len({it.parent for it in every})} modules; providers, and so `validate`, are not to be had here", faults(SOURCE) + outputs(SOURCE, guide))
    for title, check_one, text in (
        ("badly formatted", formatted, 'locals {\n      a="b"\n}\n'),
        ("a block that does not end", formatted, 'locals {\n  a = "b"\n'),
        ("a block that does not end, for the second reader", parsed, 'locals {\n  a = "b"\n'),
        ("a resource that is not there", references, 'output "a" {\n  value = aws_vpc.nowhere.id\n}\n'),
        ("an unused variable", references, 'variable "unused" {}\n'),
    ):
        with folder() as work:
            (work / "main.tf").write_text(text)
            report.plant(title, check_one(work))
    report.plant("a program that is not there", absent("terraform-of-nobody"))
    report.plant("a checker that is not there", absent("/nowhere/shellcheck"))
    for title, text in (("an output that one module does not have", guide + "\n| `cache_host` | nowhere |"), ("a guide without outputs", "")):
        report.plant(title, outputs(SOURCE, text))
    with folder() as work:
        shutil.copy(PLANTED / "bad.tf", work)
        report.plant("an undeclared variable", [it for it in references(work) if "undeclared" in it])
    return report
