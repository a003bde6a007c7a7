//! The snapshot, restarts, and starting alone.

use diesel_async::RunQueryDsl;
use domain::micro_credential::MicroCredential;
use domain::vocabulary::RecognitionType;
use domain::{ErrorCode, ErrorKind};
use protocol::convert::WireEnum;
use protocol::pb::ai::{
    AssessCreditRequest, FindSimilarRequest, GetIndexStatusRequest, SearchCatalogueRequest,
};
use protocol::status::from_status;
use secrecy::SecretString;

use crate::demo::Demo;
use crate::feed::Feed;
use crate::stack::{Database, Stack, eventually, get};

const VECTORS: &str = "SELECT count(*) AS count FROM ai.embeddings";

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_reads_every_vector_and_makes_none() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let feed = Feed::new(demo.entities());
    Stack::start(&database, &feed).await.stop().await;
    let made = database.count(VECTORS).await;
    assert!(made > 250, "{made}");
    // One offer gets the vector of another: only who reads the table takes the two for the same.
    let (poetry, welding) = (&demo.offers["VIU-CRE-115"], &demo.offers["TRU-TRD-125"]);
    diesel::sql_query(
        "UPDATE ai.embeddings SET vector = (SELECT vector FROM ai.embeddings WHERE content_hash = sha256($1)) \
         WHERE content_hash = sha256($2)",
    )
    .bind::<diesel::sql_types::Binary, _>(content(welding))
    .bind::<diesel::sql_types::Binary, _>(content(poetry))
    .execute(&mut database.connect().await)
    .await
    .unwrap();

    let stack = Stack::start(&database, &feed).await;

    let similar = stack
        .search()
        .find_similar(stack.as_person(FindSimilarRequest {
            micro_credential_id: poetry.id.to_string(),
            limit: 1,
            min_similarity: 0.0,
        }))
        .await
        .unwrap()
        .into_inner()
        .similar;
    assert_eq!(similar[0].micro_credential_id, welding.id.to_string());
    assert!((similar[0].similarity_score - 1.0).abs() < 1e-5);
    assert_eq!(database.count(VECTORS).await, made);
    let cursors = "SELECT count(*) AS count FROM ai.feed_cursor";
    assert_eq!(database.count(cursors).await, 1);
    stack.stop().await;
}

fn content(offer: &MicroCredential) -> Vec<u8> {
    let description = offer.fields.description.as_deref().unwrap();
    format!("{}. {description}", offer.fields.title).into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_before_its_dependencies_and_is_ready_once_they_are_there() {
    let demo = Demo::load();
    let database = Database::create().await;
    // Nobody listens there yet, and the schema is not there either.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = port.local_addr().unwrap();
    drop(port);

    let stack = Stack::launch(&database.url, &format!("http://{address}"), &[]).await;

    let (code, health) = get(stack.address, "/health").await;
    assert_eq!((code, health["status"].as_str()), (503, Some("unhealthy")));
    assert_eq!(health["feed"], "disconnected");
    assert_eq!(health["caughtUp"], false);
    let (code, _) = get(stack.address, "/readyz").await;
    assert_eq!(code, 503);
    let offer = demo.id("VIU-CRE-115");
    let similar = stack.as_person(FindSimilarRequest {
        micro_credential_id: offer.clone(),
        limit: 1,
        min_similarity: 0.0,
    });
    let credit = stack.as_person(AssessCreditRequest {
        micro_credential_id: offer,
        recognizing_institution_id: demo.institution_id("UBC"),
        recognition_type: RecognitionType::Equivalency.to_wire(),
    });
    let search = stack.as_nobody(SearchCatalogueRequest {
        query: "poetry".into(),
        ..SearchCatalogueRequest::default()
    });
    let too_early = [
        stack.search().find_similar(similar).await.unwrap_err(),
        stack.assessment().assess_credit(credit).await.unwrap_err(),
        stack.search().search_catalogue(search).await.unwrap_err(),
    ];
    for refused in too_early.map(from_status) {
        assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused:?}");
        assert!(refused.retry_after.is_some());
    }

    ai_service::store::migrate::up(&SecretString::from(database.url.clone()))
        .await
        .unwrap();
    Feed::new(demo.entities()).serve_at(address).await;
    stack.caught_up().await;
    eventually("the service is ready", async || {
        get(stack.address, "/readyz").await.0 == 200
    })
    .await;
    let (code, health) = get(stack.address, "/health").await;
    assert_eq!((code, health["status"].as_str()), (200, Some("healthy")));
    assert_eq!(health["indexed"], demo.published());
    assert_eq!(health["backlog"], 0);
    assert!(health["model"].as_str().unwrap().ends_with("-int8"));
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_goes_down_and_up_again() {
    let database = Database::migrated().await;
    let url = SecretString::from(database.url.clone());
    let tables = "SELECT count(*) AS count FROM information_schema.tables \
                  WHERE table_schema = 'ai' AND table_name <> '__diesel_schema_migrations'";
    let elsewhere =
        "SELECT count(*) AS count FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(database.count(tables).await, 6);

    ai_service::store::migrate::down(&url, 3).await.unwrap();
    assert_eq!(database.count(tables).await, 0);
    ai_service::store::migrate::up(&url).await.unwrap();

    assert_eq!(database.count(tables).await, 6);
    assert_eq!(database.count(elsewhere).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_nothing_is_answered_and_the_status_is_for_operators() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;

    let bare = tonic::Request::new(SearchCatalogueRequest::default());
    let bare = stack.search().search_catalogue(bare).await.unwrap_err();
    let person = stack.as_person(GetIndexStatusRequest {});
    let person = stack.index().get_index_status(person).await.unwrap_err();

    assert_eq!(from_status(bare).code, ErrorCode::TokenMissing);
    assert_eq!(from_status(person).code, ErrorCode::AuthorizationError);
    stack.stop().await;
}
