"""NGINX with TLS: protocols, headers on every answer, limits, and doors that must stay shut."""

from __future__ import annotations

import re
import socket
import ssl
import warnings
from collections.abc import Callable
from pathlib import Path

from client import Answer, Client
from report import Report

POLICY = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
ONCE: dict[str, Callable[[str], bool]] = {
    "Strict-Transport-Security": lambda value: "includeSubDomains" in value and _age(value) >= 31_536_000,
    "Content-Security-Policy": lambda value: all(part in value for part in POLICY),
    "X-Content-Type-Options": lambda value: value == "nosniff",
    "Referrer-Policy": lambda value: value == "no-referrer",
    "Cross-Origin-Opener-Policy": lambda value: value == "same-origin",
    "X-Frame-Options": lambda value: value == "DENY",
    "Permissions-Policy": lambda value: "camera=()" in value,
}


def trusting(certificate: Path) -> ssl.SSLContext:
    """A client that trusts the certificate made for this check, and nothing else."""
    return ssl.create_default_context(cafile=str(certificate))


def check_protocols(host: str, port: int, certificate: Path, report: Report) -> None:
    """Which versions and suites a handshake succeeds with."""
    versions = ssl.TLSVersion
    for version, wanted in ((versions.TLSv1, False), (versions.TLSv1_1, False), (versions.TLSv1_2, True), (versions.TLSv1_3, True)):
        spoken = _handshake(host, port, certificate, version)
        label = version.name.replace("_", ".")
        report.check((spoken is not None) == wanted, f"{label} is {'spoken' if wanted else 'refused'}", spoken)
    weak = _handshake(host, port, certificate, versions.TLSv1_2, "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:AES128-GCM-SHA256")
    report.check(weak is None, "suites without authenticated encryption or forward secrecy are refused", weak)
    context = trusting(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection((host, port), 10) as raw, context.wrap_socket(raw, server_hostname=host) as secured:
        report.check(secured.selected_alpn_protocol() == "h2", "HTTP/2 is offered", secured.selected_alpn_protocol())


def check_headers(secure: Client, plain: Client, report: Report) -> None:
    """Every kind of answer has every header once."""
    page = secure.ask("GET", "/")
    asset = re.search(rb"/assets/[^\"]+\.js", page.body)
    asset_path = asset.group().decode() if asset else "/assets/none.js"
    for what, answer, status in (
        ("the page", page, 200),
        ("an address of the app", secure.ask("GET", "/credentials/1"), 200),
        ("a script", secure.ask("GET", asset_path), 200),
        ("a file that is not there", secure.ask("GET", "/assets/none.js"), 404),
        ("the API", secure.ask("GET", "/api/v1/institutions"), 200),
        ("an unknown route", secure.ask("GET", "/api/v1/none"), 404),
        ("a route that needs a sign-in", secure.ask("GET", "/api/v1/users/me"), 401),
        ("the description", secure.ask("GET", "/openapi.json"), 200),
        ("the page of the description", secure.ask("GET", "/docs/"), 200),
        ("a redirect of the gateway", secure.ask("GET", "/docs"), 307),
        ("health", secure.ask("GET", "/health"), 200),
        ("the AI service", secure.ask("GET", "/ai/"), 200),
        ("health of the AI service", secure.ask("GET", "/ai/health"), 200),
        ("another page of the AI service", secure.ask("GET", "/ai/metrics"), 404),
        ("a verb that nobody knows", secure.ask("TRACE", "/"), 405),
        ("a body that is too large", secure.ask("POST", "/api/v1/recognitions", b"x" * 1_100_000), 413),
        ("a request that cannot be read", secure.ask("GET", "/", headers={"Host": "a b"}), 400),
        ("the redirect from HTTP", plain.ask("GET", "/api/v1/institutions?page=2"), 308),
    ):
        report.check(answer.status == status, f"{what}: {status}", answer.status)
        _check_answer(what, answer, report)
    redirect = plain.ask("GET", "/a?b=c")
    wanted = f"{secure.base}/a?b=c"
    report.check(redirect.first("Location") == wanted, f"HTTP leads to {wanted}", redirect.first("Location"))
    report.check("immutable" in secure.ask("GET", asset_path).first("Cache-Control"), "a hashed file may be kept for a year", "it may not")
    report.check("immutable" not in secure.ask("GET", "/assets/none.js").first("Cache-Control"), "its absence may not", "it may")
    report.check(page.first("Cache-Control") == "no-cache", "the page is asked for anew", page.first("Cache-Control"))
    stored = secure.ask("GET", "/api/v1/users/me").first("Cache-Control")
    report.check("no-store" in stored, "answers of the API are not stored", stored)


def check_doors(secure: Client, report: Report) -> None:
    """What stands on internal ports or paths is not reached."""
    for path in ("/metrics", "/ai/metrics", "/readyz", "/livez", "/ai/readyz", "/ai/../metrics", "/ai//metrics", "/ai/%6detrics", "/api/../metrics"):
        answer = secure.ask("GET", path)
        report.check(answer.status in (400, 404) and b"# HELP" not in answer.body, f"{path} leads nowhere", answer.status)
    grpc = secure.ask("POST", "/ai/bccb.ai.v1.SearchService/Search", b"\0\0\0\0\0", {"Content-Type": "application/grpc"})
    report.check(grpc.status == 404, "gRPC of the AI service is not reached", grpc.status)
    imported = secure.ask("POST", "/api/v1/credentials/import", b"x" * 2_000_000, {"Content-Type": "text/csv"})
    report.check(imported.status == 401, "a file of 2 MB gets as far as the gateway, which asks for a sign-in", imported.status)
    too_large = secure.ask("POST", "/api/v1/recognitions", b"x" * 1_100_000)
    report.check(_code(too_large) == "PAYLOAD_TOO_LARGE", "an error of NGINX has the shape of the interface", too_large.body[:200])


def check_floods(secure: Client, report: Report) -> None:
    """More sign-ins than anybody types are refused by NGINX."""
    answers = [secure.ask("POST", "/api/v1/auth/login", b"{") for _ in range(60)]
    refused = [answer for answer in answers if answer.status == 429 and b"from this address" in answer.body]
    report.check(bool(refused), f"of 60 sign-ins at once NGINX refuses {len(refused)}", [answer.status for answer in answers])
    if refused:
        report.check(bool(refused[0].first("Retry-After")), "it says when to come back", refused[0].headers)
        _check_answer("a refused sign-in", refused[0], report)


def check_absence(secure: Client, report: Report) -> None:
    """With the gateway away, NGINX answers by itself."""
    answer = secure.ask("GET", "/api/v1/institutions")
    report.check(answer.status in (502, 504), f"the gateway is away: {answer.status}", answer.status)
    report.check(_code(answer) == "SERVICE_UNAVAILABLE", "in the shape of the interface", answer.body[:200])
    report.check(bool(answer.first("Retry-After")), "with a time to come back", answer.headers)
    _check_answer("an error of NGINX", answer, report)


def _check_answer(what: str, answer: Answer, report: Report) -> None:
    wrong = {}
    for name, holds in ONCE.items():
        values = answer.all(name)
        if len(values) != 1 or not holds(values[0]):
            wrong[name] = values
    if answer.first("Server") not in ("", "nginx"):
        wrong["Server"] = answer.all("Server")
    report.check(not wrong, f"{what}: {len(ONCE)} headers, each once", wrong)


def _code(answer: Answer) -> object:
    try:
        return answer.json()["error"]["code"]
    except Exception:
        return None


def _age(value: str) -> int:
    found = re.search(r"max-age=(\d+)", value)
    return int(found.group(1)) if found else 0


def _handshake(host: str, port: int, certificate: Path, version: ssl.TLSVersion, ciphers: str | None = None) -> str | None:
    context = trusting(certificate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    # Without this the client itself refuses the old versions, and nothing is learnt about the server.
    context.set_ciphers((ciphers or "ALL") + ":@SECLEVEL=0")
    try:
        with socket.create_connection((host, port), 10) as raw, context.wrap_socket(raw, server_hostname=host) as secured:
            return secured.version()
    except (ssl.SSLError, ConnectionError):
        return None
