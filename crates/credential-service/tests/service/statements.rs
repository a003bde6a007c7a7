//! How many statements a call costs: as many for fifty rows as for one, and as many as `statements/table.txt` says.
//!
//! The service reaches PostgreSQL through a relay that reads along.

mod calls;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use dev_stack::TestDatabase;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use prost::Message;
use prost_types::FileDescriptorSet;

use crate::relay::{BACKGROUND, Relay};
use crate::support::Service;

/// Each method of the interface with its statements; `-` for one that nobody has counted, with the reason behind it.
const TABLE: &str = include_str!("statements/table.txt");

/// Statements by method.
type Costs = BTreeMap<String, u64>;

/// A line of the table: the statements of a method, or why they are not counted.
fn table() -> BTreeMap<String, Result<u64, String>> {
    TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (method, rest) = line.split_once(' ').unwrap();
            let cost = match rest.strip_prefix("- ") {
                Some(reason) => Err(reason.to_owned()),
                None => Ok(rest.parse().unwrap()),
            };
            (method.to_owned(), cost)
        })
        .collect()
}

/// Every method that the service offers.
fn methods() -> BTreeSet<String> {
    let descriptors = FileDescriptorSet::decode(protocol::pb::FILE_DESCRIPTOR_SET).unwrap();
    let files = descriptors.file.iter();
    files
        .filter(|file| file.package() == "bccb.credential.v1")
        .flat_map(|file| &file.service)
        .flat_map(|service| {
            let methods = service.method.iter();
            methods.map(|method| format!("{}.{}", service.name(), method.name()))
        })
        .collect()
}

fn is_read(method: &str) -> bool {
    let name = method.rsplit('.').next().unwrap_or_default();
    ["List", "Get", "Verify"]
        .iter()
        .any(|verb| name.starts_with(verb))
}

#[test]
fn every_method_has_its_line() {
    let table = table();
    let listed: BTreeSet<String> = table.keys().cloned().collect();
    let uncounted: Vec<&String> = table
        .iter()
        .filter(|(method, cost)| cost.is_err() && is_read(method))
        .map(|(method, _)| method)
        .collect();

    assert_eq!(methods(), listed, "left: the interface, right: table.txt");
    assert!(uncounted.is_empty(), "reads are counted: {uncounted:?}");
    assert!(
        table
            .values()
            .all(|cost| cost.as_ref().map_or_else(|why| why.len() > 10, |_| true)),
        "a line without a number says why"
    );
}

#[tokio::test]
async fn fifty_rows_cost_as_many_statements_as_one() {
    let database = TestDatabase::create().await.unwrap();
    let (relay, url) = Relay::start(&database.roles().app).await;
    let service = Service::start_on(database, &url).await;
    let admin = service.admin().await;

    service.sql(&rows::numbered(1, 1, &admin)).await;
    let one = calls::costs(&service, &admin, &relay, 1).await;
    service.sql(&rows::numbered(2, 50, &admin)).await;
    let fifty = calls::costs(&service, &admin, &relay, 50).await;

    let written: Costs = table()
        .into_iter()
        .filter_map(|(method, cost)| Some((method, cost.ok()?)))
        .collect();
    println!("statements, with those that begin, confirm and commit:");
    for (method, cost) in &fifty {
        println!("{method} {cost}");
    }
    assert_eq!(one, fifty, "left: one row, right: fifty");
    assert_eq!(fifty, written, "left: counted, right: table.txt");
}

/// The relay is no judge unless it finds what it looks for: here a query for each row.
#[tokio::test]
async fn the_relay_finds_a_query_for_each_row() {
    let database = TestDatabase::create().await.unwrap();
    let (relay, url) = Relay::start(database.url()).await;
    let mut connection = AsyncPgConnection::establish(&url).await.unwrap();
    let mut counted = Vec::new();
    for rows in [1, 50] {
        let before = relay.executed();
        for begin in ["200", BACKGROUND] {
            connection
                .batch_execute(&format!("BEGIN; SET LOCAL statement_timeout = {begin}"))
                .await
                .unwrap();
            for _row in 0..rows {
                let read = diesel::sql_query("SELECT 1").execute(&mut connection).await;
                assert_eq!(read.unwrap(), 1);
            }
            connection.batch_execute("COMMIT").await.unwrap();
        }
        counted.push(relay.executed() - before);
    }

    assert_eq!(
        counted,
        [1 + 1 + 1, 1 + 50 + 1],
        "and nothing of the background"
    );
}
