//! Figures.

use domain::Failure;
use domain::id::InstitutionId;
use domain::stats::Stats;
use protocol::convert::value::required;
use protocol::pb::credential as pb;
use protocol::pb::credential::stats_service_client::StatsServiceClient;

use super::super::understood;
use super::CredentialService;
use crate::extract::Caller;

impl CredentialService {
    /// The figures of an institution, or what the caller oversees.
    pub(crate) async fn get_stats(
        &self,
        caller: &Caller,
        institution: Option<InstitutionId>,
    ) -> Result<Stats, Failure> {
        let question = pb::GetStatsRequest {
            institution_id: institution.map(|id| id.to_string()),
        };
        let mut client = StatsServiceClient::new(self.channel.clone());
        let answer = self
            .ask(caller, question, |request| client.get_stats(request))
            .await?;
        understood(required(answer.stats, "stats").map(Into::into))
    }
}
