//! Every documented parameter of every list does what it says, and every documented order orders.
//!
//! A list without parameters, walked to its end, says what each of its parameters must leave: exactly the rows that fit.

mod lists;
mod table;

use std::collections::BTreeSet;

use dev_stack::test_database::Template;
use dev_stack::test_stack::Parts;
use dev_stack::{Actor, TestStack};
use serde_json::{Value, json};

use self::lists::{furnish, instant, lists, walk};
use self::table::{GENERIC, LINES};

#[test]
fn every_parameter_of_every_list_has_a_line() {
    let mut documented = BTreeSet::new();
    for list in lists() {
        for parameter in list.parameters.keys() {
            documented.insert((list.path.clone(), parameter.clone()));
        }
    }
    documented.retain(|(_, parameter)| !GENERIC.contains(&parameter.as_str()));
    let named = LINES
        .iter()
        .map(|line| (line.path.to_owned(), line.parameter.to_owned()))
        .collect();

    let without: Vec<_> = documented.difference(&named).collect();
    let astray: Vec<_> = named.difference(&documented).collect();
    assert!(without.is_empty(), "parameters without a line: {without:?}");
    assert!(astray.is_empty(), "lines without a parameter: {astray:?}");
}

#[tokio::test]
async fn every_filter_leaves_exactly_the_rows_that_fit() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let place = furnish(&stack, &admin).await;

    let mut tried = 0;
    for list in lists() {
        let path = place.fill(&list.path);
        if list.is_file() {
            continue;
        }
        let all = walk(&admin, &path, "").await;
        for line in LINES.iter().filter(|line| line.path == list.path) {
            let mut parts = 0;
            for value in line.values(&list.parameters[line.parameter], &all) {
                let query = format!("{}={value}", line.parameter);
                let met = ids(&walk(&admin, &path, &query).await);
                let fitting = all.iter().filter(|row| line.fits(row, &value));
                let expected = ids(&fitting.cloned().collect::<Vec<_>>());

                assert_eq!(met, expected, "{path}?{query}");
                tried += 1;
                parts += usize::from(!met.is_empty() && met.len() < all.len());
            }
            assert!(parts > 0, "{path}: no {} parts the rows", line.parameter);
        }
    }
    println!("filters: {} lines, {tried} values", LINES.len());
}

#[tokio::test]
async fn a_file_holds_what_the_same_list_shows() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let all = walk(&admin, "/credentials", "").await;
    let file = lists().into_iter().find(lists::List::is_file).unwrap();

    for line in LINES.iter().filter(|line| line.path == file.path) {
        let mut parts = 0;
        for value in line.values(&file.parameters[line.parameter], &all) {
            let query = format!("{}={value}", line.parameter);
            if line.parameter == "format" {
                let answer = admin.get(&format!("{}?{query}", file.path)).await.unwrap();
                let begins = if value == "csv" { b'i' } else { b'{' };
                assert_eq!(answer.bytes[0], begins, "{query}");
                parts += 1;
                continue;
            }
            let path = format!("{}?format=jsonl&{query}", file.path);
            let answer = admin.get(&path).await.unwrap();
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let text = String::from_utf8(answer.bytes).unwrap();
            let rows = text.lines().map(|row| serde_json::from_str(row).unwrap());
            let met = texts(&rows.collect::<Vec<_>>(), "/programCode");
            let shown = walk(&admin, "/credentials", &query).await;

            assert_eq!(met, texts(&shown, "/programCode"), "{path}");
            parts += usize::from(!met.is_empty() && met.len() < all.len());
        }
        assert!(parts > 0, "no {} parts the file", line.parameter);
    }
}

#[tokio::test]
async fn every_documented_order_orders_both_ways() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let place = furnish(&stack, &admin).await;

    let mut tried = 0;
    for list in lists() {
        let path = place.fill(&list.path);
        for key in list.sort_keys() {
            let up = keys(&admin, &path, &key).await;
            let down = keys(&admin, &path, &format!("-{key}")).await;

            let distinct: BTreeSet<String> = up.iter().map(Value::to_string).collect();
            assert!(distinct.len() > 1, "{path}: all rows have one {key}");
            assert!(ascends(&up), "{path}?sort={key}: {up:?}");
            let turned: Vec<Value> = down.into_iter().rev().collect();
            assert_eq!(turned, up, "{path}?sort=-{key}");
            tried += 2;
        }
    }
    println!("filters: {tried} orders");
}

#[tokio::test]
async fn every_list_is_cut_into_pages_and_members() {
    let stack = TestStack::start(Template::Seeded, Parts::Gateway)
        .await
        .unwrap();
    let admin = stack.signed_in("ADMIN").await.unwrap();
    let place = furnish(&stack, &admin).await;

    for list in lists().into_iter().filter(|list| !list.is_file()) {
        let path = place.fill(&list.path);
        let all = walk(&admin, &path, "").await;
        let total = all.len();
        assert!(total > 2, "{path} has {total} rows");
        let second = admin
            .get(&format!("{path}?limit=1&page=2&fields=id,createdAt"))
            .await
            .unwrap();
        let row = json!([{"id": all[1]["id"], "createdAt": all[1]["createdAt"]}]);
        assert_eq!(second.at("/data"), &row, "{path}: {}", second.body);
        let page = json!({"page": 2, "limit": 1, "total": total, "pages": total, "has_next": true, "has_prev": true});
        assert_eq!(second.at("/pagination"), &page, "{path}");
        let beyond = format!("{path}?limit=100&page={}", total / 100 + 2);
        let beyond = admin.get(&beyond).await.unwrap();
        assert_eq!(beyond.at("/data"), &json!([]), "{path}: {}", beyond.body);
        for odd in [
            "limit=101",
            "page=0",
            "sort=version",
            "fields=colour",
            "colour=red",
        ] {
            let refused = admin.get(&format!("{path}?{odd}")).await.unwrap();
            assert_eq!(refused.status, 400, "{path}?{odd}: {}", refused.body);
        }
    }
}

fn texts(rows: &[Value], pointer: &str) -> BTreeSet<String> {
    let found: BTreeSet<String> = rows
        .iter()
        .map(|row| row.pointer(pointer).unwrap().as_str().unwrap().to_owned())
        .collect();
    assert_eq!(found.len(), rows.len(), "each row once");
    found
}

fn ids(rows: &[Value]) -> BTreeSet<String> {
    texts(rows, "/id")
}

/// What a list in some order shows of that order.
async fn keys(actor: &Actor, path: &str, sort: &str) -> Vec<Value> {
    let rows = walk(actor, path, &format!("sort={sort}")).await;
    let key = sort.trim_start_matches('-');
    let comparable = |row: Value| {
        let value = row[key].clone();
        let moment = value.as_str().filter(|_| key.ends_with("At"));
        moment.map_or(value.clone(), |text| json!(instant(text)))
    };
    rows.into_iter().map(comparable).collect()
}

/// Rows without a value count as the greatest.
fn ascends(keys: &[Value]) -> bool {
    keys.windows(2).all(|pair| match (&pair[0], &pair[1]) {
        (Value::Number(one), Value::Number(two)) => one.as_f64() <= two.as_f64(),
        (Value::String(one), Value::String(two)) => one <= two,
        (_, after) => after.is_null(),
    })
}
