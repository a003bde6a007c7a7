"""Private servers and shipped services on the loopback address, for scripts/check-backup and scripts/check-rollout.

Everything that is started here ends with the process that started it, by its id.
"""

import http.client
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
POSTGRES = next((path for path in map(pathlib.Path, (f"/usr/lib/postgresql/{major}/bin" for major in (15, 16, 17))) if path.is_dir()), None)


class Failed(Exception):
    """Something that the check needs did not happen."""


def binary(name: str) -> str:
    """A built program of ours."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for profile in ("debug", "release"):
        path = target / profile / name
        if path.is_file():
            return str(path)
    raise Failed(f"{name} is not built: run scripts/setup")


def server_user() -> str | None:
    """Whom servers run as: PostgreSQL refuses to be root."""
    return "postgres" if os.geteuid() == 0 else None


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def until(what: str, patience: float, ask, pace: float = 0.02):
    """Asks until there is an answer that is not false."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(pace)
    raise Failed(f"{what} did not happen within {patience:g} s")


def listens(port: int) -> bool:
    """Whether somebody listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def get(port: int, path: str, patience: float = 3) -> tuple[int, bytes]:
    """One request on a connection of its own; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


class Process:
    """A child in a group of its own, with its output in a file."""

    def __init__(self, command: list, log: pathlib.Path, environment: dict | None = None, user: str | None = None, cwd: pathlib.Path | None = None) -> None:
        self.log = log
        with log.open("ab") as output:
            self.child = subprocess.Popen(
                # When we are killed, nobody else is left to end it.
                ["setpriv", "--pdeathsig", "TERM", *map(str, command)], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd or log.parent, env=environment,
                user=user, group=user, extra_groups=[] if user else None, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its id."""
        return self.child.pid

    def send(self, which: int) -> None:
        """Sends it a signal, while it lives."""
        if self.child.poll() is None:
            self.child.send_signal(which)

    def ended(self, patience: float) -> int | None:
        """Waits for its end; its code, or nothing."""
        try:
            return self.child.wait(patience)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, which: int = signal.SIGTERM, patience: float = 20) -> int:
        """Ends it, and kills it where it does not."""
        self.send(which)
        code = self.ended(patience)
        if code is None:
            self.child.kill()
            code = self.child.wait()
        return code

    def last_words(self, lines: int = 8) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Postgres:
    """A server of its own."""

    def __init__(self, folder: pathlib.Path, port: int | None = None) -> None:
        if POSTGRES is None:
            raise Failed("PostgreSQL is not installed: run scripts/setup")
        self.folder, self.port, self.password = folder, port or free_port(), secrets.token_hex(16)
        self.process: Process | None = None
        self.options: dict[str, str] = {}
        folder.mkdir(parents=True)
        word = folder / "password"
        word.write_text(self.password)
        if server_user():
            shutil.chown(folder, server_user(), server_user())
            shutil.chown(word, server_user(), server_user())
        command = [POSTGRES / "initdb", "-D", folder / "cluster", "-U", "super", f"--pwfile={word}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        if Process(command, folder / "initdb.log", user=server_user()).ended(120) != 0:
            raise Failed(f"initdb: {(folder / 'initdb.log').read_text()}")

    def start(self, **options: str) -> "Postgres":
        """Starts it, with settings that it keeps when it is started again, and waits until it answers."""
        self.options |= options
        command = [POSTGRES / "postgres", "-D", self.folder / "cluster", "-p", self.port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        command += ["-c", "fsync=off", "-c", "max_connections=150"]
        command += [part for name, value in self.options.items() for part in ("-c", f"{name}={value}")]
        self.process = Process(command, self.folder / "server.log", user=server_user())
        until("PostgreSQL answering", 60, lambda: subprocess.run([POSTGRES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False).returncode == 0)
        return self

    def stop(self) -> None:
        """Stops it, sessions and all."""
        if self.process:
            self.process.stop(signal.SIGINT)
            self.process = None

    def url(self, database: str, role: str = "super") -> str:
        """Address of a database for a role."""
        return f"postgres://{role}:{self.password}@127.0.0.1:{self.port}/{database}"

    def sql(self, database: str, text: str) -> str:
        """What statements answer."""
        command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", "--dbname", self.url(database)]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"psql: {done.stderr}")
        return done.stdout.strip()

    def make_roles(self) -> None:
        """The roles of a platform."""
        for part in ("owner", "app", "ai"):
            self.sql("postgres", f"CREATE ROLE bccb_{part} LOGIN PASSWORD '{self.password}'")

    def make_database(self, name: str) -> None:
        """An empty database as the platform wants it."""
        self.sql("postgres", f"CREATE DATABASE {name} OWNER bccb_owner")
        self.sql("postgres", f"GRANT CREATE ON DATABASE {name} TO bccb_ai")


class Platform:
    """Settings that the services share, and what has been started with them."""

    def __init__(self, folder: pathlib.Path, postgres: Postgres, database: str = "bccb") -> None:
        self.folder, self.postgres, self.database = folder, postgres, database
        self.key = secrets.token_hex(32)
        self.processes: list[Process] = []
        folder.mkdir(parents=True, exist_ok=True)

    def settings(self, **more: str) -> dict:
        """What every service is told."""
        limits = dict.fromkeys(("RATE_LIMIT_MAX_REQUESTS", "RATE_LIMIT_MAX_REQUESTS_ANONYMOUS", "RATE_LIMIT_MAX_REQUESTS_AUTH"), "10000000")
        return {"APP_ENV": "test", "BIND_ADDRESS": "127.0.0.1", "ADMIN_PORT": "0", "JWT_SECRET": self.key, "LOG_LEVEL": "warn", **limits, **more}

    def command(self, service: str, *arguments: str, role: str = "owner") -> str:
        """Runs an operator's command to its end."""
        environment = self.settings(DATABASE_URL=self.postgres.url(self.database, f"bccb_{role}"), DATABASE_APP_ROLE="bccb_app", MODEL_DIR=str(ROOT / ".data" / "models"))
        done = subprocess.run([binary(service), *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"{service} {' '.join(arguments)}: {done.stderr}{done.stdout}")
        return done.stdout

    def fill(self) -> None:
        """Tables and the demonstration catalogue."""
        self.command("credential-service", "migrate")
        self.command("ai-service", "migrate", role="ai")
        self.accounts = self.folder / "accounts.json"
        self.command("credential-service", "seed", "--demo", "--accounts-file", str(self.accounts))

    def start(self, name: str, service: str, *arguments: str, **settings: str) -> "Service":
        """Starts a service; it may not be ready yet."""
        started = Service(self, name, service, arguments, settings)
        self.processes.append(started.process)
        return started

    def credential_service(self, port: int, **more: str) -> "Service":
        """The credential service."""
        return self.start("credential-service", "credential-service", CREDENTIAL_PORT=str(port), DATABASE_URL=self.postgres.url(self.database, "bccb_app"), **more)

    def gateway(self, name: str, port: int, credential_port: int, ai_port: int = 9, **more: str) -> "Service":
        """A gateway."""
        addresses = {"CREDENTIAL_SERVICE_URL": f"http://127.0.0.1:{credential_port}", "AI_SERVICE_URL": f"http://127.0.0.1:{ai_port}"}
        return self.start(name, "api-gateway", API_PORT=str(port), **addresses, **more)

    def stop(self) -> None:
        """Ends what is still running, the newest first."""
        for process in reversed(self.processes):
            process.stop()


class Service:
    """One of our services, known by what it announces."""

    def __init__(self, platform: Platform, name: str, service: str, arguments: tuple, settings: dict) -> None:
        self.name = name
        announced = platform.folder / f"{name}.announce.json"
        announced.unlink(missing_ok=True)
        self.announced = announced
        environment = platform.settings(**settings) | {"ANNOUNCE_FILE": str(announced)}
        self.process = Process([binary(service), *arguments], platform.folder / f"{name}.log", environment)

    def addresses(self) -> dict:
        """The ports that it listens on."""

        def read() -> dict | None:
            if self.process.child.poll() is not None:
                raise Failed(f"{self.name} ended with {self.process.child.returncode}: {self.process.last_words()}")
            try:
                return json.loads(self.announced.read_text())["addresses"]
            except (OSError, ValueError):
                return None

        return {name: int(address.rsplit(":", 1)[1]) for name, address in until(f"{self.name} listening", 60, read).items()}

    def is_ready(self) -> bool:
        """What it says of itself."""
        return get(self.addresses()["admin"], "/readyz")[0] == 200

    def ready(self, patience: float = 60) -> "Service":
        """Waits until it is ready."""
        until(f"{self.name} getting ready", patience, self.is_ready)
        return self
