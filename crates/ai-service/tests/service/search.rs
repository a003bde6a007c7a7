//! Search and similar offers.

use domain::ErrorCode;
use domain::vocabulary::{CredentialType, DeliveryMode, EducationLevel};
use protocol::convert::WireEnum;
use protocol::pb::ai::{
    FindSimilarRequest, SearchCatalogueRequest, SearchCatalogueResponse, SearchFilters,
};
use protocol::status::from_status;

use crate::demo::Demo;
use crate::feed::Feed;
use crate::stack::{Database, Stack};

async fn ask(stack: &Stack, query: &str, filters: SearchFilters) -> SearchCatalogueResponse {
    let request = stack.as_nobody(SearchCatalogueRequest {
        query: query.into(),
        filters: Some(filters),
        limit: 20,
        min_similarity: 0.0,
    });
    stack
        .search()
        .search_catalogue(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_finds_what_it_means() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;

    let found = ask(
        &stack,
        "keeping living cells alive in a dish without contamination",
        SearchFilters::default(),
    )
    .await;

    // Two offers teach just this; which is first depends on a word that one of them happens to share.
    let mut first = [0, 1].map(|place| found.results[place].micro_credential_id.clone());
    first.sort();
    let mut expected = ["BCIT-LAB-230", "UVIC-LAB-235"].map(|code| demo.id(code));
    expected.sort();
    assert_eq!(first, expected);
    for hit in &found.results {
        assert!(!hit.snippet.is_empty() && hit.snippet.chars().count() <= 300);
    }
    assert_eq!(found.total, u64::try_from(demo.published()).unwrap());
    let scores: Vec<f64> = found
        .results
        .iter()
        .map(|hit| hit.similarity_score)
        .collect();
    assert!(
        scores.is_sorted_by(|left, right| left >= right),
        "{scores:?}"
    );

    let hackers = ask(&stack, "hackers", SearchFilters::default()).await;
    assert_eq!(hackers.results[0].matched_fields, ["meaning"]);
    let code = demo
        .offers
        .iter()
        .find(|(_, it)| it.id.to_string() == hackers.results[0].micro_credential_id);
    assert!(code.unwrap().0.contains("-CYB-"), "{code:?}");

    let welding = ask(&stack, "welding", SearchFilters::default()).await;
    assert!(welding.results[0].matched_fields.contains(&"title".into()));
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_inside_the_search() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;
    let offers = || {
        demo.offers
            .values()
            .filter(|it| it.status.as_str() == "PUBLISHED")
    };

    // Nothing of this institution is near the question; it is found all the same.
    let of_one = ask(
        &stack,
        "keeping living cells alive in a dish without contamination",
        SearchFilters {
            institution_id: Some(demo.institution_id("CAPU")),
            ..SearchFilters::default()
        },
    )
    .await;
    let expected = offers().filter(|it| it.institution.code == "CAPU").count();
    assert!(expected > 0);
    assert_eq!(of_one.results.len(), expected);
    assert_eq!(of_one.total, u64::try_from(expected).unwrap());
    assert!(
        of_one
            .results
            .iter()
            .all(|hit| hit.institution.as_ref().unwrap().code == "CAPU")
    );

    let narrow = ask(
        &stack,
        "project",
        SearchFilters {
            level: Some(EducationLevel::Introductory.to_wire()),
            credential_type: Some(CredentialType::MicroCredential.to_wire()),
            delivery_mode: Some(DeliveryMode::Online.to_wire()),
            ..SearchFilters::default()
        },
    )
    .await;
    let expected = offers()
        .filter(|it| it.fields.level == Some(EducationLevel::Introductory))
        .filter(|it| it.fields.credential_type == CredentialType::MicroCredential)
        .filter(|it| it.fields.delivery_mode == Some(DeliveryMode::Online))
        .count();
    assert_eq!(narrow.total, u64::try_from(expected).unwrap());

    let unknown = ask(
        &stack,
        "project",
        SearchFilters {
            institution_id: Some(domain::id::InstitutionId::generate().to_string()),
            ..SearchFilters::default()
        },
    )
    .await;
    assert_eq!((unknown.results.len(), unknown.total), (0, 0));
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn similar_offers_share_named_areas_and_never_hold_the_offer_itself() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let stack = Stack::start(&database, &Feed::new(demo.entities())).await;
    let like = |code: &str| FindSimilarRequest {
        micro_credential_id: demo.id(code),
        limit: 5,
        min_similarity: 0.2,
    };

    let similar = stack
        .search()
        .find_similar(stack.as_person(like("BCIT-CYB-110")))
        .await
        .unwrap()
        .into_inner()
        .similar;

    assert_eq!(similar[0].micro_credential_id, demo.id("CAM-CYB-205"));
    assert!(!similar[0].matched_areas.is_empty());
    assert!(
        similar
            .iter()
            .all(|it| it.micro_credential_id != demo.id("BCIT-CYB-110"))
    );

    let draft = demo
        .offers
        .iter()
        .find(|(_, it)| it.status.as_str() == "DRAFT")
        .unwrap()
        .0;
    let hidden = stack
        .search()
        .find_similar(stack.as_person(like(draft)))
        .await
        .unwrap_err();
    let anonymous = stack
        .search()
        .find_similar(stack.as_nobody(like("BCIT-CYB-110")))
        .await
        .unwrap_err();
    assert_eq!(from_status(hidden).code, ErrorCode::NotFound);
    assert_eq!(from_status(anonymous).code, ErrorCode::TokenMissing);
    stack.stop().await;
}
