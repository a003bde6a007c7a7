//! Walking a list while others write.

use std::collections::HashSet;

use domain::ErrorCode;
use protocol::pb::common;
use protocol::pb::credential as pb;

use crate::support::{Person, Service, credential, decimal, refusal};

const SORTS: [&str; 6] = [
    "createdAt",
    "updatedAt",
    "title",
    "programCode",
    "credits",
    "publishedAt",
];

fn step(sort: &str, cursor: &str) -> pb::ListMicroCredentialsRequest {
    pb::ListMicroCredentialsRequest {
        page: Some(common::PageRequest {
            limit: 3,
            sort: sort.into(),
            cursor: Some(cursor.into()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// Every program code, in the order of the walk; `meanwhile` happens after each step.
async fn walk(person: &Person, sort: &str, meanwhile: impl AsyncFn(usize)) -> Vec<String> {
    let (mut cursor, mut seen, mut steps) = (String::new(), Vec::new(), 0);
    loop {
        let list = person.list_credentials(step(sort, &cursor)).await.unwrap();
        let codes = list.micro_credentials.into_iter();
        seen.extend(codes.map(|it| it.fields.unwrap().program_code));
        meanwhile(steps).await;
        steps += 1;
        cursor = list.page.unwrap().next_cursor.unwrap();
        if cursor.is_empty() {
            return seen;
        }
    }
}

/// Ten drafts, some without credits, some with the same, some published.
async fn shelf(service: &Service, admin: &Person) {
    let own = service.institution("OWN").await;
    for number in 0..10 {
        let code = format!("OWN-{number}");
        let draft = pb::MicroCredentialDraft {
            title: format!("Title {}", number % 4),
            credits: (number % 3 != 0).then(|| decimal(&format!("{}.5", number % 2))),
            ..credential(&code)
        };
        admin.create_credential(own, draft).await.unwrap();
    }
    service
        .sql("UPDATE micro_credentials SET published_at = now() - interval '1 day' WHERE program_code < 'OWN-5'")
        .await;
}

#[tokio::test]
async fn a_walk_sees_what_pages_see_in_every_order() {
    let service = Service::start().await;
    let admin = service.admin().await;
    shelf(&service, &admin).await;

    for key in SORTS {
        for sort in [key.to_owned(), format!("-{key}")] {
            let whole = pb::ListMicroCredentialsRequest {
                page: Some(common::PageRequest {
                    limit: 100,
                    sort: sort.clone(),
                    ..Default::default()
                }),
                ..Default::default()
            };
            let whole = admin.list_credentials(whole).await.unwrap();
            assert_eq!(whole.page.unwrap().next_cursor, None);
            let rows = whole.micro_credentials.into_iter();
            let whole: Vec<_> = rows.map(|it| it.fields.unwrap().program_code).collect();

            let walked = walk(&admin, &sort, async |_| {}).await;

            assert_eq!(walked, whole, "{sort}");
        }
    }
}

#[tokio::test]
async fn rows_that_come_meanwhile_lose_and_double_nothing() {
    let service = Service::start().await;
    let admin = service.admin().await;
    shelf(&service, &admin).await;

    let own = service.institution("LATE").await;
    let walked = walk(&admin, "-createdAt", async |number| {
        // New rows stand before everything that is still to come; counted pages would show rows twice.
        for place in 0..2 {
            let code = format!("LATE-{number}-{place}");
            admin
                .create_credential(own, credential(&code))
                .await
                .unwrap();
        }
    })
    .await;

    let distinct: HashSet<_> = walked.iter().collect();
    assert_eq!((walked.len(), distinct.len()), (10, 10), "{walked:?}");
}

#[tokio::test]
async fn a_cursor_that_was_not_given_is_refused() {
    let service = Service::start().await;
    let admin = service.admin().await;
    shelf(&service, &admin).await;
    let first = admin.list_credentials(step("title", "")).await.unwrap();
    let cursor = first.page.unwrap().next_cursor.unwrap();

    let other_order = admin.list_credentials(step("-title", &cursor)).await;
    let rubbish = admin
        .list_credentials(step("title", "x"))
        .await
        .unwrap_err();
    let mut paged = step("title", &cursor);
    paged.page.as_mut().unwrap().page = 2;
    let paged = admin.list_credentials(paged).await;

    assert_eq!(refusal(other_order), ErrorCode::InvalidFormat);
    assert_eq!(rubbish.fields[0].field, "cursor");
    assert_eq!(refusal(paged), ErrorCode::InvalidFormat);
}
