"""The way of an institution's administrator through the running platform, by its published ports."""

from __future__ import annotations

from typing import Any

from client import Client, until
from report import Report

QUESTION = "keeping living cells alive in a dish without contamination"
OFFER = "BCIT-CYB-110"


def wait_for_index(ai: Client, path: str, report: Report) -> None:
    """Wait until the AI service has read the whole catalogue."""

    def caught_up() -> Any:
        health = ai.ask("GET", path).json()
        done = health["caughtUp"] and health["backlog"] == 0 and health["passageBacklog"] == 0 and health["indexed"] > 0
        return health if done else None

    health = until("the index", 300, caught_up)
    report.check(health["status"] == "healthy", f"the index holds {health['indexed']} offers, by {health['model']}", health)


def walk(client: Client, account: dict[str, str], marker: str, report: Report, way: str = "ADVANCED_STANDING") -> None:
    """Health, search, sign-in, assessment, decision, audit log; an offer is recognised once in each `way`."""
    health = until("a healthy platform", 60, lambda: _healthy(client))
    report.check(health["status"] == "healthy", f"GET /health: {health['status']}, {health['services']}", health)

    found = client.expect("POST", "/api/v1/ai/search/semantic", 200, {"query": QUESTION, "limit": 3})["data"]["results"]
    report.check(len(found) == 3, f"a search by meaning finds `{found[0]['title']}` ({found[0]['similarityScore']:.2f})", found)

    credentials = {"email": account["email"], "password": account["password"]}
    client.token = client.expect("POST", "/api/v1/auth/login", 200, credentials)["data"]["access_token"]
    own = client.expect("GET", "/api/v1/users/me", 200)["data"]["institutionId"]
    report.check(bool(own), f"{account['email']} has signed in", own)

    offer = client.expect("GET", f"/api/v1/credentials?search={OFFER}", 200)["data"][0]["id"]
    asked = {"microCredentialId": offer, "recognizingInstitutionId": own, "recognitionType": "FULL_CREDIT"}
    assessed = client.expect("POST", "/api/v1/ai/credits/assess", 200, asked)["data"]
    assessment = assessed["assessment"]
    report.check(
        bool(assessed["matches"]),
        f"{OFFER} is assessed: {assessment['recommendation']}, {assessment['creditValue']} credits, {len(assessed['matches'])} outcomes",
        assessed,
    )

    decision = asked | {
        "recognitionType": way,
        "creditValue": 2.5,
        "creditType": "ELECTIVE",
        "transcriptMethod": "LISTED_ON_TRANSCRIPT",
        "effectiveDate": "2027-01-01",
        "approvalReference": marker,
    }
    # An address that the client makes up must not get into the record.
    spoofed = {"X-Forwarded-For": "203.0.113.66"}
    recorded = client.expect("POST", "/api/v1/recognitions", 201, decision, spoofed)["data"]["id"]
    entries = client.expect("GET", "/api/v1/audit?entityType=RECOGNITION&limit=1", 200)["data"]
    entry = entries[0]
    report.check(
        entry["entityId"] == recorded and entry["changes"]["approvalReference"]["after"] == marker,
        f"the decision stands in the audit log, by {entry['userEmail']} from {entry['ipAddress']}",
        entry,
    )
    report.check(entry["ipAddress"] != spoofed["X-Forwarded-For"], "an address that a client claims is not believed", entry["ipAddress"])
    client.token = ""


def _healthy(client: Client) -> Any:
    answer = client.ask("GET", "/health")
    health = answer.json()
    return health if answer.status == 200 and health["status"] == "healthy" else None
