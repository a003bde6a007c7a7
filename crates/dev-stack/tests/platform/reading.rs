//! Reading changes nothing: after each `GET` of the document all tables hold what they held before.
//!
//! A file that is taken away is on record: there, all but the record is compared.

use std::collections::{BTreeMap, BTreeSet};

use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use dev_stack::{Actor, TestStack};
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};

const RECORD: [&str; 2] = ["public.audit_chain", "public.audit_logs"];

#[derive(diesel::QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    told: String,
}

async fn ask(connection: &mut AsyncPgConnection, query: &str) -> Vec<String> {
    let rows: Vec<Told> = diesel::sql_query(query).load(connection).await.unwrap();
    rows.into_iter().map(|row| row.told).collect()
}

/// A hash of every table.
async fn state(connection: &mut AsyncPgConnection) -> BTreeMap<String, String> {
    let tables = "SELECT schemaname || '.' || tablename AS told FROM pg_tables \
                  WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let mut hashes = BTreeMap::new();
    for table in ask(connection, tables).await {
        let hash = format!(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(row::text, E'\\n' ORDER BY row::text)), '') AS told \
             FROM {table} AS row"
        );
        let hash = ask(connection, &hash).await.remove(0);
        hashes.insert(table, hash);
    }
    hashes
}

/// Every address of the document that is read, with something there wherever an identifier is asked for.
async fn addresses(admin: &Actor) -> Vec<String> {
    let page = admin.get("/institutions?limit=1").await.unwrap();
    let institution = page.text("/data/0/id").unwrap();
    let made = async |path: &str, mut body: Value| {
        body["institutionId"] = json!(institution);
        let answer = admin.post(path, &body).await.unwrap();
        assert!([201, 202].contains(&answer.status), "{}", answer.body);
        answer.text("/data/id").unwrap()
    };
    let webhook = made(
        "/webhooks",
        json!({"url": "https://hooks.example.org/bccb"}),
    )
    .await;
    let report = made("/reports", json!({"kind": "CATALOGUE"})).await;
    let first = async |list: &str| {
        let page = admin.get(&format!("/{list}?limit=1")).await.unwrap();
        page.text("/data/0/id").unwrap()
    };
    let document: Value = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../api-gateway/openapi.json"
    )))
    .unwrap();
    let mut addresses = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() {
            continue;
        }
        let id = match path
            .trim_start_matches("/api/v1/")
            .split('/')
            .next()
            .unwrap()
        {
            _ if !path.contains("{id}") => String::new(),
            "webhooks" => webhook.clone(),
            "reports" => report.clone(),
            "stats" => institution.clone(),
            list => first(list).await,
        };
        addresses.push(path.replace("{id}", &id));
    }
    addresses
}

#[tokio::test]
async fn no_get_changes_a_row() {
    let stack = TestStack::start(Template::Seeded, Parts::Everything)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let visitor = stack.visitor().unwrap();
    let addresses = addresses(&admin).await;
    stack.index_caught_up().await.unwrap();
    let mut connection = stack.database.connect().await.unwrap();
    let mut before = state(&mut connection).await;
    assert!(before.len() > 25, "{before:?}");

    let mut answered = BTreeSet::new();
    for address in &addresses {
        for reader in [&admin, &visitor] {
            let answer = reader.get_outside(address).await.unwrap();
            assert!(answer.status < 500, "{address}: {}", answer.body);
            if answer.status == 200 {
                answered.insert(address);
            }
            let after = state(&mut connection).await;
            let changed = after.keys().filter(|it| before[*it] != after[*it]);
            let changed: Vec<&str> = changed.map(String::as_str).collect();
            if address.ends_with("/export") && answer.status == 200 {
                assert_eq!(changed, RECORD, "GET {address} changed these tables");
            } else {
                assert!(changed.is_empty(), "GET {address} changed {changed:?}");
            }
            before = after;
        }
    }
    println!("reading: {} addresses", addresses.len());
    // All but the content of a report that nobody has made yet.
    assert_eq!(answered.len() + 1, addresses.len(), "{answered:?}");

    // The comparison sees one changed value.
    let touch = "UPDATE public.institutions SET version = version + 1 WHERE id = \
                 (SELECT id FROM public.institutions ORDER BY id LIMIT 1) RETURNING code AS told";
    assert_eq!(ask(&mut connection, touch).await.len(), 1);
    let after = state(&mut connection).await;
    let changed: Vec<_> = after
        .keys()
        .filter(|it| after[*it] != before[*it])
        .collect();
    assert_eq!(changed, ["public.institutions"]);
}
