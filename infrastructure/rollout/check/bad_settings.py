"""Settings that keep a service from starting."""

import re
import time

from local_platform import ROOT, Process, binary
from stack import Check


# Values that are refused, for every setting of .env.example: another kind, out of range. What is written here must not be told.
WRONG = {
    "APP_ENV": ["zebra-env"],
    "LOG_LEVEL": ["zebra=no=level"],
    "LOG_FORMAT": ["zebra-xml"],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["zebra://collector"],
    "OTEL_TRACES_SAMPLER_ARG": ["zebra-half", "1.0001937", "-0.5001937"],
    "SENTRY_DSN": ["zebra-sentry"],
    "BIND_ADDRESS": ["zebra-host", "300.1.193.7"],
    "ADMIN_PORT": ["zebra-port", "70193", "-19371"],
    "DRAIN_DELAY_MS": ["zebra-soon", "60193", "-19371"],
    "DRAIN_TIMEOUT_MS": ["zebra-soon", "600193", "-19371"],
    "API_PORT": ["zebra-port", "70193", "-19371"],
    "CREDENTIAL_SERVICE_URL": ["zebra-address", "ftp://zebra:1"],
    "AI_SERVICE_URL": ["zebra-address", "ftp://zebra:1"],
    "REDIS_URL": ["zebra-redis"],
    "REDIS_MAX_RETRIES": ["zebra-often", "19371", "-19371"],
    "CACHE_MAX_BYTES": ["zebra-much", "1099511627777937", "-19371"],
    "JWT_SECRET": ["zebra-short-key-1937"],
    "JWT_SECRET_PREVIOUS": ["zebra-short-key-1937"],
    "JWT_EXPIRES_IN": ["zebra-long", "90193", "-19371"],
    "PASSWORD_MIN_LENGTH": ["zebra-long", "19371", "-19371"],
    "ALLOWED_ORIGINS": ["zebra-origin", "https://zebra.example/path", "https://*.zebra.example"],
    "RATE_LIMIT_WINDOW_MS": ["zebra-hour", "864000193", "-19371"],
    "RATE_LIMIT_MAX_REQUESTS": ["zebra-many", "100000193", "-19371"],
    "RATE_LIMIT_MAX_REQUESTS_ANONYMOUS": ["zebra-many", "100000193", "-19371"],
    "RATE_LIMIT_MAX_REQUESTS_AUTH": ["zebra-many", "100000193", "-19371"],
    "TRUSTED_PROXIES": ["zebra-net", "10.193.7.0/99"],
    "REQUEST_TIMEOUT_MS": ["zebra-soon", "300193", "-19371"],
    "EXCHANGE_TIMEOUT_MS": ["zebra-soon", "600193", "-19371"],
    "AI_TIMEOUT_MS": ["zebra-soon", "300193", "-19371"],
    "WEB_DIR": ["/zebra/nowhere"],
    "CREDENTIAL_PORT": ["zebra-port", "70193", "-19371"],
    "DATABASE_URL": ["zebra-database", "mysql://zebra@localhost/z", "postgres://zebra@localhost/z?sslmode=prefer"],
    "DATABASE_REPLICA_URLS": ["zebra-database", "postgres://zebra@localhost/z?sslmode=prefer"],
    "DATABASE_REPLICA_MAX_LAG": ["zebra-soon", "500193", "-19371"],
    "DATABASE_APP_ROLE": ["Zebra; DROP"],
    "DATABASE_POOL_SIZE": ["zebra-many", "100193", "-19371"],
    "DATABASE_LOGGING": ["zebra-perhaps"],
    "REFRESH_TOKEN_EXPIRES_IN": ["zebra-long", "-19371", "99999999193"],
    "AUDIT_SIGNING_KEY": ["zebra-key"],
    "REFRESH_REUSE_GRACE": ["zebra-long", "600193", "-19371"],
    "LOGIN_MAX_FAILURES": ["zebra-many", "100193", "-19371"],
    "LOGIN_FAILURE_WINDOW": ["zebra-long", "99999193", "-19371"],
    "LOGIN_PAUSE": ["zebra-long", "99999193", "-19371"],
    "PUBLIC_URL": ["zebra-page", "ftp://zebra.example"],
    "JOB_CONCURRENCY": ["zebra-many", "100193", "-19371"],
    "JOB_LEASE": ["zebra-long", "99999193", "-19371"],
    "SMTP_PORT": ["zebra-port", "70193", "-19371"],
    "SMTP_FROM": ["zebra at nowhere"],
    "SMTP_TLS": ["zebra-tls"],
    "MAIL_LANGUAGE": ["zebra-tongue"],
    "AWS_BUCKET": ["Zebra_Bucket!"],
    "AWS_ENDPOINT_URL": ["zebra-endpoint", "ftp://zebra.example"],
    "OUTBOX_RETENTION_DAYS": ["zebra-long", "99999193", "-19371"],
    "REVIEW_REMINDER_DAYS": ["zebra-long", "99999193", "-19371"],
    "REPORT_RETENTION_DAYS": ["zebra-long", "99999193", "-19371"],
    "WEBHOOK_ALLOW_PRIVATE": ["zebra-perhaps"],
    "AI_PORT": ["zebra-port", "70193", "-19371"],
    "MODEL_PRECISION": ["zebra-fp16"],
    "INFERENCE_THREADS": ["zebra-many", "100193", "-19371"],
    "EMBEDDING_BATCH_TOKENS": ["zebra-many", "99999193", "-19371"],
    "EMBEDDING_QUEUE_CAPACITY": ["zebra-many", "99999193", "-19371"],
    "EXACT_SEARCH_LIMIT": ["zebra-many", "99999193", "-19371"],
    "PATHWAY_WEIGHTS": ["zebra,zebra", "0.4,0.3,0.193", "0.193,-0.2,0.1,0.1", "0,0.193,0.2,0.2"],
    "PREDICTION_RETENTION_DAYS": ["zebra-long", "99999193", "-19371"],
    "ENABLE_AI_RECOMMENDATIONS": ["zebra-perhaps"],
    "ENABLE_NLP_ANALYSIS": ["zebra-perhaps"],
    "ENABLE_AUTO_PATHWAYS": ["zebra-perhaps"],
}
# Settings that take any text: names of files, folders, hosts, users and keys. Whether they are right only their use tells.
ANY_TEXT = {
    "ANNOUNCE_FILE", "AUDIT_ANCHOR_DIR", "SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD", "MAIL_DIR", "STORAGE_DIR", "AWS_REGION", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "MODEL_DIR", "ORT_DYLIB_PATH", "WEB_PORT",
}  # fmt: skip
# What each process reads beside its own section, and of its own section what only another one reads.
KEYS = ["JWT_SECRET", "JWT_SECRET_PREVIOUS"]
SHARED = {
    "credential-service": [*KEYS, "PASSWORD_MIN_LENGTH"],
    "ai-service": [*KEYS, "DATABASE_URL", "DATABASE_POOL_SIZE", "DATABASE_LOGGING", "CREDENTIAL_SERVICE_URL"],
}
WORKER_ONLY = {"JOB_CONCURRENCY", "JOB_LEASE", "SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_FROM", "SMTP_TLS", "MAIL_DIR", "MAIL_LANGUAGE", "OUTBOX_RETENTION_DAYS", "REVIEW_REMINDER_DAYS", "REPORT_RETENTION_DAYS"}
KEY = "f0b3a1c29d8e47566a7b8c9d0e1f2a3b4c5d6e7f8091a2b3"
PLACEHOLDERS = [
    "change-me-in-production-please-now", "your-super-secret-jwt-key-change-this", "your-secret-key-here-0123456789abcdef", "this-is-an-example-signing-key-0123456",
    "placeholder-placeholder-placeholder", "default-default-default-default-0123", "insecure-insecure-insecure-insecure1", "development-only-0123456789abcdefgh",
    "passwordpasswordpasswordpassword12", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababababababababababab", "00000000000000000000000000000000000000",
]  # fmt: skip
REQUIRED = {"api-gateway": ["JWT_SECRET"], "credential-service": ["DATABASE_URL", "JWT_SECRET"], "worker": ["DATABASE_URL", "SMTP_HOST"], "ai-service": ["DATABASE_URL", "JWT_SECRET"]}


def sections() -> dict[str, list[str]]:
    """Names of .env.example by section."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / ".env.example").read_text().splitlines():
        if title := re.fullmatch(r"# ===== (.*) =====", line):
            names = found.setdefault(title.group(1), [])
        elif name := re.match(r"([A-Z][A-Z0-9_]*)=", line):
            names.append(name.group(1))
    return found


def secrets() -> set[str]:
    """Names of .env.example whose values are secrets."""
    return set(re.findall(r"^# .*secret, or ([A-Z0-9_]+)_FILE=.*$", (ROOT / ".env.example").read_text(), re.MULTILINE))


def settings(check: Check) -> None:
    """Bad settings."""
    confidential, leaked = secrets(), []
    parts = sections()
    # What Compose reads is no setting of a service; it says itself what it misses.
    parts.pop("Compose")
    every = {name for names in parts.values() for name in names}
    check.expect("every setting of .env.example is looked at, and no other", every == set(WRONG) | ANY_TEXT, (sorted(every - set(WRONG) - ANY_TEXT), sorted((set(WRONG) | ANY_TEXT) - every)))
    common = parts["Every service"]
    longest, told, cases = 0.0, [], 0
    for process, (service, *arguments) in {"api-gateway": ["api-gateway"], "credential-service": ["credential-service"], "worker": ["credential-service", "worker"], "ai-service": ["ai-service"]}.items():
        own = parts[service]
        base = {"APP_ENV": "production", "ADMIN_PORT": "0", "API_PORT": "0", "CREDENTIAL_PORT": "0", "AI_PORT": "0", "JWT_SECRET": KEY, "MODEL_DIR": "/nowhere"}
        base |= {"DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/none", "SMTP_HOST": "localhost", "PUBLIC_URL": "https://bccb.example.org"}

        def run(changes: dict, patience: float = 2.0) -> tuple[int | None, str, float]:
            environment = {name: value for name, value in (base | changes).items() if value is not None}
            log = check.folder / "settings.log"
            log.write_text("")
            begun = time.monotonic()
            started = Process([binary(service), *arguments], log, environment)
            code = started.ended(patience + 8)
            seconds = time.monotonic() - begun
            if code is None:
                started.stop()
            return code, log.read_text(errors="replace"), seconds

        def reads(name: str) -> bool:
            if process == "worker":
                return name not in ("JWT_SECRET", "JWT_SECRET_PREVIOUS") and read_by_worker(name)
            return process != "credential-service" or name not in WORKER_ONLY

        def read_by_worker(name: str) -> bool:
            return name in common or name in WORKER_ONLY or name in ("DATABASE_URL", "DATABASE_POOL_SIZE", "DATABASE_LOGGING", "WEBHOOK_ALLOW_PRIVATE", "PUBLIC_URL", "AUDIT_SIGNING_KEY", "AWS_BUCKET", "AWS_ENDPOINT_URL")

        def case(what: str, changes: dict, names: list[str], hidden: list[str]) -> None:
            nonlocal longest, cases
            code, text, seconds = run(changes)
            longest, cases = max(longest, seconds), cases + 1
            unnamed = [name for name in names if f"`{name}`" not in text]
            shown = [value for value in hidden if value in text]
            told.extend(f"{process}: {what}" for _value in shown[:1])
            hushed = {value for name in changes if name.removesuffix("_FILE") in confidential for value in WRONG.get(name, []) + PLACEHOLDERS}
            leaked.extend(f"{process}: {what}" for value in shown if value in hushed)
            check.expect(f"{process}: {what}", code not in (None, 0) and seconds <= 2 and not unnamed, f"code {code}, {seconds:.2f} s, not named {unnamed}: {text[:300]}")

        known = [name for name in dict.fromkeys([*common, *own, *SHARED.get(service, ())]) if name in WRONG and reads(name)]
        for name in known:
            for value in WRONG[name]:
                case(f"{name} = {value}", {name: value}, [name], [value])
        for name in REQUIRED[process]:
            case(f"{name} is missing", {name: None}, [name], [])
            case(f"{name} is empty", {name: ""}, [name], [])
        case("all that is required is missing", dict.fromkeys(REQUIRED[process]), REQUIRED[process], [])
        # Where APP_ENV itself is wrong, the rules of production hold.
        for last in (0, -1):
            worst = {name: WRONG[name][last] for name in known}
            case(f"{len(worst)} wrong ones at once", worst, list(worst), list(worst.values()))
        if "JWT_SECRET" in known:
            for word in PLACEHOLDERS:
                case(f"placeholder {word[:12]}…", {"JWT_SECRET": word}, ["JWT_SECRET"], [word])
                case(f"unset APP_ENV, placeholder {word[:12]}…", {"APP_ENV": None, "JWT_SECRET": word}, ["JWT_SECRET"], [word])
        secret = check.folder / "secret"
        secret.write_text("zebra-in-a-file-1937")
        first = REQUIRED[process][0]
        case(f"{first}_FILE holds a wrong one", {first: None, f"{first}_FILE": str(secret)}, [first], ["zebra-in-a-file-1937"])
        case(f"{first}_FILE is not there", {first: None, f"{first}_FILE": "/nowhere/zebra"}, [f"{first}_FILE"], [])
        case(f"{first} and {first}_FILE", {f"{first}_FILE": str(secret)}, [f"{first}_FILE"], ["zebra-in-a-file-1937"])
        file = check.folder / "settings.toml"
        file.write_text('ZEBRA_SETTING = "zebra-value"\n')
        arguments += ["--settings", str(file)]
        case("an unknown name in the settings file", {}, ["ZEBRA_SETTING"], ["zebra-value"])
        file.write_text("this is no TOML zebra-value\n")
        case("a settings file that is none", {}, [str(file)], [])
        file.unlink()
        case("a settings file that is not there", {}, [str(file)], [])
        del arguments[-2:]
        # The other way round: nothing of the above is refused for another reason.
        code, text, _seconds = run({}, patience=-6.5)
        check.expect(f"{process}: the settings that all this begins with are accepted", code != 64 and "settings are refused" not in text, text[:300])
    check.expect("no secret is printed", not leaked, leaked[:5])
    check.expect("no value is printed", not told, f"in {len(told)} of {cases} cases, such as {told[:3]}")
    print(f"settings: {cases} cases, the slowest {longest:.2f} s; a value was printed in {len(told)}", flush=True)
