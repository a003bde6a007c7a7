//! Calls that are counted: every read, and the changes that write many rows.

use prost_types::Timestamp;
use protocol::pb::common::PageRequest;
use protocol::pb::credential as pb;

use super::Costs;
use crate::relay::Relay;
use crate::support::{Person, Service, credential, outcome, outcome_draft};

/// Counts calls, each under the name of its method; gives the answers.
macro_rules! count {
    ($costs:ident, $relay:ident, $person:ident: $($method:literal $client:ident.$call:ident($message:expr);)+) => {
        ($({
            let before = $relay.executed();
            let answer = outcome($person.$client().$call($person.ask($message)).await);
            let answer = answer.expect($method);
            $costs.insert($method.to_owned(), $relay.executed() - before);
            answer
        },)+)
    };
}

fn page() -> Option<PageRequest> {
    Some(PageRequest {
        limit: 100,
        ..Default::default()
    })
}

/// Statements of each call; `rows` is how many rows it has to do with.
pub(super) async fn costs(service: &Service, admin: &Person, relay: &Relay, rows: usize) -> Costs {
    let mut costs = Costs::new();
    catalogue(service, admin, relay, &mut costs).await;
    people(service, admin, relay, &mut costs).await;
    changes(service, admin, relay, rows, &mut costs).await;
    costs
}

async fn id(service: &Service, name: &str) -> String {
    service
        .text(&format!("SELECT md5('{name}')::uuid::text"))
        .await
}

async fn catalogue(service: &Service, admin: &Person, relay: &Relay, costs: &mut Costs) {
    let (institution, credential) = (id(service, "i1").await, id(service, "c1").await);
    let (recognition, pathway) = (id(service, "r1").await, id(service, "p1").await);
    let _answers = count! { costs, relay, admin:
        "InstitutionService.ListInstitutions"
            institutions.list_institutions(pb::ListInstitutionsRequest { page: page(), ..Default::default() });
        "InstitutionService.GetInstitution"
            institutions.get_institution(pb::GetInstitutionRequest { id: institution });
        "MicroCredentialService.ListMicroCredentials"
            credentials.list_micro_credentials(pb::ListMicroCredentialsRequest { page: page(), ..Default::default() });
        "MicroCredentialService.GetMicroCredential"
            credentials.get_micro_credential(pb::GetMicroCredentialRequest { id: credential });
        "RecognitionService.ListRecognitions"
            recognitions.list_recognitions(pb::ListRecognitionsRequest { page: page(), ..Default::default() });
        "RecognitionService.GetRecognition"
            recognitions.get_recognition(pb::GetRecognitionRequest { id: recognition });
        "PathwayService.ListPathways"
            pathways.list_pathways(pb::ListPathwaysRequest { page: page(), ..Default::default() });
        "PathwayService.GetPathway"
            pathways.get_pathway(pb::GetPathwayRequest { id: pathway });
        "StatsService.GetStats"
            stats.get_stats(pb::GetStatsRequest::default());
        "AuditService.ListAuditEntries"
            audit.list_audit_entries(pb::ListAuditEntriesRequest { page: page(), ..Default::default() });
        "AuditService.VerifyAuditChain"
            audit.verify_audit_chain(pb::VerifyAuditChainRequest::default());
    };
}

async fn people(service: &Service, admin: &Person, relay: &Relay, costs: &mut Costs) {
    let (user, webhook) = (id(service, "u1").await, id(service, "w1").await);
    let report = id(service, "f1").await;
    let _answers = count! { costs, relay, admin:
        "AccountService.ListUsers"
            accounts.list_users(pb::ListUsersRequest { page: page(), ..Default::default() });
        "AccountService.GetUser"
            accounts.get_user(pb::GetUserRequest { id: user });
        "AccountService.GetOwnUser"
            accounts.get_own_user(pb::GetOwnUserRequest {});
        "AccountService.ListOwnSessions"
            accounts.list_own_sessions(pb::ListOwnSessionsRequest {});
        "WebhookService.ListWebhooks"
            webhooks.list_webhooks(pb::ListWebhooksRequest { page: page() });
        "WebhookService.GetWebhook"
            webhooks.get_webhook(pb::GetWebhookRequest { id: webhook.clone() });
        "WebhookService.ListWebhookDeliveries"
            webhooks.list_webhook_deliveries(pb::ListWebhookDeliveriesRequest { webhook_id: webhook, page: page(), status: None });
        "ReportService.ListReports"
            reports.list_reports(pb::ListReportsRequest { page: page(), ..Default::default() });
        "ReportService.GetReport"
            reports.get_report(pb::GetReportRequest { id: report });
    };
    let follower = service.follower();
    let since = Some(Timestamp::default());
    let _answers = count! { costs, relay, follower:
        "AccountService.ListRevocations"
            accounts.list_revocations(pb::ListRevocationsRequest { since });
    };
}

async fn changes(service: &Service, admin: &Person, relay: &Relay, rows: usize, costs: &mut Costs) {
    let draft = |text: &str| pb::MicroCredentialDraft {
        outcomes: (0..rows)
            .map(|row| outcome_draft(&format!("{text} {row}"), true))
            .collect(),
        ..credential(&format!("OF-{rows}"))
    };
    let institution_id = id(service, "i1").await;
    let first = pb::CreateMicroCredentialRequest {
        institution_id,
        draft: Some(draft("First")),
    };
    let made = count! { costs, relay, admin:
        "MicroCredentialService.CreateMicroCredential"
            credentials.create_micro_credential(first);
    };
    let id = made.0.micro_credential.unwrap().id;
    let second = pb::UpdateMicroCredentialRequest {
        id: id.clone(),
        draft: Some(draft("Second")),
        expected_version: None,
    };
    let submit = pb::TransitionMicroCredentialRequest {
        id: id.clone(),
        transition: pb::CredentialTransition::Submit.into(),
        expected_version: None,
    };
    let delete = pb::DeleteMicroCredentialRequest {
        id,
        expected_version: None,
    };
    let _answers = count! { costs, relay, admin:
        "MicroCredentialService.UpdateMicroCredential"
            credentials.update_micro_credential(second);
        "MicroCredentialService.TransitionMicroCredential"
            credentials.transition_micro_credential(submit);
        "MicroCredentialService.DeleteMicroCredential"
            credentials.delete_micro_credential(delete);
    };
}
