//! Files over the network: in as a whole or not at all, out as they come in again.

use std::time::Duration;

use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::pb::credential as pb;
use protocol::pb::credential::export_micro_credentials_response::Message as Exported;
use protocol::pb::credential::import_micro_credentials_request::Message as Imported;

use crate::support::{Person, Service, credential, outcome, outcome_draft, refusal};

const PATIENCE: Duration = Duration::from_secs(600);
pub(crate) const CSV: pb::ExchangeFormat = pb::ExchangeFormat::Csv;
const LINES: pb::ExchangeFormat = pb::ExchangeFormat::JsonLines;
pub(crate) const THREE: &str = "programCode,title,credentialType,outcomeText,outcomeIsCore,prerequisiteDescription,prerequisiteType\n\
    X-1,One,BADGE,Weld a seam,true,Steel boots,OTHER\n\
    X-1,,,Grind a seam,false,,\n\
    X-2,Two,DIPLOMA,,,,\n\
    X-3,\"Three, \"\"really\"\"\",CERTIFICATE,,,,\n";

pub(crate) fn options(format: pb::ExchangeFormat) -> pb::ImportOptions {
    pb::ImportOptions {
        format: format.into(),
        dry_run: false,
        mode: pb::ImportMode::Upsert.into(),
        institution_id: None,
    }
}

async fn send(
    person: &Person,
    messages: Vec<Imported>,
) -> Result<pb::ImportMicroCredentialsResponse, Failure> {
    let messages = messages
        .into_iter()
        .map(|message| pb::ImportMicroCredentialsRequest {
            message: Some(message),
        });
    let stream = tokio_stream::iter(messages);
    let request = person.outgoing.request(stream, PATIENCE).unwrap();
    outcome(person.exchange().import_micro_credentials(request).await)
}

pub(crate) async fn import(
    person: &Person,
    options: pb::ImportOptions,
    file: &[u8],
) -> Result<pb::ImportMicroCredentialsResponse, Failure> {
    let mut messages = vec![Imported::Options(options)];
    messages.extend(
        file.chunks(100_000)
            .map(|chunk| Imported::Chunk(chunk.to_vec())),
    );
    let bytes = file.len().try_into().unwrap();
    messages.push(Imported::End(pb::ImportEnd { bytes }));
    send(person, messages).await
}

pub(crate) async fn export(
    person: &Person,
    format: pb::ExchangeFormat,
) -> Result<Vec<u8>, Failure> {
    let question = pb::ExportMicroCredentialsRequest {
        format: format.into(),
        ..Default::default()
    };
    let request = person.outgoing.request(question, PATIENCE).unwrap();
    let mut stream = outcome(person.exchange().export_micro_credentials(request).await)?;
    let mut file = Vec::new();
    loop {
        let piece = stream.message().await.map_err(protocol::from_status)?;
        match piece.and_then(|piece| piece.message) {
            Some(Exported::Chunk(bytes)) => file.extend(bytes),
            Some(Exported::End(_)) => return Ok(file),
            None => panic!("the file broke off"),
        }
    }
}

async fn admin_of(service: &Service, code: &str) -> Person {
    let institution = service.institution(code).await;
    service
        .person(UserRole::InstitutionAdmin, Some(institution))
        .await
}

async fn rows(service: &Service) -> [i64; 3] {
    [
        service
            .count("SELECT count(*) FROM micro_credentials")
            .await,
        service.count("SELECT count(*) FROM audit_logs").await,
        service.count("SELECT count(*) FROM outbox_events").await,
    ]
}

#[tokio::test]
async fn a_file_comes_in_and_a_second_time_changes_nothing() {
    let service = Service::start().await;
    let person = admin_of(&service, "OWN").await;
    let before = rows(&service).await;

    let first = import(&person, options(CSV), THREE.as_bytes())
        .await
        .unwrap();
    let after = rows(&service).await;
    let second = import(&person, options(CSV), THREE.as_bytes())
        .await
        .unwrap();

    assert_eq!(
        (first.created, first.problem_count, first.written),
        (3, 0, true)
    );
    assert_eq!((second.created, second.unchanged), (0, 3));
    assert_eq!(after, [before[0] + 3, before[1] + 4, before[2] + 3]);
    // The second import is on record itself, and nothing else.
    assert_eq!(rows(&service).await, [after[0], after[1] + 1, after[2]]);
    let drafts = "SELECT count(*) FROM micro_credentials WHERE status = 'DRAFT' AND version = 1";
    assert_eq!(service.count(drafts).await, 3);
    let parts = "SELECT count(*) FROM learning_outcomes WHERE outcome_text LIKE '% a seam'";
    assert_eq!(service.count(parts).await, 2);
    let summary = "SELECT count(*) FROM audit_logs WHERE action = 'IMPORT' AND user_id IS NOT NULL";
    assert_eq!(service.count(summary).await, 2);
}

#[tokio::test]
async fn what_has_no_column_stays_and_parts_keep_their_identifiers() {
    let service = Service::start().await;
    let person = admin_of(&service, "OWN").await;
    import(&person, options(CSV), THREE.as_bytes())
        .await
        .unwrap();
    let kept =
        "SELECT count(*) FROM learning_outcomes WHERE outcome_text = 'Weld a seam' AND is_core";

    let narrow = "programCode,title,credentialType,credits\nX-1,Other,BADGE,2.5\n";
    let report = import(&person, options(CSV), narrow.as_bytes())
        .await
        .unwrap();

    assert_eq!((report.updated, report.created), (1, 0));
    assert_eq!(service.count(kept).await, 1);
    let changed = "SELECT count(*) FROM micro_credentials WHERE title = 'Other' AND credits = 2.5 AND version = 2";
    assert_eq!(service.count(changed).await, 1);
}

#[tokio::test]
async fn one_bad_row_refuses_all_of_it_by_line_and_field() {
    let service = Service::start().await;
    let person = admin_of(&service, "OWN").await;
    let before = rows(&service).await;

    let bad = THREE.replace("DIPLOMA", "DOCTORATE");
    let csv = import(&person, options(CSV), bad.as_bytes()).await.unwrap();
    let lines = "{\"title\":\"A\",\"programCode\":\"Y-1\",\"credentialType\":\"BADGE\"}\n\
        {\"title\":\"B\",\"programCode\":\"Y-2\",\"credentialType\":\"BADGE\",\"credits\":61}\n\
        {\"programCode\":\"Y-3\",\"colour\":1}\nno json\n";
    let json = import(&person, options(LINES), lines.as_bytes())
        .await
        .unwrap();
    let header = import(&person, options(CSV), b"programCode,colour\n")
        .await
        .unwrap();

    let places = |report: &pb::ImportMicroCredentialsResponse| -> Vec<(u64, String)> {
        let problems = report.problems.iter();
        problems.map(|it| (it.line, it.field.clone())).collect()
    };
    assert_eq!(places(&csv), [(4, "credentialType".into())]);
    assert_eq!(
        places(&json),
        [
            (2, "credits".into()),
            (3, "colour".into()),
            (4, String::new())
        ]
    );
    assert_eq!(
        places(&header),
        [
            (1, "colour".into()),
            (1, "credentialType".into()),
            (1, "title".into())
        ]
    );
    assert!(!csv.written && !json.written && !header.written);
    assert_eq!(rows(&service).await, before);
}

#[tokio::test]
async fn a_dry_run_and_a_file_that_breaks_off_write_nothing() {
    let service = Service::start().await;
    let person = admin_of(&service, "OWN").await;
    let before = rows(&service).await;

    let dry = pb::ImportOptions {
        dry_run: true,
        ..options(CSV)
    };
    let report = import(&person, dry, THREE.as_bytes()).await.unwrap();
    let chunk = Imported::Chunk(THREE.into());
    let broken = send(&person, vec![Imported::Options(options(CSV)), chunk]).await;

    assert_eq!((report.created, report.written), (3, false));
    assert_eq!(refusal(broken), ErrorCode::InvalidFormat);
    assert_eq!(rows(&service).await, before);
}

#[tokio::test]
async fn an_institution_imports_for_itself_alone() {
    let service = Service::start().await;
    let person = admin_of(&service, "OWN").await;
    let other = service.institution("OTHER").await;
    let platform = service.admin().await;
    platform
        .create_credential(other, credential("TAKEN"))
        .await
        .unwrap();
    let writer = service
        .person(UserRole::ProgramCoordinator, Some(other))
        .await;

    let elsewhere = pb::ImportOptions {
        institution_id: Some(other.to_string()),
        ..options(CSV)
    };
    let refused = import(&person, elsewhere.clone(), THREE.as_bytes()).await;
    assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
    assert_eq!(
        refusal(import(&writer, options(CSV), THREE.as_bytes()).await),
        ErrorCode::AuthorizationError
    );
    assert_eq!(
        refusal(export(&writer, CSV).await),
        ErrorCode::AuthorizationError
    );
    let foreign =
        "institutionCode,programCode,title,credentialType\nOTHER,Z-1,Z,BADGE\n,TAKEN,Z,BADGE\n";
    let report = import(&person, options(CSV), foreign.as_bytes())
        .await
        .unwrap();
    let fields: Vec<_> = report.problems.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["institutionCode", "programCode"]);
    assert!(!format!("{report:?}").contains("`OTHER`"), "{report:?}");
    assert_eq!(
        import(&platform, elsewhere, THREE.as_bytes())
            .await
            .unwrap()
            .created,
        3
    );
}

#[tokio::test]
async fn a_named_import_is_done_once() {
    let service = Service::start().await;
    let mut person = admin_of(&service, "OWN").await;
    person.outgoing.idempotency_key = Some("import-1".into());

    let first = import(&person, options(CSV), THREE.as_bytes())
        .await
        .unwrap();
    let again = import(&person, options(CSV), THREE.as_bytes())
        .await
        .unwrap();
    let other = THREE.replace("Two", "Zwei");
    let reused = import(&person, options(CSV), other.as_bytes()).await;

    assert_eq!(first, again);
    assert_eq!(refusal(reused), ErrorCode::ValidationError);
}

#[tokio::test]
async fn an_import_keeps_nobody_else_from_writing() {
    let service = Service::start().await;
    let person = admin_of(&service, "OWN").await;
    let platform = service.admin().await;
    let mut holding = service.connect().await;
    use diesel_async::SimpleAsyncConnection;
    // Another import of the same institution is under way; it has written nothing that others could wait for.
    holding
        .batch_execute(
            "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('bccb import OWN', 0))",
        )
        .await
        .unwrap();

    let refused = import(&person, options(CSV), THREE.as_bytes()).await;
    platform.create_institution("FREE").await.unwrap();

    assert_eq!(refusal(refused), ErrorCode::Conflict);
}

#[tokio::test]
async fn what_an_export_writes_an_import_reads_back() {
    let service = Service::start().await;
    let person = admin_of(&service, "OWN").await;
    let own = person.principal.institution_id().unwrap();
    for (place, text) in ["=1+1", "'=x", "a\r\nb, \"c\"", " ünï ✓ ", "-;\\;", "@\ttab"]
        .iter()
        .enumerate()
    {
        let mut draft = credential(&format!("R-{place}"));
        draft.title = (*text).to_owned();
        draft.description = Some((*text).to_owned());
        draft.short_title = None;
        draft.outcomes = vec![outcome_draft(text, true), outcome_draft("second", false)];
        draft.outcomes[0].keywords = vec![(*text).to_owned(), "plain".into()];
        draft.prerequisites = vec![pb::PrerequisiteDraft {
            description: (*text).to_owned(),
            r#type: pb::PrerequisiteType::Other.into(),
            is_mandatory: false,
        }];
        person.create_credential(own, draft).await.unwrap();
    }

    for format in [CSV, LINES] {
        let file = export(&person, format).await.unwrap();
        let report = import(&person, options(format), &file).await.unwrap();
        assert_eq!(
            (
                report.unchanged,
                report.updated,
                report.created,
                report.problem_count
            ),
            (6, 0, 0, 0),
            "{}\n{report:?}",
            String::from_utf8_lossy(&file)
        );
    }
    let on_record = "SELECT count(*) FROM audit_logs WHERE action = 'EXPORT'";
    assert_eq!(service.count(on_record).await, 2);
}
