"""What the parts of scripts/check-rollout stand on: a count of cases, and the platform behind NGINX."""

import argparse
import contextlib
import pathlib
import shutil
import signal

from local_platform import ROOT, Platform, Postgres, Process, free_port, listens, until
from traffic import Loop

DRAIN_MS = 1000


class Check:
    """What is shared, and what was found."""

    def __init__(self, folder: pathlib.Path, arguments: argparse.Namespace) -> None:
        self.folder, self.arguments = folder, arguments
        self.good, self.bad = 0, []
        self.loop = Loop()
        self.count = 0

    def expect(self, what: str, holds: bool, why: object = "") -> bool:
        """Counts a case."""
        if holds:
            self.good += 1
        else:
            self.bad.append(what)
            print(f"NOT SO: {what}: {why}", flush=True)
        return holds

    def place(self, name: str) -> pathlib.Path:
        """A new folder."""
        self.count += 1
        return self.folder / f"{name}-{self.count}"


class Stack:
    """PostgreSQL with the demonstration catalogue, Redis, the credential service, gateways, NGINX."""

    def __init__(self, check: Check, gateways: int) -> None:
        self.folder = check.place("stack")
        self.postgres = Postgres(self.folder / "postgres").start()
        self.postgres.make_roles()
        self.postgres.make_database("bccb")
        self.platform = Platform(self.folder / "platform", self.postgres)
        self.platform.fill()
        self.redis_port, self.credential_port = free_port(), free_port()
        redis = ["redis-server", "--port", self.redis_port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.platform.processes.append(Process(redis, self.platform.folder / "redis.log"))
        self.credential = self.platform.credential_service(self.credential_port).ready()
        self.ports = [free_port() for _ in range(gateways)]
        self.gateways = [self.gateway(number).ready() for number in range(gateways)]
        self.nginx: Process | None = None

    def gateway(self, number: int, **more: str):
        """A gateway on its port, again and again."""
        settings = {"DRAIN_DELAY_MS": str(DRAIN_MS), "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}", "TRUSTED_PROXIES": "127.0.0.0/8"} | more
        return self.platform.gateway(f"api-gateway-{number}", self.ports[number], self.credential_port, **settings)

    def start_nginx(self, upstream: str) -> int:
        """NGINX in front of an upstream; its port."""
        folder = self.folder / "nginx"
        folder.mkdir()
        port = free_port()
        (folder / "upstream.conf").write_text(upstream)
        text = (ROOT / "infrastructure" / "rollout" / "check" / "nginx.conf.template").read_text()
        for name, value in (("FOLDER", folder), ("ROOT", ROOT), ("PORT", port)):
            text = text.replace(f"@{name}@", str(value))
        (folder / "nginx.conf").write_text(text)
        self.nginx_command = f"{shutil.which('nginx') or '/usr/sbin/nginx'} -c {folder}/nginx.conf -e {folder}/error.log"
        self.nginx = Process(self.nginx_command.split(), folder / "nginx.out")
        until("NGINX listening", 10, lambda: listens(port))
        return port

    def stop(self) -> None:
        """Everything, in order."""
        if self.nginx:
            self.nginx.stop(signal.SIGQUIT)
        self.platform.stop()
        self.postgres.stop()


@contextlib.contextmanager
def stack(check: Check, gateways: int):
    """A stack for one part."""
    made = Stack(check, gateways)
    try:
        yield made
    finally:
        made.stop()


def mixture() -> list[tuple[bytes, int]]:
    """What is asked: reads that are kept and reads that are not, and every tenth a POST, which no proxy may send twice."""
    common = "Host: platform.test\r\nAccept: application/json\r\n"
    paths = ["/api/v1/credentials?limit=5", "/api/v1/institutions", "/api/v1/credentials?limit=20&page=2", "/api/v1/pathways?limit=5"]
    reads = [(f"GET {path} HTTP/1.1\r\n{common}\r\n".encode(), 200) for path in paths]
    body = '{"refresh_token": "nobody-has-this-one-0123456789abcdef0123456789"}'
    write = (f"POST /api/v1/auth/refresh HTTP/1.1\r\n{common}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode(), 401)
    return [write, *(reads[number % len(reads)] for number in range(9))]


def upstream(ports: list[int]) -> str:
    """Gateways with equal shares."""
    servers = "".join(f"    server 127.0.0.1:{port} max_fails=3 fail_timeout=5s;\n" for port in ports)
    return f"upstream api {{\n{servers}    keepalive 64;\n    keepalive_timeout 60s;\n    keepalive_requests 10000;\n}}\n"
