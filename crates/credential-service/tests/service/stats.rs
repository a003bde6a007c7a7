//! Figures for dashboards.

use std::collections::HashMap;

use domain::id::InstitutionId;
use domain::vocabulary::UserRole;
use domain::{ErrorCode, Failure};
use protocol::pb::credential as pb;
use protocol::pb::credential::stats_service_client::StatsServiceClient;

use crate::recognitions::{recognise, recognition};
use crate::support::{Person, Service, credential, outcome, refusal};

async fn stats(
    service: &Service,
    person: &Person,
    institution: Option<InstitutionId>,
) -> Result<pb::Stats, Failure> {
    let request = person.ask(pb::GetStatsRequest {
        institution_id: institution.map(|id| id.to_string()),
    });
    let mut client = StatsServiceClient::new(service.channel.clone());
    outcome(client.get_stats(request).await).map(|answer| answer.stats.unwrap())
}

fn count(counts: &[pb::ValueCount], value: &str) -> u64 {
    let counts: HashMap<_, _> = counts
        .iter()
        .map(|it| (it.value.as_str(), it.count))
        .collect();
    *counts.get(value).unwrap()
}

#[tokio::test]
async fn everything_is_counted_for_those_whom_it_concerns() {
    let service = Service::start().await;
    let (own, other) = (
        service.institution("OWN").await,
        service.institution("OTHER").await,
    );
    let admin = service.admin().await;
    let decider = service.person(UserRole::InstitutionAdmin, Some(own)).await;
    let offer = admin.publish_new(own, "OWN-1").await;
    admin.publish_new(other, "OTHER-1").await;
    let due = admin
        .create_credential(own, credential("OWN-2"))
        .await
        .unwrap();
    service
        .sql(&format!(
            "UPDATE micro_credentials SET level = 'ADVANCED', next_review_date = current_date + 30, \
             created_at = now() - interval '13 months' WHERE id = '{}'",
            due.id
        ))
        .await;
    service
        .sql("UPDATE recognitions SET expiry_date = NULL")
        .await;
    let lasting = pb::RecognitionDraft {
        expiry_date: None,
        ..recognition(&offer.id, other)
    };
    recognise(&admin, lasting).await.unwrap();

    let mine = stats(&service, &decider, None).await.unwrap();
    let named = stats(&service, &decider, Some(own)).await.unwrap();
    let all = stats(&service, &admin, None).await.unwrap();

    assert_eq!(mine, named);
    assert_eq!(count(&mine.credentials_by_status, "PUBLISHED"), 1);
    assert_eq!(count(&mine.credentials_by_status, "DRAFT"), 1);
    assert_eq!(count(&mine.credentials_by_status, "ARCHIVED"), 0);
    assert_eq!(count(&mine.credentials_by_level, "ADVANCED"), 1);
    assert_eq!(mine.reviews_due, 1);
    assert_eq!(
        (mine.recognitions_granted, mine.recognitions_received),
        (0, 1)
    );
    assert_eq!(count(&mine.users_by_role, "INSTITUTION_ADMIN"), 1);
    assert_eq!(mine.months.len(), 12);
    let this = mine.months.last().unwrap();
    assert_eq!((this.created, this.published, this.recognised), (1, 1, 0));
    assert_eq!(count(&all.credentials_by_status, "PUBLISHED"), 2);
    assert_eq!(
        (all.recognitions_granted, all.recognitions_received),
        (1, 1)
    );
    let theirs = stats(&service, &admin, Some(other)).await.unwrap();
    assert_eq!(
        (theirs.recognitions_granted, theirs.recognitions_received),
        (1, 0)
    );
    let foreign = stats(&service, &decider, Some(other)).await;
    assert_eq!(refusal(foreign), ErrorCode::AuthorizationError);
    let nowhere = stats(&service, &admin, Some(InstitutionId::generate())).await;
    assert_eq!(refusal(nowhere), ErrorCode::NotFound);
    for role in [UserRole::ProgramCoordinator, UserRole::User] {
        let person = service.person(role, Some(own)).await;
        let refused = stats(&service, &person, None).await;
        assert_eq!(refusal(refused), ErrorCode::AuthorizationError);
    }
    let visitor = service.anonymous();
    assert_eq!(
        refusal(stats(&service, &visitor, None).await),
        ErrorCode::TokenMissing
    );
}
