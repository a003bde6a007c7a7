//! Walks that go on in the middle of their lists.

use domain::page::{Page, PageRequest, Place, Sort};
use protocol::pb::common::PageRequest as WirePage;
use protocol::pb::credential as pb;

use super::judgement::{Bench, STEP, asks};
use crate::support::Service;

/// A walk goes on in the middle of its list as fast as anywhere else, in every order, for whoever sees less or all.
pub(super) async fn walks(bench: &mut Bench) {
    for key in [
        "createdAt",
        "updatedAt",
        "title",
        "programCode",
        "credits",
        "publishedAt",
    ] {
        for down in [false, true] {
            let page = from_the_middle(&bench.service, "micro_credentials", key, down).await;
            let request = pb::ListMicroCredentialsRequest {
                page: Some(page),
                ..Default::default()
            };
            for (who, person) in [("visitor", bench.visitor()), ("admin", bench.admin().await)] {
                let ask = asks!(person, credentials.list_micro_credentials(request.clone()));
                let name = format!("by {key}, down: {down}, {who}");
                bench.holds(&name, "micro_credentials", STEP, ask).await;
            }
        }
    }
    let none = Sort {
        key: "credits",
        descending: false,
    };
    let id = bench.id("c50001").await;
    let request = pb::ListMicroCredentialsRequest {
        page: Some(window(none, None, &id)),
        ..Default::default()
    };
    let ask = asks!(bench.visitor(), credentials.list_micro_credentials(request));
    bench
        .holds("without credits", "micro_credentials", STEP, ask)
        .await;
    for key in ["createdAt", "updatedAt", "effectiveDate", "creditValue"] {
        let page = from_the_middle(&bench.service, "recognitions", key, true).await;
        let request = pb::ListRecognitionsRequest {
            page: Some(page),
            ..Default::default()
        };
        let ask = asks!(bench.visitor(), recognitions.list_recognitions(request));
        bench
            .holds(&format!("by {key}"), "recognitions", STEP, ask)
            .await;
    }
    for key in ["createdAt", "updatedAt", "name", "transferCredits"] {
        let page = from_the_middle(&bench.service, "pathways", key, true).await;
        let request = pb::ListPathwaysRequest {
            page: Some(page),
            ..Default::default()
        };
        for person in [bench.visitor(), bench.admin().await] {
            let ask = asks!(person, pathways.list_pathways(request.clone()));
            bench
                .holds(&format!("by {key}"), "pathways", STEP, ask)
                .await;
        }
    }
    let page = from_the_middle(&bench.service, "audit_logs", "createdAt", true).await;
    let request = pb::ListAuditEntriesRequest {
        page: Some(page),
        ..Default::default()
    };
    let ask = asks!(bench.admin().await, audit.list_audit_entries(request));
    bench.holds("by createdAt", "audit_logs", STEP, ask).await;
}

/// The window that goes on after a row in the middle of a list, in this order.
async fn from_the_middle(
    service: &Service,
    table: &str,
    key: &'static str,
    down: bool,
) -> WirePage {
    let column = match key {
        "programCode" => "program_code",
        "createdAt" => "created_at",
        "updatedAt" => "updated_at",
        "publishedAt" => "published_at",
        "effectiveDate" => "effective_date",
        "creditValue" => "credit_value",
        "transferCredits" => "transfer_credits",
        same => same,
    };
    let text = if key.ends_with("At") {
        format!("to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
    } else {
        format!("{column}::text")
    };
    let row = format!(
        "FROM {table} WHERE {column} IS NOT NULL ORDER BY {column}, id OFFSET 45000 LIMIT 1"
    );
    let key_text = service.text(&format!("SELECT {text} {row}")).await;
    let id = service.text(&format!("SELECT id {row}")).await;
    let sort = Sort {
        key,
        descending: down,
    };
    window(sort, Some(key_text), &id)
}

fn window(sort: Sort, key: Option<String>, id: &str) -> WirePage {
    let text = format!("{}{}", if sort.descending { "-" } else { "" }, sort.key);
    let request = PageRequest::new(1, 1, &text, &[sort.key], sort).unwrap();
    let place = Place {
        key,
        id: id.parse().unwrap(),
    };
    let walked = Page::walked(
        vec![(), ()],
        &request.walking("").unwrap(),
        100_000,
        |(), _sort| place.clone(),
    );
    WirePage {
        limit: 20,
        sort: text,
        cursor: walked.next_cursor,
        ..Default::default()
    }
}
