//! The largest lists that people can make are still read.

use domain::ErrorCode;
use protocol::channel::MAX_ANSWER_BYTES;
use protocol::pb::common;
use protocol::pb::credential as pb;

use crate::support::{Service, credential, outcome, refusal};

#[tokio::test]
async fn a_page_of_the_longest_texts_can_be_read() {
    let service = Service::start().await;
    let owner = service.institution("BCIT").await;
    let admin = service.admin().await;
    let long = |characters| "\u{1d11e}".repeat(characters);
    for number in 0..100 {
        let draft = pb::MicroCredentialDraft {
            title: long(300),
            description: Some(long(10_000)),
            assessment_method: Some(long(1_000)),
            additional_info: Some(long(10_000)),
            ..credential(&format!("BCIT-{number}"))
        };
        admin.create_credential(owner, draft).await.unwrap();
    }
    let request = pb::ListMicroCredentialsRequest {
        page: Some(common::PageRequest {
            limit: 100,
            ..Default::default()
        }),
        ..Default::default()
    };

    let asked = admin.ask(request.clone());
    let mut client = admin
        .credentials()
        .max_decoding_message_size(MAX_ANSWER_BYTES);
    let listed = outcome(client.list_micro_credentials(asked).await).unwrap();
    // The library's own limit is 4 MiB; a client that keeps it is no fault of who asked.
    let narrow = admin.list_credentials(request).await;

    assert_eq!(listed.micro_credentials.len(), 100);
    assert_eq!(refusal(narrow), ErrorCode::InternalError);
}
