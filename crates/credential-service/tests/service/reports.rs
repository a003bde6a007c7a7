//! Reports from the call that asks for one to the bytes that arrive, out of a folder and out of a bucket.

use std::path::PathBuf;

use dev_stack::TestDatabase;
use dev_stack::bucket::{self, Bucket};
use domain::id::InstitutionId;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::convert::value::date_to_wire;
use protocol::pb::credential as pb;
use protocol::pb::credential::read_report_content_response::Message;
use tempfile::TempDir;
use tokio::time::timeout;

use crate::recognitions::{recognise, recognition};
use crate::schedule::{RunningWorker, reached, start_worker};
use crate::support::{Person, Service, credential, outcome, refusal};

/// A service that keeps reports somewhere.
struct Bench {
    service: Service,
    settings: Vec<(&'static str, String)>,
}

impl Bench {
    async fn start(settings: Vec<(&'static str, String)>) -> Self {
        let database = TestDatabase::create().await.unwrap();
        let url = database.roles().app.clone();
        let more: Vec<(&str, &str)> = settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let service = Service::start_with(database, &url, &more).await;
        Self { service, settings }
    }

    async fn in_folder() -> (Self, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let bench = Self::start(vec![("STORAGE_DIR", path)]).await;
        (bench, folder)
    }

    async fn in_bucket(bucket: &Bucket, secret: &str) -> Self {
        Self::start(vec![
            ("AWS_BUCKET", format!("{}/kept here", bucket::NAME)),
            ("AWS_ENDPOINT_URL", bucket.endpoint()),
            ("AWS_REGION", bucket::REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", bucket::ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", secret.to_owned()),
        ])
        .await
    }

    fn worker(&self) -> RunningWorker {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        start_worker(&self.service, &settings)
    }

    async fn administrator(&self, institution: InstitutionId) -> Person {
        self.service
            .person(UserRole::InstitutionAdmin, Some(institution))
            .await
    }

    /// Waits until the rows are as described.
    async fn are(&self, number: i64, condition: &str) {
        let sql = format!("SELECT count(*) FROM reports WHERE {condition}");
        let waited = timeout(std::time::Duration::from_secs(60), async {
            while self.service.count(&sql).await != number {
                tokio::task::yield_now().await;
            }
        });
        assert!(waited.await.is_ok(), "{sql} is not {number}");
    }

    /// Lets a task be done now, and waits for it.
    async fn task(&self, name: &str, count: i64) {
        self.service
            .sql(&format!(
                "UPDATE scheduled_tasks SET due_at = now(), last_count = NULL WHERE name = '{name}'"
            ))
            .await;
        let done = format!("name = '{name}' AND last_count = {count} AND lease IS NULL");
        reached(&self.service, 1, &done).await;
    }
}

async fn ask(person: &Person, request: pb::CreateReportRequest) -> Result<pb::Report, Failure> {
    let answer = outcome(person.reports().create_report(person.ask(request)).await)?;
    Ok(answer.report.unwrap())
}

fn catalogue(institution: InstitutionId) -> pb::CreateReportRequest {
    pb::CreateReportRequest {
        kind: pb::ReportKind::Catalogue.into(),
        institution_id: Some(institution.to_string()),
        ..Default::default()
    }
}

async fn get(person: &Person, id: &str) -> Result<pb::Report, Failure> {
    let request = pb::GetReportRequest { id: id.to_owned() };
    let answer = outcome(person.reports().get_report(person.ask(request)).await)?;
    Ok(answer.report.unwrap())
}

/// The whole content, if it ends as a whole file does.
async fn read(person: &Person, id: &str) -> Result<Vec<u8>, Failure> {
    let request = pb::ReadReportContentRequest { id: id.to_owned() };
    let mut stream = outcome(
        person
            .reports()
            .read_report_content(person.ask(request))
            .await,
    )?;
    let mut content = Vec::new();
    loop {
        let piece = stream.message().await.map_err(protocol::from_status)?;
        match piece.and_then(|piece| piece.message) {
            Some(Message::Report(report)) => assert_eq!(report.id, id),
            Some(Message::Chunk(bytes)) => content.extend(bytes),
            Some(Message::End(end)) => {
                assert_eq!(usize::try_from(end.bytes).unwrap(), content.len());
                return Ok(content);
            }
            None => panic!("the file broke off without a reason"),
        }
    }
}

/// Where a report of a folder stands.
fn file(folder: &TempDir, id: &str) -> PathBuf {
    folder.path().join("reports").join(format!("{id}.jsonl"))
}

#[tokio::test]
async fn a_catalogue_is_made_kept_and_read_by_those_who_may() {
    let (bench, folder) = Bench::in_folder().await;
    let own = bench.service.institution("BCIT").await;
    let other = bench.service.institution("UVIC").await;
    let (person, stranger) = (
        bench.administrator(own).await,
        bench.administrator(other).await,
    );
    for (institution, code) in [(own, "B-1"), (own, "B-2"), (other, "U-1")] {
        let admin = bench.service.admin().await;
        admin
            .create_credential(institution, credential(code))
            .await
            .unwrap();
    }

    let asked = ask(&person, catalogue(own)).await.unwrap();
    assert_eq!(asked.status(), pb::ReportStatus::Pending);
    assert_eq!(
        refusal(read(&person, &asked.id).await),
        ErrorCode::Conflict,
        "nobody has made it"
    );
    let _worker = bench.worker();
    bench.are(1, "status = 'READY'").await;

    let ready = get(&person, &asked.id).await.unwrap();
    let made = ready.file.unwrap();
    let content = String::from_utf8(read(&person, &asked.id).await.unwrap()).unwrap();
    assert_eq!(made.rows, 2);
    assert_eq!(content.lines().count(), 2);
    assert!(content.contains("B-1") && content.contains("B-2"));
    assert!(!content.contains("U-1"));
    let kept = std::fs::read(file(&folder, &asked.id)).unwrap();
    assert_eq!(kept, content.as_bytes());
    for action in ["CREATE", "EXPORT"] {
        let entries = format!(
            "SELECT count(*) FROM audit_logs WHERE entity_type = 'REPORT' AND entity_id = '{}' \
                 AND action = '{action}' AND user_id = '{}' AND institution_id = '{own}'",
            asked.id,
            person.principal.user_id().unwrap()
        );
        assert_eq!(bench.service.count(&entries).await, 1, "{action}");
    }

    // Another institution's is not there; whoever administers none is told so.
    assert_eq!(
        refusal(get(&stranger, &asked.id).await),
        ErrorCode::NotFound
    );
    assert_eq!(
        refusal(read(&stranger, &asked.id).await),
        ErrorCode::NotFound
    );
    assert_eq!(
        refusal(ask(&stranger, catalogue(own)).await),
        ErrorCode::AuthorizationError
    );
    let writer = bench
        .service
        .person(UserRole::ProgramCoordinator, Some(own))
        .await;
    assert_eq!(
        refusal(get(&writer, &asked.id).await),
        ErrorCode::AuthorizationError
    );
    let admin = bench.service.admin().await;
    for (reader, rows) in [(&person, 1), (&stranger, 0), (&admin, 1)] {
        let request = reader.ask(pb::ListReportsRequest::default());
        let listed = outcome(reader.reports().list_reports(request).await).unwrap();
        assert_eq!(listed.reports.len(), rows);
    }
}

#[tokio::test]
async fn decisions_tell_who_and_when() {
    let (bench, _folder) = Bench::in_folder().await;
    let offering = bench.service.institution("OFF").await;
    let deciding = bench.service.institution("REC").await;
    let admin = bench.service.admin().await;
    let decider = bench.administrator(deciding).await;
    let offer = admin.publish_new(offering, "OFF-1").await;
    recognise(&decider, recognition(&offer.id, deciding))
        .await
        .unwrap();
    let _worker = bench.worker();
    // The decision may be of one day and the end of the test of the next.
    let today = chrono::Utc::now().date_naive();
    let tomorrow = today.succ_opt().unwrap();

    for institution in [deciding, offering] {
        let request = pb::CreateReportRequest {
            kind: pb::ReportKind::Decisions.into(),
            institution_id: Some(institution.to_string()),
            period_start: Some(date_to_wire(today)),
            period_end: Some(date_to_wire(tomorrow)),
        };
        ask(&admin, request).await.unwrap();
    }
    bench.are(2, "status = 'READY'").await;

    let id = |institution: InstitutionId| {
        format!("SELECT id FROM reports WHERE institution_id = '{institution}'")
    };
    let id_of_decider = bench.service.text(&id(deciding)).await;
    let content = String::from_utf8(read(&decider, &id_of_decider).await.unwrap()).unwrap();
    let lines: Vec<&str> = content.lines().collect();
    assert_eq!(lines.len(), 2, "{content}");
    assert!(lines[0].starts_with("decidedAt,decidedBy,institutionCode,"));
    let address = format!("{}@example.org", decider.principal.user_id().unwrap());
    for word in [
        address.as_str(),
        ",REC,RECOGNITION,",
        ",CREATE,",
        ",OFF-1,",
        ",FULL_CREDIT,3",
    ] {
        assert!(lines[1].contains(word), "{word}: {content}");
    }
    let id_of_other = bench.service.text(&id(offering)).await;
    let content = String::from_utf8(read(&admin, &id_of_other).await.unwrap()).unwrap();
    assert_eq!(content.lines().count(), 1, "who offers decides nothing");
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_with_every_reason() {
    let (bench, _folder) = Bench::in_folder().await;
    let own = bench.service.institution("BCIT").await;
    let person = bench.administrator(own).await;
    let request = pb::CreateReportRequest {
        kind: pb::ReportKind::Decisions.into(),
        institution_id: Some(own.to_string()),
        ..Default::default()
    };

    let failure = ask(&person, request).await.unwrap_err();

    let fields: Vec<&str> = failure.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["periodStart", "periodEnd"]);
    let tries = (0..14).map(|_try| ask(&person, catalogue(own)));
    let outcomes = futures::future::join_all(tries).await;
    let (waiting, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((waiting.len(), refused.len()), (10, 4));
    for outcome in refused {
        assert_eq!(refusal(outcome), ErrorCode::Conflict);
    }

    let without = Service::start().await;
    let there = without.institution("BCIT").await;
    let admin = without.admin().await;
    assert_eq!(
        refusal(ask(&admin, catalogue(there)).await),
        ErrorCode::ServiceUnavailable
    );
    assert_eq!(without.count("SELECT count(*) FROM reports").await, 0);
}

#[tokio::test]
async fn a_file_that_is_another_one_never_ends_well() {
    let (bench, folder) = Bench::in_folder().await;
    let own = bench.service.institution("BCIT").await;
    let person = bench.administrator(own).await;
    person
        .create_credential(own, credential("B-1"))
        .await
        .unwrap();
    let asked = ask(&person, catalogue(own)).await.unwrap();
    let _worker = bench.worker();
    bench.are(1, "status = 'READY'").await;
    let path = file(&folder, &asked.id);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[5] ^= 1;

    std::fs::write(&path, bytes).unwrap();
    assert_eq!(
        refusal(read(&person, &asked.id).await),
        ErrorCode::InternalError
    );
    std::fs::remove_file(&path).unwrap();
    assert_eq!(refusal(read(&person, &asked.id).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn every_month_has_its_report_once_and_old_ones_go_with_their_files() {
    let (bench, folder) = Bench::in_folder().await;
    bench.service.institution("OLD").await;
    let gone = bench.service.institution("GONE").await;
    bench
        .service
        .sql(&format!(
            "UPDATE institutions SET created_at = now() - interval '90 days'; \
             UPDATE institutions SET is_active = false WHERE id = '{gone}'"
        ))
        .await;
    // There was no such institution in that month.
    bench.service.institution("NEW").await;
    let _worker = bench.worker();
    bench
        .are(
            1,
            "status = 'READY' AND requested_by IS NULL AND kind = 'DECISIONS' \
                 AND period_start = date_trunc('month', current_date - interval '1 month')::date \
                 AND period_end = date_trunc('month', current_date)::date - 1",
        )
        .await;

    bench.task("ask_for_monthly_reports", 0).await;
    bench.are(1, "true").await;
    let kept = || std::fs::read_dir(folder.path().join("reports")).unwrap();
    assert_eq!(kept().count(), 1);

    bench.task("prune_reports", 0).await;
    bench
        .service
        .sql("UPDATE reports SET created_at = now() - interval '91 days'")
        .await;
    bench.task("prune_reports", 1).await;
    bench.are(0, "true").await;
    assert_eq!(kept().count(), 0);
}

#[tokio::test]
async fn a_bucket_keeps_small_files_and_large_ones() {
    let bucket = Bucket::start().await.unwrap();
    let bench = Bench::in_bucket(&bucket, bucket::SECRET_KEY).await;
    let own = bench.service.institution("BCIT").await;
    let person = bench.administrator(own).await;
    person
        .create_credential(own, credential("B-1"))
        .await
        .unwrap();
    let _worker = bench.worker();

    let small = ask(&person, catalogue(own)).await.unwrap();
    bench.are(1, "status = 'READY'").await;
    let content = read(&person, &small.id).await.unwrap();
    assert!(String::from_utf8(content).unwrap().contains("B-1"));
    assert_eq!(
        bucket.names(),
        [format!(
            "{}/kept%20here/reports/{}.jsonl",
            bucket::NAME,
            small.id
        )]
    );
    assert_eq!(bucket.in_parts(), 0);

    bench
        .service
        .sql(&format!(
            "INSERT INTO micro_credentials (id, institution_id, title, program_code, credential_type, language, status, additional_info) \
             SELECT gen_random_uuid(), '{own}', 'Title ' || n, 'N-' || n, 'BADGE', 'English', 'DRAFT', repeat('x', 5000) \
             FROM generate_series(1, 2000) AS n"
        ))
        .await;
    let large = ask(&person, catalogue(own)).await.unwrap();
    bench.are(2, "status = 'READY'").await;
    let content = read(&person, &large.id).await.unwrap();
    assert!(content.len() > 10_000_000, "{}", content.len());
    assert_eq!(bucket.in_parts(), 1);

    bench
        .service
        .sql("UPDATE reports SET created_at = now() - interval '91 days'")
        .await;
    bench.task("prune_reports", 2).await;
    assert!(bucket.names().is_empty());
    assert_eq!(bucket.refused(), 0);
}

#[tokio::test]
async fn a_bucket_that_refuses_the_key_leaves_the_report_waiting() {
    let bucket = Bucket::start().await.unwrap();
    let bench = Bench::in_bucket(&bucket, "not-the-key-of-this-bucket").await;
    let own = bench.service.institution("BCIT").await;
    let person = bench.administrator(own).await;
    let asked = ask(&person, catalogue(own)).await.unwrap();
    let _worker = bench.worker();

    let failed = "SELECT count(*) FROM jobs WHERE kind = 'report' AND status = 'WAITING' AND last_error IS NOT NULL";
    let waited = timeout(std::time::Duration::from_secs(60), async {
        while bench.service.count(failed).await != 1 {
            tokio::task::yield_now().await;
        }
    });
    assert!(waited.await.is_ok(), "nobody has tried");

    assert!(bucket.refused() > 0 && bucket.names().is_empty());
    assert_eq!(
        get(&person, &asked.id).await.unwrap().status(),
        pb::ReportStatus::Pending
    );
    let told = bench
        .service
        .text("SELECT last_error FROM jobs WHERE kind = 'report'");
    assert!(!told.await.contains("not-the-key"));
}
