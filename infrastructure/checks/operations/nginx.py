"""NGINX reads its configuration, no place loses the headers that the others have, and what it answers is as it should be."""

import pathlib
import re
import shutil
from collections.abc import Iterator

import answers
import compose
from tool import ROOT, Missing, Report, find, folder, lines, run

SOURCE = ROOT / "infrastructure" / "nginx"
# Names of services that only their network knows.
NAMES = re.compile(r"\b(api|web|ai|credential)(-gateway|-service)?:(\d+)")
# What NGINX of the web image has around our file, with nothing that only root may write to.
AROUND = "pid /tmp/web.pid;\nevents {}\nhttp {\n    include /etc/nginx/mime.types;\n    access_log off;\n"
AROUND += "".join(f"    {kind}_temp_path /tmp/web_{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
AROUND += "    include conf.d/*.conf;\n}\n"


def lay_out(work: pathlib.Path) -> list[pathlib.Path]:
    """The configuration of the front and of the web image as the Compose files lay them, with a certificate for the time being."""
    front, web, tls = work / "front", work / "web", work / "tls"
    shutil.copytree(SOURCE, front)
    tls.mkdir()
    (work / "tmp").mkdir()
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    made = run([*command, "-keyout", tls / "key.pem", "-out", tls / "certificate.pem"])
    if made.returncode != 0:
        raise Missing(f"openssl makes no certificate: {made.stderr.strip()}")
    (web / "conf.d").mkdir(parents=True)
    (web / "bccb" / "server.d").mkdir(parents=True)
    shutil.copy(SOURCE / "web.conf", web / "conf.d" / "default.conf")
    shutil.copy(SOURCE / "web-api.conf", web / "bccb" / "server.d" / "api.conf")
    for name in ("security-headers.conf", "security-maps.conf"):
        shutil.copy(SOURCE / name, web / "bccb" / name)
    (web / "nginx.conf").write_text(AROUND)
    for path in work.rglob("*.conf"):
        text = NAMES.sub(r"127.0.0.1:\3", path.read_text())
        path.write_text(text.replace("/tmp/", f"{work}/tmp/").replace("/run/tls/", f"{tls}/"))
    return [front / "nginx.conf", web / "nginx.conf"]


def test(path: pathlib.Path) -> list[str]:
    """What NGINX itself says."""
    return [line for line in lines(run(["nginx", "-t", "-q", "-c", path, "-e", "stderr"])) if "[warn] the \"user\" directive" not in line]


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each `location` or `server` with what stands directly in it."""
    text = re.sub(r"(?m)^\s*#.*$", "", text)
    for match in re.finditer(r"(location[^{;]*|server\s*)\{", text):
        depth, own, place = 1, [], match.end()
        while depth and place < len(text):
            character = text[place]
            depth += {"{": 1, "}": -1}.get(character, 0)
            if depth == 1 and character != "}":
                own.append(character)
            place += 1
        yield match.group(1).strip(), "".join(own)


def headers(paths: list[pathlib.Path]) -> list[str]:
    """Places with headers of their own, which drop all that they would inherit, without those of every answer."""
    found = []
    for path in paths:
        for title, own in blocks(path.read_text()):
            if "add_header" in own and "security-headers.conf" not in own:
                found.append(f"{path.name}: {title} adds a header and loses the others")
    return found


def ciphers(path: pathlib.Path) -> list[str]:
    """TLS that is too old."""
    protocols = re.findall(r"^\s*ssl_protocols\s+(.*);", path.read_text(), re.MULTILINE)
    if not protocols:
        return [f"{path.name}: ssl_protocols is left to NGINX"]
    return [f"{path.name}: {old} is on" for line in protocols for old in line.split() if old not in ("TLSv1.2", "TLSv1.3")]


def in_front() -> dict:
    """NGINX in the Compose file of production."""
    return compose.load(compose.PRODUCTION)["services"]["nginx"]


def amount(text: str) -> int:
    """Bytes, as NGINX and Compose write them."""
    number, unit = re.fullmatch(r"(\d+)([kmg]?)", text.lower()).groups()
    return int(number) * {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}[unit]


def room(path: pathlib.Path, front: dict) -> list[str]:
    """Whether one address can fill the folder that bodies are written to; when it is full, others get 500. `front` is the service."""
    there = {place: amount(size) for place, size in re.findall(r"(/\S+?):size=(\w+)", " ".join(front.get("tmpfs") or []))}
    kept, memory = there.get("/tmp", 0), amount(front["deploy"]["resources"]["limits"]["memory"])
    places = list(blocks(path.read_text()))
    shared = next(own for title, own in places if title == "server" and "limit_conn connections" in own)
    found = [] if kept * 2 <= memory else [f"{path.name}: /tmp of {kept} bytes is memory, and {memory} is all there is"]
    whole = re.sub(r"(?m)^\s*#.*$", "", path.read_text())
    if len(set(re.findall(r"limit_conn connections (\d+);", whole))) > 1:
        found.append(f"{path.name}: connections of one address are limited in several ways")
    default = re.search(r"^    client_max_body_size (\w+);", whole, re.MULTILINE)
    buffer = re.search(r"^    client_body_buffer_size (\w+);", whole, re.MULTILINE)
    for title, own in places:
        if not title.startswith("location") or "proxy_request_buffering off" in own:
            continue
        size = re.search(r"client_max_body_size (\w+);", own) or default
        limits = own if "limit_conn " in own else shared
        most = re.search(r"limit_conn connections (\d+);", limits)
        if buffer and size and amount(size[1]) <= amount(buffer[1]):
            continue
        if not size or not most or int(most[1]) * amount(size[1]) >= kept:
            found.append(f"{path.name}: {title}: bodies of one address fill /tmp")
        if "limit_conn large_bodies" not in limits:
            found.append(f"{path.name}: {title}: large bodies of one address are not counted")
    return found


def faults(work: pathlib.Path, entries: list[pathlib.Path]) -> list[str]:
    """Everything of the above."""
    found = [f"{entry.parent.name}: {line.replace(str(work) + '/', '')}" for entry in entries for line in test(entry)]
    refused = bool(found)
    found += headers(sorted(work.rglob("*.conf"))) + ciphers(entries[0]) + room(entries[0], in_front())
    # Last, because it changes the files.
    return found if refused else found + answers.faults(work, entries, in_front()["command"])


def check() -> Report:
    """Tests both configurations, then broken ones."""
    if not (SOURCE / "nginx.conf").is_file():
        raise Missing("infrastructure/nginx/nginx.conf is not there")
    find("nginx")
    report = Report("")

    def planted(title: str, place: str, old: str, new: str) -> None:
        with folder() as work:
            entries = lay_out(work)
            path = work / place
            text = path.read_text()
            if old not in text:
                raise Missing(f"the fault '{title}' cannot be planted: {place} has no {old!r}")
            path.write_text(text.replace(old, new, 1))
            report.plant(title, set(faults(work, entries)) - set(report.findings))

    with folder() as work:
        entries = lay_out(work)
        report.findings = faults(work, entries)
        entries = lay_out(work / "again")
        report.plant("a small /tmp", room(entries[0], in_front() | {"tmpfs": ["/tmp:size=64m"]}))
        report.plant("a /tmp that leaves no memory", room(entries[0], in_front() | {"tmpfs": ["/tmp:size=400m"]}))
        count = len(list((work / "again").rglob("*.conf")))
    planted("a misspelt directive", "front/nginx.conf", "server_tokens off;", "server_token off;")
    planted("a block that does not end", "web/conf.d/default.conf", "}", "")
    planted("a certificate that is not there", "front/nginx.conf", "certificate.pem;", "nowhere.pem;")
    planted("an upstream that is not there", "front/upstream-api.conf", "upstream api", "upstream gateway")
    planted("headers lost in a location", "web/conf.d/default.conf", "        include bccb/security-headers.conf;\n", "")
    planted("a server without the headers", "front/nginx.conf", "        include security-headers.conf;\n        limit_conn", "        limit_conn")
    planted("a redirect without the headers", "front/nginx.conf", "        include security-headers.conf;\n\n        # For the health", "        # For the health")
    planted("no header at all", "front/security-headers.conf", (SOURCE / "security-headers.conf").read_text(), "")
    planted("a header with another value", "front/security-maps.conf", '"nosniff"', '"sniff"')
    planted("a header that is said twice", "front/security-maps.conf", "map $upstream_http_x_content_type_options", "map $upstream_http_of_nobody")
    planted("a header of its own", "front/nginx.conf", "        location /ai/ {\n", "        location /ai/ {\n            add_header X-Own yes;\n")
    planted("a redirect that loses the port", "front/nginx.conf", "308 $public_url", "308 https://$host")
    planted("pages of the interface behind those of the app", "web/conf.d/default.conf", "    include bccb/server.d/*.conf;", "    location ~ \\.[^/]*$ {\n        try_files $uri =404;\n    }\n    include bccb/server.d/*.conf;")
    planted("old TLS", "front/nginx.conf", "ssl_protocols TLSv1.2", "ssl_protocols TLSv1.1 TLSv1.2")
    planted("bodies of one address that fill /tmp", "front/nginx.conf", "client_max_body_size 1m;", "client_max_body_size 2m;")
    planted("a place that forgets the limit", "front/nginx.conf", "            limit_conn connections 200;\n            limit_conn large", "            limit_conn large")
    planted("two limits of connections", "front/nginx.conf", "            limit_conn connections 200;\n", "            limit_conn connections 150;\n")
    planted("large bodies as many as all", "front/nginx.conf", "            limit_conn large_bodies 16;\n", "")
    planted("large bodies everywhere", "front/nginx.conf", "    client_max_body_size 64k;", "    client_max_body_size 1m;")
    report.looked_at = f"{count} files in 2 configurations; names of services stand for 127.0.0.1; {len(answers.ASKED) + len(answers.ALONE)} answers"
    return report
