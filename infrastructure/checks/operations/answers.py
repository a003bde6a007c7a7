"""What NGINX really answers: it is started on this machine with both configurations, and every kind of answer is looked at."""

import contextlib
import http.client
import http.server
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator

from tool import Missing, find, run

PEOPLE = "https://localhost:8443"
"""An address with a port, which the redirect must not lose."""
# Each once, with this in it.
HEADERS = {
    "Strict-Transport-Security": r"max-age=31536000; includeSubDomains",
    "Content-Security-Policy": r"(?=.*object-src 'none')(?=.*base-uri 'none')(?=.*frame-ancestors 'none').*",
    "X-Content-Type-Options": r"nosniff",
    "X-Frame-Options": r"DENY",
    "Referrer-Policy": r"no-referrer",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Permissions-Policy": r".*camera=\(\).*",
}
# What, the method, the path, the status. `plain` is HTTP, `front` is TLS, `web` is the container of the web app.
ASKED = [
    ("plain", "GET", "/a?b=c", 308),
    ("front", "GET", "/", 200),
    ("front", "GET", "/credentials/1", 200),
    ("front", "GET", "/assets/app.js", 200),
    ("front", "GET", "/assets/none.js", 404),
    ("front", "TRACE", "/", 405),
    ("front", "POST", "/", 413),
    ("front", "GET", "/api/v1/institutions", 200),
    ("front", "POST", "/api/v1/recognitions", 413),
    ("front", "POST", "/api/v1/auth/login", 200),
    ("front", "GET", "/api/v1/credentials/export", 200),
    ("front", "GET", "/openapi.json", 200),
    ("front", "GET", "/docs/page.css", 200),
    ("front", "GET", "/ai/", 200),
    ("front", "GET", "/ai/health", 200),
    ("front", "GET", "/ai/metrics", 404),
    ("front", "GET", "/metrics", 404),
    ("web", "GET", "/", 200),
    ("web", "GET", "/assets/none.js", 404),
    ("web", "GET", "/none.css", 404),
    ("web", "TRACE", "/", 405),
    ("web", "GET", "/api/v1/institutions", 200),
    ("web", "GET", "/openapi.json", 200),
    ("web", "GET", "/docs/page.css", 200),
]
# The same with nobody behind NGINX.
ALONE = [("front", "GET", "/api/v1/institutions", 502), ("front", "GET", "/health", 502), ("front", "GET", "/ai/", 502), ("web", "GET", "/api/", 502)]


class Service(http.server.BaseHTTPRequestHandler):
    """A gateway and an AI service that answer everything; one header they say themselves, as the gateway does. Each connection ends
    with its answer, so that none outlives the service."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def place(work: pathlib.Path, front: pathlib.Path, web: pathlib.Path, service: int) -> dict[str, int]:
    """Leads the configurations to ports that are free, and lays a small web app."""
    ports = {name: free_port() for name in ("plain", "front", "web")}
    html = work / "html"
    (html / "assets").mkdir(parents=True)
    (html / "index.html").write_text("<!doctype html>")
    (html / "assets" / "app.js").write_text("1")
    for path in work.rglob("*.conf"):
        text = path.read_text().replace("/usr/share/nginx/html", str(html))
        text = re.sub(r"127\.0\.0\.1:(3000|8000)\b", f"127.0.0.1:{service}", text).replace("127.0.0.1:8080", f"127.0.0.1:{ports['web']}")
        plain = ports["web"] if web.parent in path.parents else ports["plain"]
        text = re.sub(r"listen 8080\b", f"listen 127.0.0.1:{plain}", text)
        path.write_text(re.sub(r"listen 8443\b", f"listen 127.0.0.1:{ports['front']}", text))
    # NGINX gives its workers another user where it is root.
    for path in [work, *work.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
    return ports


def listens(port: int) -> bool:
    """Whether somebody does."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def started(entries: list[pathlib.Path], ports: dict[str, int]) -> Iterator[None]:
    """Both of them, until they are not needed any more."""
    running = []
    try:
        for entry in entries:
            command = [find("nginx"), "-c", str(entry), "-e", "stderr", "-g", "daemon off;"]
            running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        end = time.monotonic() + 10
        while not all(listens(port) for port in ports.values()):
            if time.monotonic() > end or any(one.poll() is not None for one in running):
                raise Missing("NGINX does not start with the configuration that it finds good")
            time.sleep(0.02)
        yield
    finally:
        for one in running:
            one.terminate()
            one.wait(10)


def asked(ports: dict[str, int], way: str, method: str, path: str, status: int) -> Iterator[str]:
    """What is not right with one answer."""
    trust = ssl._create_unverified_context()  # noqa: S323 (a certificate of the moment, on this machine)
    port = ports[way]
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=10) if way == "front" else http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = b"x" * 1_100_000 if status == 413 else None
    with contextlib.closing(connection):
        try:
            connection.request(method, path, body=body, headers={"Host": "localhost"})
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has refused already
        try:
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            yield f"{way}: {method} {path} is not answered: {error!r}"
            return
        answer.read()
    if answer.status != status:
        yield f"{way}: {method} {path} is answered {answer.status} instead of {status}"
    wrong = [name for name, wanted in HEADERS.items() if len(given := answer.headers.get_all(name) or []) != 1 or not re.fullmatch(wanted, given[0])]
    if wrong:
        yield f"{way}: {method} {path} ({answer.status}): {', '.join(wrong)} not there once with its value"
    if status == 308 and answer.headers["Location"] != PEOPLE + path:
        yield f"{way}: {path} leads to {answer.headers['Location']} instead of {PEOPLE + path}"


def faults(work: pathlib.Path, entries: list[pathlib.Path], command: list[str]) -> list[str]:
    """Starts what was laid out in a folder and asks; `command` is how the front is started under Compose."""
    before, _and, _exec = command[2].replace("$$", "$").replace("/tmp/", f"{work}/tmp/").partition("&& exec nginx")
    written = run(["sh", "-c", before], env={"PUBLIC_URL": f"{PEOPLE}/"})
    if written.returncode != 0:
        return [f"the front does not start: {written.stderr.strip()}"]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    ports = place(work, *entries, server.server_port)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    closed = False
    try:
        with started(entries, ports):
            found = [fault for one in ASKED for fault in asked(ports, *one)]
            server.shutdown()
            server.server_close()
            closed = True
            return found + [fault for one in ALONE for fault in asked(ports, *one)]
    finally:
        if not closed:
            server.shutdown()
            server.server_close()
