"""What generated requests need to reach the platform's core, for schemathesis (`SCHEMATHESIS_HOOKS`).

A platform administrator asks, since that role reaches furthest into every operation; what ends a session or changes an
account is asked by a person of its own, so that it does not end everybody else's session. Every other identifier is one
that is really on record, so that not every request ends at "no such object". Schemathesis itself sends on what it reads in
answers; of the people who ask it may not, or it would guess their passwords and disable them.
"""

import json
import os
import pathlib
import random
import threading
import urllib.error
import urllib.request

import schemathesis

DEMO = json.load(open(os.environ["BCCB_DEMO"], encoding="utf-8"))
API = DEMO["baseUrl"] + "/api/v1"
OWN_ACCOUNT = ("/auth/logout", "/auth/sessions", "/auth/password", "/users/me")
# Invented passwords count as guesses: an account is paused after some, as it should be, and cannot sign in again.
GUESSING = ("/auth/password/change", "/users/me")
ASKING = ("ADMIN", "USER", "PROGRAM_COORDINATOR")
NOBODY = "01900000-0000-7000-8000-000000000000"
COLLECTIONS = {
    "institutions": ("institutionId", "recognizingInstitutionId", "sourceInstitutionId", "targetInstitutionId"),
    "credentials": ("microCredentialId",),
    "recognitions": (),
    "pathways": ("pathwayId",),
}
lock = threading.Lock()
draw = random.Random(7)
# Kept from one run to the next: whose account is paused cannot sign in, and goes on with the session of before.
SESSIONS = pathlib.Path(os.environ["BCCB_DEMO"]).with_name("contract-sessions.json")
# By role: what signing in answered, with `access_token`, `refresh_token` and `user`.
sessions: dict[str, dict] = json.loads(SESSIONS.read_text()) if SESSIONS.is_file() else {}
known: dict[str, list[str]] = {}


def ask(path: str, body: object = None, token: str | None = None) -> dict:
    """Asks the platform itself."""
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(API + path, data, headers), timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as refusal:
        raise RuntimeError(f"{path} of the check itself: {refusal.code} {refusal.read().decode()}") from refusal


def keep(role: str, answer: dict) -> None:
    """Keeps what signing in, or renewing, has answered."""
    sessions[role] = answer["data"]
    SESSIONS.write_text(json.dumps(sessions))


def sign_in(role: str) -> None:
    """Begins a session of a person with this role."""
    account = next(account for account in DEMO["accounts"] if account["role"] == role)
    keep(role, ask("/auth/login", {"email": account["email"], "password": account["password"]}))


def renew(role: str) -> None:
    """Goes on with the session, which needs no password; begins another where a request has ended it."""
    try:
        keep(role, ask("/auth/refresh", {"refresh_token": sessions[role]["refresh_token"]}))
    except RuntimeError:
        sign_in(role)


def token_of(role: str) -> str:
    """The access token of a person with this role."""
    with lock:
        return sessions[role]["access_token"]


def belongs_to_us(member: str, value: object) -> bool:
    """Whether this is the `id` or the `email` of somebody who asks."""
    with lock:
        return any(session["user"][member] == value for session in sessions.values())


def role_for(path: str) -> str:
    """Who asks at a path."""
    if path.endswith(GUESSING):
        return "PROGRAM_COORDINATOR"
    return "USER" if any(part in path for part in OWN_ACCOUNT) else "ADMIN"


def some_id(collection: str) -> str:
    """An identifier that is on record."""
    if collection not in known:
        rows = ask(f"/{collection}?limit=50", token=token_of("ADMIN"))["data"]
        known[collection] = [row["id"] for row in rows]
    with lock:
        return draw.choice(known[collection])


def coin() -> bool:
    """Every other time."""
    with lock:
        return draw.random() < 0.5


# Before anything is sent, so that it is known who they are.
for asking in ASKING:
    if asking not in sessions:
        sign_in(asking)


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """A bearer token in the header."""

    def get(self, case, context):
        """Gives the token."""
        return token_of(role_for(case.operation.path))

    def set(self, case, data, context):
        """Writes it into the request."""
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts real identifiers in place of invented ones, every other time."""
    collection = next((name for name in COLLECTIONS if f"/{name}/{{id}}" in case.operation.path), None)
    if collection and case.path_parameters and "id" in case.path_parameters and coin():
        case.path_parameters["id"] = some_id(collection)
    if "/users/{id}" in case.operation.path and belongs_to_us("id", (case.path_parameters or {}).get("id")):
        case.path_parameters["id"] = NOBODY
    if isinstance(case.body, dict) and belongs_to_us("email", case.body.get("email")):
        case.body["email"] = "nobody@example.org"
    if isinstance(case.body, dict):
        for name, fields in COLLECTIONS.items():
            for field in fields:
                if isinstance(case.body.get(field), str) and coin():
                    case.body[field] = some_id(name)


@schemathesis.hook
def after_call(context, case, response):
    """A token that is over, by its age or by a generated request, is renewed; tokens of a check's own making are not ours."""
    if response.status_code != 401 or b'"TOKEN_' not in response.content:
        return
    role = role_for(case.operation.path)
    with lock:
        if role in sessions and response.request.headers.get("Authorization") == f"Bearer {sessions[role]['access_token']}":
            renew(role)
