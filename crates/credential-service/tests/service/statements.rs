//! How many statements a call costs: as many for fifty rows as for one.
//!
//! The service reaches PostgreSQL through a relay that reads along and counts what is executed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dev_stack::TestDatabase;
use protocol::pb::credential as pb;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Person, Service, outcome};

/// What marks the transactions of the callers, not those of the feed and the health check.
type Executed = Arc<AtomicU64>;

/// Relays connections to PostgreSQL; gives its own port.
async fn counting_relay(server: String, executed: Executed) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _address)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            let (from_client, mut to_client) = client.into_split();
            let (mut from_server, to_server) = server.into_split();
            let executed = Arc::clone(&executed);
            tokio::spawn(async move { relay(from_client, to_server, &executed).await });
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        }
    });
    port
}

/// Passes the messages of a client on: the first has no type, each later one begins with it; then comes its length.
async fn relay(
    mut client: impl AsyncRead + Unpin,
    mut server: impl AsyncWrite + Unpin,
    executed: &AtomicU64,
) -> std::io::Result<()> {
    let length = client.read_u32().await?;
    pass(&mut client, &mut server, &length.to_be_bytes(), length).await?;
    loop {
        let kind = client.read_u8().await?;
        let length = client.read_u32().await?;
        if kind == b'E' {
            executed.fetch_add(1, Ordering::Relaxed);
        }
        let mut head = vec![kind];
        head.extend(length.to_be_bytes());
        pass(&mut client, &mut server, &head, length).await?;
    }
}

async fn pass(
    client: &mut (impl AsyncRead + Unpin),
    server: &mut (impl AsyncWrite + Unpin),
    head: &[u8],
    length: u32,
) -> std::io::Result<()> {
    let mut body = vec![0; usize::try_from(length - 4).unwrap()];
    client.read_exact(&mut body).await?;
    server.write_all(head).await?;
    server.write_all(&body).await
}

/// One institution with so many micro-credentials, recognitions and pathways more; ids are their numbers.
fn rows(first: u32, last: u32) -> String {
    format!(
        "INSERT INTO institutions (id, name, institution_type, code, country) \
         SELECT md5('i' || n)::uuid, 'Institution ' || n, 'COLLEGE', 'I' || n, 'Canada' FROM generate_series({first}, {last}) AS n; \
         INSERT INTO micro_credentials (id, institution_id, title, program_code, credential_type, language, status, published_at) \
         SELECT md5('c' || n)::uuid, md5('i' || n)::uuid, 'Title ' || n, 'C-' || n, 'BADGE', 'English', 'PUBLISHED', now() FROM generate_series({first}, {last}) AS n; \
         INSERT INTO learning_outcomes (id, micro_credential_id, outcome_text, is_core, order_index) \
         SELECT md5('o' || n)::uuid, md5('c1')::uuid, 'Outcome ' || n, true, n FROM generate_series({first}, {last}) AS n; \
         INSERT INTO recognitions (id, micro_credential_id, recognizing_institution_id, recognition_type, credit_value, credit_type, transcript_method, effective_date) \
         SELECT md5('r' || n)::uuid, md5('c1')::uuid, md5('i' || n)::uuid, 'FULL_CREDIT', 1, 'ELECTIVE', 'NOT_RECORDED', '2026-01-01' FROM generate_series({first}, {last}) AS n; \
         INSERT INTO pathways (id, name, source_institution_id, target_institution_id, micro_credential_id, pathway_type, status) \
         SELECT md5('p' || n)::uuid, 'Pathway ' || n, md5('i1')::uuid, md5('i' || n)::uuid, md5('c1')::uuid, 'LADDERING', 'ACTIVE' FROM generate_series({first}, {last}) AS n; \
         INSERT INTO audit_logs (id, entity_type, entity_id, action, changes) \
         SELECT md5('a' || n)::uuid, 'USER', md5('u' || n)::uuid, 'LOGIN', '{{}}' FROM generate_series({first}, {last}) AS n"
    )
}

/// Statements of each kind of read, after one that has prepared them.
async fn costs(service: &Service, person: &Person, executed: &AtomicU64) -> Vec<(String, u64)> {
    let id = async |name: &str| {
        service
            .text(&format!("SELECT md5('{name}')::uuid::text"))
            .await
    };
    let (credential, institution) = (id("c1").await, id("i1").await);
    let (recognition, pathway) = (id("r1").await, id("p1").await);
    let mut costs = Vec::new();
    macro_rules! cost {
        ($name:literal, $client:ident.$call:ident($message:expr)) => {
            let mut least = u64::MAX;
            for _ in 0..5 {
                let before = executed.load(Ordering::Relaxed);
                outcome(person.$client().$call(person.ask($message)).await).unwrap();
                // A background task may have asked something in between: the least is the call's own.
                least = least.min(executed.load(Ordering::Relaxed) - before);
            }
            costs.push(($name.to_owned(), least));
        };
    }
    let page = || {
        Some(protocol::pb::common::PageRequest {
            page: 1,
            limit: 50,
            sort: String::new(),
        })
    };
    cost!(
        "ListInstitutions",
        institutions.list_institutions(pb::ListInstitutionsRequest {
            page: page(),
            ..Default::default()
        })
    );
    cost!(
        "GetInstitution",
        institutions.get_institution(pb::GetInstitutionRequest {
            id: institution.clone()
        })
    );
    cost!(
        "ListMicroCredentials",
        credentials.list_micro_credentials(pb::ListMicroCredentialsRequest {
            page: page(),
            ..Default::default()
        })
    );
    cost!(
        "GetMicroCredential",
        credentials.get_micro_credential(pb::GetMicroCredentialRequest {
            id: credential.clone()
        })
    );
    cost!(
        "ListRecognitions",
        recognitions.list_recognitions(pb::ListRecognitionsRequest {
            page: page(),
            ..Default::default()
        })
    );
    cost!(
        "GetRecognition",
        recognitions.get_recognition(pb::GetRecognitionRequest {
            id: recognition.clone()
        })
    );
    cost!(
        "ListPathways",
        pathways.list_pathways(pb::ListPathwaysRequest {
            page: page(),
            ..Default::default()
        })
    );
    cost!(
        "GetPathway",
        pathways.get_pathway(pb::GetPathwayRequest {
            id: pathway.clone()
        })
    );
    cost!(
        "ListAuditEntries",
        audit.list_audit_entries(pb::ListAuditEntriesRequest {
            page: page(),
            ..Default::default()
        })
    );
    costs
}

#[tokio::test]
async fn fifty_rows_cost_as_many_statements_as_one() {
    let database = TestDatabase::create().await.unwrap();
    let executed = Executed::default();
    let mut url = url::Url::parse(&database.roles().app).unwrap();
    let server = format!("127.0.0.1:{}", url.port().unwrap());
    let port = counting_relay(server, Arc::clone(&executed)).await;
    url.set_port(Some(port)).unwrap();
    let service = Service::start_on(database, url.as_str()).await;
    let admin = service.admin().await;

    service.sql(&rows(1, 1)).await;
    let one = costs(&service, &admin, &executed).await;
    service.sql(&rows(2, 50)).await;
    let fifty = costs(&service, &admin, &executed).await;

    println!("statements of each call, with those that begin, confirm and end: {fifty:?}");
    assert_eq!(one, fifty);
    assert!(one.iter().all(|(_, cost)| *cost > 0), "the relay counts");
}
