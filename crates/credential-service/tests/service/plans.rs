//! Lists of a hundred thousand micro-credentials: what finds few rows never reads all of them.

use std::time::Instant;

use protocol::pb::common::{Decimal, PageRequest};
use protocol::pb::credential as pb;
use tokio::time::timeout;

use crate::support::{LIMIT, Person, Service};

const ROWS: &str = "INSERT INTO institutions (id, name, institution_type, code, country) \
         SELECT md5('i' || n)::uuid, 'Institution ' || n, 'COLLEGE', 'I' || n, 'Canada' FROM generate_series(1, 500) AS n; \
     INSERT INTO micro_credentials (id, institution_id, title, program_code, description, credential_type, delivery_mode, credits, \
         language, level, status, published_at, created_at, updated_at) \
         SELECT md5('c' || n)::uuid, md5('i' || (n % 500 + 1))::uuid, 'Title ' || md5(n::text), 'C-' || n, repeat('Words about things. ', 10), \
             (ARRAY['MICRO_CREDENTIAL', 'CERTIFICATE', 'BADGE'])[n % 3 + 1], (ARRAY['ONLINE', 'HYBRID'])[n % 2 + 1], (n % 1000) / 20.0, \
             'English', (ARRAY['INTRODUCTORY', 'ADVANCED'])[n % 2 + 1], \
             CASE WHEN n % 1000 = 0 THEN 'UNDER_REVIEW' WHEN n % 10 = 0 THEN 'DRAFT' ELSE 'PUBLISHED' END, \
             now() - make_interval(mins => n), now() - make_interval(mins => n), now() - make_interval(mins => n % 5000) \
         FROM generate_series(1, 100000) AS n";

/// Rows of micro-credentials that were read one after the other so far. Connections that end say what they did.
async fn read_in_sequence(service: &Service) -> i64 {
    let role = service.database.roles().app_role.clone().unwrap();
    let others =
        format!("FROM pg_stat_activity WHERE datname = current_database() AND usename = '{role}'");
    let before = service
        .count(&format!(
            "SELECT coalesce(max(pid), 0) FROM (SELECT pid, pg_terminate_backend(pid, 5000) AS ended {others}) AS all_of_them WHERE ended"
        ))
        .await;
    assert!(before >= 0);
    service
        .count("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'micro_credentials'")
        .await
}

async fn listed(person: &Person, request: pb::ListMicroCredentialsRequest) {
    // The connections were ended on purpose: the pool opens new ones.
    timeout(LIMIT, async {
        while person.list_credentials(request.clone()).await.is_err() {}
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_finds_few_rows_never_reads_all_of_them() {
    let service = Service::start().await;
    let admin = service.admin().await;
    let visitor = service.anonymous();
    service.sql(ROWS).await;
    service.sql("VACUUM ANALYZE micro_credentials").await;
    let institution = service.text("SELECT md5('i7')::uuid::text").await;
    let word = service.text("SELECT md5('77')").await;
    let all = pb::ListMicroCredentialsRequest::default;
    let sorted = |sort: &str| pb::ListMicroCredentialsRequest {
        page: Some(PageRequest {
            page: 1,
            limit: 20,
            sort: sort.into(),
        }),
        ..all()
    };
    let decimal = |value: &str| {
        Some(Decimal {
            value: value.into(),
        })
    };
    let cases = [
        (
            "institution",
            &visitor,
            pb::ListMicroCredentialsRequest {
                institution_id: Some(institution),
                ..all()
            },
        ),
        (
            "search",
            &visitor,
            pb::ListMicroCredentialsRequest {
                search: Some(word),
                ..all()
            },
        ),
        (
            "credits",
            &visitor,
            pb::ListMicroCredentialsRequest {
                min_credits: decimal("7.00"),
                max_credits: decimal("7.04"),
                ..all()
            },
        ),
        (
            "status",
            &admin,
            pb::ListMicroCredentialsRequest {
                status: Some(pb::CredentialStatus::UnderReview.into()),
                ..all()
            },
        ),
        ("newest", &visitor, sorted("-createdAt")),
        ("changed", &visitor, sorted("-updatedAt")),
        ("published", &visitor, sorted("-publishedAt")),
        ("title", &visitor, sorted("title")),
        ("code", &visitor, sorted("programCode")),
        ("by credits", &visitor, sorted("credits")),
    ];
    let mut wrong = Vec::new();
    for (name, person, request) in cases {
        let before = read_in_sequence(&service).await;
        listed(person, request.clone()).await;
        let begun = Instant::now();
        listed(person, request).await;
        let took = begun.elapsed();
        let read = read_in_sequence(&service).await - before;
        println!("{name}: {read} rows read in sequence, {took:?}");
        if read > 0 {
            wrong.push(name);
        }
    }

    assert!(wrong.is_empty(), "{wrong:?}");
    // The counter counts: a filter that no index serves has to read them all.
    let before = read_in_sequence(&service).await;
    let odd = pb::ListMicroCredentialsRequest {
        search: Some("x".into()),
        ..all()
    };
    listed(&visitor, odd).await;
    assert!(read_in_sequence(&service).await - before >= 100_000);
}
