"""Both Compose files, up and down again."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import front
import journey
from client import Client, until
from engine import Compose, Engine
from report import Failed, Report

STORES = ["postgres", "redis"]
ONCE = ["migrate", "migrate-ai"]
OURS = ["credential", "worker", "ai", "api"]
ACCOUNTS = "/var/lib/bccb/files/accounts.json"
HOST = "127.0.0.1"
NETWORKS = ("bccb-network", "bccb-data", "bccb-outward")


def development(engine: Engine, root: Path, folder: Path, report: Report) -> None:
    """docker-compose.yml: by its published ports."""
    refuse_beside(engine, "bccb-check")
    ports = {name: str(_port(wanted)) for name, wanted in (("WEB_PORT", 5173), ("API_PORT", 3000), ("AI_PORT", 8000))}
    made = subprocess.run(
        [str(root / "infrastructure/docker/make-secrets"), "--env"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    environment = ports | dict(line.split("=", 1) for line in made.splitlines())
    compose = Compose(engine, root, "bccb-check", [root / "docker-compose.yml"], environment, folder / "empty.env")
    with _up(compose, report, "docker-compose.yml", [*OURS, "web"], [*ONCE, "seed"]):
        waits = compose.wait_healthy([*STORES, *OURS, "web"], 240)
        report.check(True, "every health check passes: " + ", ".join(f"{name} {wait:.0f} s" for name, wait in waits.items()))
        _check_ports(compose, report, {"api", "ai", "web"}, HOST)
        account = _account(compose, folder)
        journey.wait_for_index(Client(f"http://{HOST}:{ports['AI_PORT']}"), "/health", report)
        for name, port, way in (
            ("the gateway's port", ports["API_PORT"], "ADVANCED_STANDING"),
            ("the web app's port", ports["WEB_PORT"], "PARTIAL_CREDIT"),
        ):
            report.step(f"The journey through {name}, {port}")
            journey.walk(Client(f"http://{HOST}:{port}"), account, f"containers {secrets.token_hex(4)}", report, way)
        page = Client(f"http://{HOST}:{ports['WEB_PORT']}").ask("GET", "/")
        report.check(page.status == 200 and b'id="root"' in page.body, "the web app is there", page.status)
        _check_hardening(compose, report, [*OURS, "web"])


def production(engine: Engine, root: Path, folder: Path, report: Report) -> None:
    """docker-compose.prod.yml: through NGINX with TLS, the only way in."""
    http, https = _port(8080), _port(8443)
    compose, kept = production_project(engine, root, folder, report, http, https)
    certificate = kept / "tls/certificate.pem"
    with _up(compose, report, "docker-compose.prod.yml", [*OURS, "web", "nginx"], ONCE):
        services = [*STORES, *OURS, "web", "nginx"]
        waits = compose.wait_healthy(services, 240)
        report.check(True, "every health check passes: " + ", ".join(f"{name} {wait:.0f} s" for name, wait in waits.items()))
        compose.run("run", "--rm", "-T", "--no-deps", "credential", "seed", "--demo", "--accounts-file", ACCOUNTS)
        account = _account(compose, folder)
        secure = Client(f"https://localhost:{https}", front.trusting(certificate))
        plain = Client(f"http://localhost:{http}")
        report.step("The journey through NGINX with TLS")
        journey.wait_for_index(secure, "/ai/health", report)
        journey.walk(secure, account, f"containers {secrets.token_hex(4)}", report)
        report.step("A backup")
        _check_backup(compose, report)
        report.step("TLS")
        front.check_protocols("localhost", https, certificate, report)
        report.step("Headers on every answer")
        front.check_headers(secure, plain, report)
        report.step("Doors that stay shut, and limits")
        front.check_doors(secure, report)
        front.check_floods(secure, report)
        report.step("What the kernel holds the containers to")
        _check_ports(compose, report, {"nginx"}, None)
        _check_hardening(compose, report, services)
        _check_limits(compose, report, services)
        report.step("The gateway goes and comes back")
        _check_return(compose, secure, report)
        report.step("SIGTERM")
        _check_stop(compose, report)


def production_project(
    engine: Engine, root: Path, folder: Path, report: Report, http: int = 0, https: int = 0
) -> tuple[Compose, Path]:
    """docker-compose.prod.yml with secrets made for this time only, and the folder they are in."""
    refuse_beside(engine, "bccb-check-prod")
    kept = folder / "secrets"
    if not kept.exists():
        subprocess.run([str(root / "infrastructure/docker/make-secrets"), str(kept)], check=True)
        _certificate(kept)
    environment = {
        "IMAGE_TAG": "latest",
        "SECRETS_DIR": str(kept),
        "HTTP_PORT": str(http),
        "HTTPS_PORT": str(https),
        "PUBLIC_URL": f"https://localhost:{https}",
        "SMTP_HOST": "mail.invalid",
        "SMTP_USER": "nobody",
        "SMTP_FROM": "BCCB <no-reply@example.org>",
    }
    files = [root / "docker-compose.prod.yml"]
    override = _password_override(engine, folder, report)
    if override:
        files.append(override)
    return Compose(engine, root, "bccb-check-prod", files, environment, folder / "empty.env"), kept


def refuse_beside(engine: Engine, project: str) -> None:
    """The networks have fixed names: whoever is in them would meet the services of this check, and lose them at its end."""
    running = [name for other in ("bccb", "bccb-production") for name in engine.containers(other, everything=True)]
    running += [name for network in NETWORKS for name in engine.others_in(network, project)]
    if running:
        raise Failed(
            f"an installation is here ({', '.join(sorted(set(running)))}), and this check would come between its services: "
            "run it on another machine, or take that one down first (docker compose down, without --volumes)"
        )


@contextmanager
def _up(compose: Compose, report: Report, file: str, services: list[str], once: list[str]) -> Iterator[None]:
    """Everything up, and down again whatever happens; the last words of each service where something failed."""
    report.step(f"Bringing {file} up")
    compose.down()
    failures = len(report.failures)
    try:
        if compose.engine.is_podman:
            report.cannot(f"the order of start that {file} asks for: podman does not wait for health, so the check starts in steps")
        compose.up(services, once, STORES)
        yield
    except Failed:
        failures = -1
        raise
    finally:
        if len(report.failures) > failures:
            for service in OURS:
                report.say(compose.logs(service))
        report.step(f"Taking {file} down")
        compose.down()


def _account(compose: Compose, folder: Path) -> dict[str, str]:
    """An institution's administrator among the seeded accounts."""
    target = folder / "accounts.json"

    def copied() -> bool:
        name = compose.engine.container(compose.project, "credential")
        return compose.engine.run("cp", f"{name}:{ACCOUNTS}", str(target), check=False).returncode == 0

    until("the seeded accounts", 60, copied)
    accounts: list[dict[str, Any]] = json.loads(target.read_text(encoding="utf-8"))
    target.unlink()
    return next(each for each in accounts if each["institutionCode"] == "CAM")


def _check_backup(compose: Compose, report: Report) -> None:
    """Writes one, reads it back, and tries whether its role can do more."""
    run = ["--profile", "backup", "run", "--rm", "-T", "--no-deps", "backup"]
    for claim, arguments in (
        ("a backup is written and checked", []),
        ("all of it can be read again", ["/usr/local/bin/restore", "--verify", "latest"]),
    ):
        done = compose.run(*run, *arguments, check=False)
        said = f"{done.stdout}{done.stderr}".strip()
        report.check(done.returncode == 0, f"{claim}: {said.splitlines()[-1] if said else 'nothing was said'}", said[-1500:])
    change = 'psql "$(cat "$BACKUP_DATABASE_URL_FILE")" -c "DELETE FROM sign_in_failures"'
    tried = compose.run(*run, "bash", "-c", change, check=False)
    report.check("permission denied" in tried.stderr + tried.stdout, "its role removes nothing", f"{tried.stdout}{tried.stderr}"[-500:])


def _check_ports(compose: Compose, report: Report, wanted: set[str], address: str | None) -> None:
    published: set[str] = set()
    elsewhere: list[str] = []
    for name in compose.engine.containers(compose.project):
        facts = compose.engine.inspect(name)
        for bindings in (facts["NetworkSettings"].get("Ports") or {}).values():
            for binding in bindings or []:
                published.add(facts["Config"]["Labels"]["com.docker.compose.service"])
                if address and binding["HostIp"] != address:
                    elsewhere.append(f"{name} on {binding['HostIp'] or 'every address'}")
    report.check(published == wanted, f"ports are published by {', '.join(sorted(wanted))} and nobody else", sorted(published))
    if address:
        report.check(not elsewhere, f"on {address} alone", elsewhere)


def _check_hardening(compose: Compose, report: Report, services: list[str]) -> None:
    for service in services:
        hardening(compose.engine, compose.engine.container(compose.project, service), service, report)


def hardening(engine: Engine, container: str, label: str, report: Report, user: str | None = None) -> None:
    """Asks the kernel about the process, not the engine about its intentions."""
    process = Path(f"/proc/{engine.inspect(container)['State']['Pid']}")
    try:
        status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
        mounts = [line.split() for line in (process / "mountinfo").read_text().splitlines()]
    except OSError:
        report.cannot(f"the process of {label} cannot be seen from here (a remote engine, or not root)")
        return
    root = next(fields for fields in reversed(mounts) if fields[4] == "/")
    runs_as = status["Uid"].split()[0]
    wrong = {}
    if runs_as == "0" or (user and runs_as != user):
        wrong["user"] = runs_as
    if any(int(status[name], 16) for name in ("CapEff", "CapPrm", "CapBnd")):
        wrong["capabilities"] = status["CapBnd"]
    if status["NoNewPrivs"].strip() != "1":
        wrong["privileges"] = "can be gained"
    if "ro" not in root[5].split(","):
        wrong["root"] = root[5]
    seccomp = status.get("Seccomp", "0").strip()
    report.check(not wrong, f"{label}: user {runs_as}, no capability, no new privileges, read-only root, seccomp mode {seccomp}", wrong)


def _check_limits(compose: Compose, report: Report, services: list[str]) -> None:
    without = []
    for service in services:
        limits = compose.engine.inspect(compose.engine.container(compose.project, service))["HostConfig"]
        if not limits["Memory"] or not limits["PidsLimit"] or not (limits["NanoCpus"] or limits.get("CpuQuota")):
            without.append(service)
    report.check(not without, "every service has limits of memory, processor and processes", without)


def _check_return(compose: Compose, secure: Client, report: Report) -> None:
    gateway = compose.engine.container(compose.project, "api")
    compose.engine.run("stop", "--time", "15", gateway)
    front.check_absence(secure, report)
    compose.engine.run("start", gateway)
    compose.wait_healthy(["api"], 60)
    # It may have another address now, and the name servers of the engine take a moment to know it.
    reload = ("exec", compose.engine.container(compose.project, "nginx"), "nginx", "-s", "reload")
    until("a reload of NGINX", 30, lambda: compose.engine.run(*reload))
    until("the gateway behind NGINX", 30, lambda: secure.ask("GET", "/api/v1/institutions").status == 200)
    report.check(True, "after a reload NGINX finds the gateway again")


def _check_stop(compose: Compose, report: Report) -> None:
    engine = compose.engine
    for service in [*OURS[::-1], "nginx", "postgres"]:
        name = engine.container(compose.project, service)
        engine.run("stop", "--time", "15", name)
        state = engine.inspect(name)["State"]
        report.check(state["ExitCode"] == 0, f"{service} ends with 0", state["ExitCode"])


def _password_override(engine: Engine, folder: Path, report: Report) -> Path | None:
    """Stand-ins for the image of PostgreSQL may not read POSTGRES_PASSWORD_FILE."""
    image = "postgres:15-alpine"
    script = 'cat "$(command -v docker-entrypoint.sh)"'
    entry = engine.run("run", "--rm", "--entrypoint", "sh", image, "-c", script, check=False).stdout
    if "POSTGRES_PASSWORD_FILE" in entry or "file_env" in entry:
        return None
    report.cannot(f"the {image} of this machine reads no POSTGRES_PASSWORD_FILE, so it gets POSTGRES_PASSWORD instead")
    override = folder / "password.yml"
    environment = {"POSTGRES_PASSWORD": secrets.token_hex(16), "POSTGRES_PASSWORD_FILE": ""}
    override.write_text(json.dumps({"services": {"postgres": {"environment": environment}}}), encoding="utf-8")
    override.chmod(0o600)
    return override


def _certificate(kept: Path) -> None:
    certificate, key = kept / "tls/certificate.pem", kept / "tls/key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    (kept / "smtp_password").write_text(secrets.token_hex(16), encoding="utf-8")
    for file in (certificate, key, kept / "smtp_password"):
        file.chmod(0o444)


def _port(wanted: int) -> int:
    """The usual port, or a free one where somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Failed("no free port")
