//! Catalogues out of CSV.

use std::time::Duration;

use credential_service::{
    Database, ImportError, ImportOptions, ImportReport, Mapping, import_catalogue,
};
use diesel_async::SimpleAsyncConnection;
use domain::vocabulary::UserRole;
use protocol::pb::common;
use protocol::pb::credential as pb;
use secrecy::SecretString;
use tokio::time::timeout;

use crate::support::{LIMIT, Service};

const COURSES: &str = include_str!("../fixtures/courses.csv");
const COURSES_MAPPING: &str = include_str!("../../mappings/fl-scns.toml");
const OUTCOMES: &str = include_str!("../fixtures/outcomes.csv");
const OUTCOMES_MAPPING: &str = include_str!("../../mappings/byu-course-outcomes.toml");

const PLAIN: ImportOptions = ImportOptions {
    dry_run: false,
    skip_invalid: false,
};

async fn load(
    service: &Service,
    mapping: &str,
    file: &str,
    options: ImportOptions,
) -> Result<ImportReport, ImportError> {
    let url = SecretString::from(service.database.url().to_owned());
    let database = Database::new(&url, 2, false).unwrap();
    let mapping = Mapping::parse(mapping)?;
    import_catalogue(&database, &mapping, file.as_bytes(), options, |_, _| {}).await
}

async fn rows(service: &Service) -> (i64, i64, i64) {
    (
        service
            .count("SELECT count(*) FROM micro_credentials")
            .await,
        service
            .count("SELECT count(*) FROM learning_outcomes")
            .await,
        service.count("SELECT count(*) FROM audit_logs").await,
    )
}

#[tokio::test]
async fn courses_come_in_and_a_second_time_change_nothing() {
    let service = Service::start().await;

    let first = load(&service, COURSES_MAPPING, COURSES, PLAIN)
        .await
        .unwrap();
    let after = rows(&service).await;
    let second = load(&service, COURSES_MAPPING, COURSES, PLAIN)
        .await
        .unwrap();

    assert_eq!(
        first.to_string(),
        "institutions: 3 created · credentials: 6 created, 0 updated, 0 unchanged · outcomes: 0 · rows skipped: 0"
    );
    assert_eq!(
        (second.credentials_unchanged, second.credentials_created),
        (6, 0)
    );
    assert_eq!(rows(&service).await, after);
    assert_eq!(after, (6, 0, 9));
    let sealed = "SELECT count(*) FROM micro_credentials WHERE program_code = 'FIU SEALED 00028' AND level IS NULL AND credits = 3";
    assert_eq!(service.count(sealed).await, 1);
    let clock_hours = "SELECT count(*) FROM micro_credentials WHERE program_code = 'FSCJ CJK 0300' AND credits IS NULL AND level = 'INTRODUCTORY'";
    assert_eq!(service.count(clock_hours).await, 1);
    let laboratory = "SELECT count(*) FROM micro_credentials WHERE program_code = 'UCF ACG 2021' AND credits = 3 AND status = 'PUBLISHED' AND published_at IS NOT NULL";
    assert_eq!(service.count(laboratory).await, 1);
}

#[tokio::test]
async fn outcomes_are_joined_by_program_code() {
    let service = Service::start().await;

    let report = load(&service, OUTCOMES_MAPPING, OUTCOMES, PLAIN)
        .await
        .unwrap();

    assert_eq!(
        report.to_string(),
        "institutions: 1 created · credentials: 3 created, 0 updated, 0 unchanged · outcomes: 6 · rows skipped: 0"
    );
    let list = service
        .anonymous()
        .list_credentials(pb::ListMicroCredentialsRequest {
            search: Some("01452-023".into()),
            ..Default::default()
        })
        .await
        .unwrap();
    let found = service
        .anonymous()
        .credential(&list.micro_credentials[0].id)
        .await
        .unwrap();
    let outcomes: Vec<_> = found
        .micro_credential
        .unwrap()
        .outcomes
        .into_iter()
        .map(|outcome| outcome.fields.unwrap())
        .collect();
    assert_eq!(outcomes.len(), 3);
    assert_eq!(outcomes[0].keywords, ["Periods"]);
    assert!(outcomes[1].keywords.is_empty(), "no title, no keyword");
    assert!(outcomes.iter().all(|outcome| outcome.is_core));
}

#[tokio::test]
async fn a_changed_row_is_updated_alone() {
    let service = Service::start().await;
    load(&service, COURSES_MAPPING, COURSES, PLAIN)
        .await
        .unwrap();
    let events = "SELECT count(*) FROM outbox_events";
    let before = service.count(events).await;

    let changed = COURSES.replace("Intro ACG", "Introduction to accounting");
    let report = load(&service, COURSES_MAPPING, &changed, PLAIN)
        .await
        .unwrap();

    assert_eq!(
        (report.credentials_updated, report.credentials_unchanged),
        (1, 5)
    );
    assert_eq!(service.count(events).await, before + 1);
    let title = "SELECT count(*) FROM micro_credentials WHERE title = 'Introduction to accounting' AND version = 2";
    assert_eq!(service.count(title).await, 1);
}

#[tokio::test]
async fn one_bad_row_refuses_the_file_and_is_named() {
    let service = Service::start().await;
    let broken = COURSES.replace("ACG 3024,ACG,3", "ACG 3024,ACG,nine");

    let refused = load(&service, COURSES_MAPPING, &broken, PLAIN)
        .await
        .unwrap_err();

    let ImportError::Rows(report) = refused else {
        panic!("{refused}")
    };
    assert_eq!(report.problems.len(), 1);
    let problem = &report.problems[0];
    assert_eq!((problem.line, problem.column.as_str()), (3, "level"));
    assert!(problem.reason.contains("`nine`"), "{problem:?}");
    assert!(report.table().contains("   3  level"), "{}", report.table());
    assert_eq!(rows(&service).await, (0, 0, 0));
}

#[tokio::test]
async fn bad_rows_are_left_out_on_request() {
    let service = Service::start().await;
    let long = "x".repeat(301);
    let broken = COURSES
        .replace("Intro ACG", "")
        .replace("Managerial Accounting", &long)
        .replace("Police Work", "Police\0Work");
    let ragged = format!("{broken}FIU,ONLY 1000\n");
    let options = ImportOptions {
        skip_invalid: true,
        ..PLAIN
    };

    let report = load(&service, COURSES_MAPPING, &ragged, options)
        .await
        .unwrap();

    assert_eq!((report.credentials_created, report.rows_skipped), (3, 4));
    let columns: Vec<_> = report
        .problems
        .iter()
        .map(|problem| problem.column.as_str())
        .collect();
    assert_eq!(columns, ["title", "title", "title", ""]);
}

#[tokio::test]
async fn a_dry_run_counts_and_writes_nothing() {
    let service = Service::start().await;
    let options = ImportOptions {
        dry_run: true,
        ..PLAIN
    };

    let report = load(&service, COURSES_MAPPING, COURSES, options)
        .await
        .unwrap();

    assert_eq!(
        (report.credentials_created, report.institutions_created),
        (6, 3)
    );
    assert_eq!(rows(&service).await, (0, 0, 0));
}

#[tokio::test]
async fn a_mapping_must_fit_the_file() {
    let service = Service::start().await;
    let other = COURSES_MAPPING.replace("column = \"title\"", "column = \"name\"");

    let missing = load(&service, &other, COURSES, PLAIN)
        .await
        .unwrap_err()
        .to_string();
    let unknown = format!("{COURSES_MAPPING}\ncolour = \"red\"\n");
    let unknown = load(&service, &unknown, COURSES, PLAIN).await;
    let twice = COURSES_MAPPING.replace("column = \"title\"", "column = \"title\", text = \"x\"");
    let twice = load(&service, &twice, COURSES, PLAIN)
        .await
        .unwrap_err()
        .to_string();

    assert!(
        missing.contains("no column `name`; it has `institution`, `code`"),
        "{missing}"
    );
    assert!(
        matches!(unknown, Err(ImportError::Mapping(_))),
        "{unknown:?}"
    );
    assert!(twice.contains("`title` must have exactly one"), "{twice}");
}

#[tokio::test]
async fn what_people_own_is_not_taken_over() {
    let service = Service::start().await;
    let other = service.institution("OTHER").await;
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(other))
        .await;
    let draft = pb::MicroCredentialDraft {
        title: "Ours".into(),
        program_code: "FIU ACG 3024".into(),
        credential_type: common::CredentialType::Badge.into(),
        ..Default::default()
    };
    writer.create_credential(other, draft).await.unwrap();
    let foreign = COURSES.replace("FSCJ,", "NOWHERE,");

    let refused = load(&service, COURSES_MAPPING, &foreign, PLAIN)
        .await
        .unwrap_err();

    let ImportError::Rows(report) = refused else {
        panic!("{refused}")
    };
    let reasons: Vec<_> = report
        .problems
        .iter()
        .map(|problem| problem.reason.as_str())
        .collect();
    assert!(
        reasons.contains(&"belongs to the institution `OTHER`"),
        "{reasons:?}"
    );
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("`NOWHERE` is neither")),
        "{reasons:?}"
    );
}

/// Loads a changed catalogue while an edit of that row is under way, and ends the edit once the import waits for it.
async fn load_during(service: &Service, edit: &str) -> Result<ImportReport, ImportError> {
    load(service, COURSES_MAPPING, COURSES, PLAIN)
        .await
        .unwrap();
    let changed = COURSES.replace("Intro ACG", "Introduction to accounting");
    let mut editor = service.connect().await;
    editor
        .batch_execute(&format!(
            "BEGIN; SELECT id FROM micro_credentials WHERE title = 'Intro ACG' FOR UPDATE; {edit}"
        ))
        .await
        .unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let end_edit = async {
        while service.count(waiting).await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        editor.batch_execute("COMMIT").await.unwrap();
    };
    let loading = Box::pin(load(service, COURSES_MAPPING, &changed, PLAIN));
    let both = async { tokio::join!(loading, end_edit) };
    timeout(LIMIT, both)
        .await
        .expect("the import does not wait for the edit")
        .0
}

#[tokio::test]
async fn an_edit_that_is_under_way_is_not_overwritten() {
    let service = Service::start().await;
    let edit = "INSERT INTO prerequisites (id, micro_credential_id, description, prerequisite_type, is_mandatory, order_index) \
         SELECT gen_random_uuid(), id, 'Added by hand', 'OTHER', true, 0 FROM micro_credentials WHERE title = 'Intro ACG'";

    let report = load_during(&service, edit).await.unwrap();

    assert_eq!(report.credentials_updated, 1);
    let kept = "SELECT count(*) FROM prerequisites JOIN micro_credentials AS owner ON owner.id = micro_credential_id \
         WHERE owner.title = 'Introduction to accounting' AND prerequisites.description = 'Added by hand'";
    assert_eq!(service.count(kept).await, 1);
}

#[tokio::test]
async fn what_is_withdrawn_in_between_stays_as_it_is() {
    let service = Service::start().await;
    let edit = "UPDATE micro_credentials SET status = 'ARCHIVED', is_active = false WHERE title = 'Intro ACG'";

    let refused = load_during(&service, edit).await.unwrap_err();

    let ImportError::Rows(report) = refused else {
        panic!("{refused}")
    };
    assert_eq!(report.problems.len(), 1);
    assert_eq!(
        report.problems[0].reason,
        "is archived and cannot be changed"
    );
}
