"""An offer from its draft to the public over REST: what any version has to be able to do on the schema that is there."""

import http.client
import json
import pathlib


class Refused(Exception):
    """An answer that was not the one of the journey."""


def ask(port: int, method: str, path: str, wanted: int, body: object = None, token: str | None = None) -> dict:
    """One request; its `data`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    try:
        connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise Refused(f"{method} {path}: {error}") from error
    finally:
        connection.close()
    if answer.status != wanted:
        raise Refused(f"{method} {path}: {answer.status} instead of {wanted}: {text[:400]}")
    return json.loads(text)["data"] if text else {}


def travel(port: int, accounts: pathlib.Path, number: int) -> int:
    """Takes an offer through its life; gives how many requests that were."""
    people = json.loads(accounts.read_text())
    writer = next(person for person in people if person["role"] == "PROGRAM_COORDINATOR")
    decider = next(person for person in people if person["role"] == "INSTITUTION_ADMIN" and person["institutionCode"] == writer["institutionCode"])
    count = 0

    def step(*what, **more):
        nonlocal count
        count += 1
        return ask(port, *what, **more)

    def sign_in(person: dict) -> str:
        session = step("POST", "/auth/login", 200, {"email": person["email"], "password": person["password"]})
        return session["access_token"]

    token, deciding = sign_in(writer), sign_in(decider)
    institution = step("GET", "/users/me", 200, token=token)["institutionId"]
    offer = {
        "institutionId": institution, "title": f"Journey {number}", "programCode": f"JOURNEY-{number}", "credentialType": "BADGE",
        "outcomes": [{"outcomeText": "Carry a load over a river", "isCore": True}],
        "prerequisites": [{"description": "Can swim", "type": "OTHER", "isMandatory": True}],
    }  # fmt: skip
    place = f"/credentials/{step('POST', '/credentials', 201, offer, token=token)['id']}"
    step("POST", f"{place}/outcomes", 201, {"outcomeText": "Read a current", "isCore": False}, token=token)
    both = [*offer["outcomes"], {"outcomeText": "Read a current", "isCore": True}]
    changed = {name: value for name, value in offer.items() if name != "institutionId"} | {"title": f"Journey {number} again", "outcomes": both}
    step("PUT", place, 200, changed, token=token)
    step("POST", f"{place}/submit", 200, token=token)
    step("POST", f"{place}/publish", 200, token=deciding)
    seen = step("GET", place, 200)
    found = (seen["title"], len(seen["outcomes"]), len(seen["prerequisites"]), seen["status"])
    if found != (f"Journey {number} again", 2, 1, "PUBLISHED"):
        raise Refused(f"GET {place}: {found}")
    step("DELETE", place, 200, token=deciding)
    return count
