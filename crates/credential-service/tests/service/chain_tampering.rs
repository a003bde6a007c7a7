//! Somebody with every right on the database changes the record: every time, the first bad number is told.

use domain::audit::{ChainFaultKind, ChainReport};
use tempfile::TempDir;

use crate::chain::{KEY, audit, said, signing_service, verified};
use crate::support::{Person, Service};

/// Entries of the record that is tampered with.
const ENTRIES: u64 = 100;
/// Places that are signed; the last is the end.
const SIGNED: [u64; 3] = [20, 60, ENTRIES];

const ENTRY: &str = "SELECT gen_random_uuid(), 'USER', gen_random_uuid(), 'LOGIN', 'someone@example.org', '{}', now()";
const COLUMNS: &str =
    "audit_logs (id, entity_type, entity_id, action, user_email, changes, created_at)";
/// With triggers out of the way, as a superuser can have them.
const PAST_RULES: &str = "SET session_replication_role = replica;";

async fn a_signed_record() -> (Service, Person, TempDir) {
    let service = signing_service().await;
    let reader = service.admin().await;
    let folder = TempDir::new().unwrap();
    let mut there = 0;
    for place in SIGNED {
        let more = place - there;
        // Some name a second institution: they are hashed in another encoding.
        let insert = if place == 60 {
            let columns = COLUMNS.replace(')', ", counterpart_institution_id)");
            format!("{columns} {ENTRY}, gen_random_uuid()")
        } else {
            format!("{COLUMNS} {ENTRY}")
        };
        service
            .sql(&format!(
                "INSERT INTO {insert} FROM generate_series(1, {more})"
            ))
            .await;
        let output = audit(&service, KEY, &folder, &["anchor"]).await;
        assert!(said(&output).contains(&format!("number {place}")));
        there = place;
    }
    service
        .sql("CREATE TABLE kept_logs AS TABLE audit_logs; CREATE TABLE kept_chain AS TABLE audit_chain")
        .await;
    (service, reader, folder)
}

/// Tampers with a copy of the sound record and verifies it.
async fn tampered(service: &Service, reader: &Person, sql: &str) -> ChainReport {
    service
        .sql(&format!(
            "{PAST_RULES} TRUNCATE audit_logs, audit_chain; \
             INSERT INTO audit_logs TABLE kept_logs; INSERT INTO audit_chain TABLE kept_chain; {sql}"
        ))
        .await;
    verified(reader, 0).await
}

/// Tampers at every place of the record; says at which of them the verdict was another than expected.
async fn at_every_place(
    tamper: impl Fn(u64) -> String,
    expected: impl Fn(u64) -> (ChainFaultKind, Option<u64>),
) {
    let (service, reader, _folder) = a_signed_record().await;
    assert_eq!(tampered(&service, &reader, "").await.fault, None);
    let mut wrong = Vec::new();
    for place in 1..=ENTRIES {
        let report = tampered(&service, &reader, &tamper(place)).await;
        let told = report.fault.map(|fault| (fault.kind, fault.sequence));
        if told != Some(expected(place)) {
            wrong.push((place, told));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The last signed number before a place.
fn signed_before(place: u64) -> u64 {
    SIGNED
        .into_iter()
        .filter(|signed| *signed < place)
        .max()
        .unwrap_or_default()
}

const fn entry(place: u64) -> ChainPlace {
    ChainPlace(place)
}

/// The entry with a number, as SQL.
struct ChainPlace(u64);

impl std::fmt::Display for ChainPlace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "(SELECT entry_id FROM kept_chain WHERE sequence = {})",
            self.0
        )
    }
}

#[tokio::test]
async fn an_edited_entry_is_found() {
    let columns = [
        "user_email = 'another@example.org'",
        "created_at = created_at + interval '1 microsecond'",
        "changes = '{\"status\": null}'",
        "ip_address = ''",
        "action = 'LOGOUT'",
        "user_id = gen_random_uuid()",
        "entity_id = gen_random_uuid()",
        "counterpart_institution_id = gen_random_uuid()",
    ];
    at_every_place(
        |place| {
            let column = columns[usize::try_from(place).unwrap() % columns.len()];
            format!("UPDATE audit_logs SET {column} WHERE id = {}", entry(place))
        },
        |place| (ChainFaultKind::Altered, Some(place)),
    )
    .await;
}

#[tokio::test]
async fn a_deleted_entry_is_found() {
    at_every_place(
        |place| {
            let link = format!("DELETE FROM audit_chain WHERE sequence = {place};");
            let both = place % 2 == 0 && place < ENTRIES;
            let link = if both { link.as_str() } else { "" };
            format!("{link} DELETE FROM audit_logs WHERE id = {}", entry(place))
        },
        |place| (ChainFaultKind::Missing, Some(place)),
    )
    .await;
}

#[tokio::test]
async fn an_entry_put_in_past_the_rules_is_found() {
    at_every_place(
        |place| format!("INSERT INTO {COLUMNS} {ENTRY} FROM generate_series(1, {place})"),
        |_place| (ChainFaultKind::Unchained, None),
    )
    .await;
}

#[tokio::test]
async fn an_entry_put_in_and_linked_in_the_middle_is_found() {
    at_every_place(
        |place| {
            // It follows from the one before it, as it should; everything after moves on by one.
            format!(
                "CREATE TEMP TABLE moved AS SELECT * FROM audit_chain WHERE sequence >= {place}; \
                 DELETE FROM audit_chain WHERE sequence >= {place}; \
                 INSERT INTO {COLUMNS} {ENTRY}; \
                 SELECT audit_link(entry) FROM (SELECT audit_logs AS entry FROM audit_logs \
                     WHERE id NOT IN (SELECT entry_id FROM kept_chain)) AS new; \
                 INSERT INTO audit_chain SELECT sequence + 1, entry_id, encoding, previous_hash, entry_hash FROM moved"
            )
        },
        |place| {
            if SIGNED.contains(&place) {
                (ChainFaultKind::Rewritten, Some(signed_before(place) + 1))
            } else {
                (ChainFaultKind::Unlinked, Some(place + 1))
            }
        },
    )
    .await;
}

#[tokio::test]
async fn exchanged_entries_are_found() {
    at_every_place(
        |place| {
            let other = if place == ENTRIES { place - 1 } else { place + 1 };
            format!(
                "UPDATE audit_chain SET entry_id = gen_random_uuid() WHERE sequence IN ({place}, {other}); \
                 UPDATE audit_chain SET entry_id = {} WHERE sequence = {place}; \
                 UPDATE audit_chain SET entry_id = {} WHERE sequence = {other}",
                entry(other),
                entry(place)
            )
        },
        |place| (ChainFaultKind::Altered, Some(place.min(ENTRIES - 1))),
    )
    .await;
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_found() {
    at_every_place(
        |place| {
            format!(
                "DELETE FROM audit_logs WHERE id IN (SELECT entry_id FROM kept_chain WHERE sequence >= {place}); \
                 DELETE FROM audit_chain WHERE sequence >= {place}"
            )
        },
        |place| (ChainFaultKind::Cut, Some(place)),
    )
    .await;
}

#[tokio::test]
async fn a_record_written_anew_is_found() {
    at_every_place(
        |place| {
            format!(
                "UPDATE audit_logs SET user_email = 'another@example.org' WHERE id = {}; \
                 DELETE FROM audit_chain WHERE sequence >= {place}; \
                 SELECT audit_link(entry) FROM (SELECT audit_logs AS entry FROM audit_logs JOIN kept_chain ON entry_id = id \
                     WHERE sequence >= {place} ORDER BY sequence) AS rewritten",
                entry(place)
            )
        },
        |place| (ChainFaultKind::Rewritten, Some(signed_before(place) + 1)),
    )
    .await;
}
