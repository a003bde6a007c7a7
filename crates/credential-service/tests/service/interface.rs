//! The gRPC interface as other internal clients meet it.

use std::time::Duration;

use dev_stack::TestDatabase;
use diesel_async::SimpleAsyncConnection;
use domain::ErrorKind;
use protocol::pb::ai::SearchCatalogueRequest;
use protocol::pb::ai::search_service_client::SearchServiceClient;
use protocol::pb::credential as pb;
use tokio::time::timeout;
use tonic::Code;
use tonic::transport::Channel;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;

use crate::support::{LIMIT, Service, credential, outcome, refusal};

async fn reflected(channel: Channel) -> Result<(), Code> {
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(channel);
    let answer = client
        .server_reflection_info(futures::stream::iter([request]))
        .await;
    let mut stream = answer.map_err(|status| status.code())?.into_inner();
    stream.message().await.map_err(|status| status.code())?;
    Ok(())
}

#[tokio::test]
async fn the_definitions_are_told_everywhere_but_in_production() {
    let elsewhere = Service::start().await;
    let database = TestDatabase::create().await.unwrap();
    let url = database.roles().app.clone();
    let production = Service::start_with(
        database,
        &url,
        &[
            ("APP_ENV", "production"),
            ("WEBHOOK_ALLOW_PRIVATE", "false"),
            ("PUBLIC_URL", "https://bccb.example.org"),
            (
                "JWT_SECRET",
                "0f5b8a1c9d3e7f2046b8c1d5e9a3f70812b4c6d8e0f1a3b5",
            ),
        ],
    )
    .await;

    assert_eq!(reflected(elsewhere.channel.clone()).await, Ok(()));
    assert_eq!(
        reflected(production.channel.clone()).await,
        Err(Code::Unimplemented)
    );
}

#[tokio::test]
async fn what_is_not_offered_here_is_unimplemented() {
    let service = Service::start().await;
    let person = service.admin().await;
    let mut elsewhere = SearchServiceClient::new(service.channel.clone());

    let answer = elsewhere
        .search_catalogue(person.ask(SearchCatalogueRequest::default()))
        .await;

    assert_eq!(answer.unwrap_err().code(), Code::Unimplemented);
    assert!(person.create_institution("BCIT").await.is_ok());
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_and_the_connection_goes_on() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let huge = pb::MicroCredentialDraft {
        additional_info: Some("x".repeat(protocol::channel::MAX_REQUEST_BYTES)),
        ..credential("B-1")
    };

    let request = admin.ask(pb::CreateMicroCredentialRequest {
        institution_id: owner.to_string(),
        draft: Some(huge),
    });
    let refused = admin.credentials().create_micro_credential(request).await;

    assert_eq!(refused.unwrap_err().code(), Code::OutOfRange);
    admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_runs_on_for_a_caller_whose_time_is_over() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let made = admin
        .create_credential(owner, credential("B-1"))
        .await
        .unwrap();
    let mut holder = service.connect().await;
    holder
        .batch_execute("BEGIN; SELECT 1 FROM micro_credentials FOR UPDATE")
        .await
        .unwrap();
    let request = admin
        .outgoing
        .request(
            pb::TransitionMicroCredentialRequest {
                id: made.id.clone(),
                transition: pb::CredentialTransition::Submit.into(),
                ..Default::default()
            },
            Duration::from_millis(500),
        )
        .unwrap();

    let late = outcome(
        admin
            .credentials()
            .transition_micro_credential(request)
            .await,
    );

    assert_eq!(refusal(late).kind(), ErrorKind::Timeout);
    let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND wait_event_type = 'Lock'";
    timeout(LIMIT, async { while service.count(running).await > 0 {} })
        .await
        .expect("the statement runs on");
    holder.batch_execute("ROLLBACK").await.unwrap();
}
