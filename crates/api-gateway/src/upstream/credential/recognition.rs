//! Recognitions.

use domain::Failure;
use domain::id::RecognitionId;
use domain::page::Page;
use domain::recognition::{Recognition, RecognitionDraft};
use protocol::convert::WireEnum;
use protocol::convert::page::page_to_domain;
use protocol::convert::value::{date_to_wire, required};
use protocol::pb::credential as pb;
use protocol::pb::credential::recognition_service_client::RecognitionServiceClient;

use super::super::understood;
use super::{CredentialService, page_to_wire};
use crate::dto::recognition::RecognitionQuery;
use crate::extract::Caller;
use crate::upstream::line::Line;

impl CredentialService {
    fn recognitions(&self) -> RecognitionServiceClient<Line> {
        RecognitionServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES)
    }

    /// A page of recognitions.
    pub(crate) async fn list_recognitions(
        &self,
        caller: &Caller,
        query: RecognitionQuery,
    ) -> Result<Page<Recognition>, Failure> {
        let question = pb::ListRecognitionsRequest {
            page: page_to_wire(query.window()?),
            micro_credential_id: query.micro_credential_id.map(|id| id.to_string()),
            recognizing_institution_id: query.recognizing_institution_id.map(|id| id.to_string()),
            recognition_type: query.recognition_type.map(WireEnum::to_wire),
            is_active: query.is_active,
            on_date: query.on_date.map(date_to_wire),
        };
        let mut client = self.recognitions();
        let answer = self
            .ask(caller, question, |request| {
                client.list_recognitions(request)
            })
            .await?;
        let rows = answer.recognitions.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// One recognition.
    pub(crate) async fn get_recognition(
        &self,
        caller: &Caller,
        id: RecognitionId,
    ) -> Result<Recognition, Failure> {
        let question = pb::GetRecognitionRequest { id: id.to_string() };
        let mut client = self.recognitions();
        let answer = self
            .ask(caller, question, |request| client.get_recognition(request))
            .await?;
        understood(required(answer.recognition, "recognition").and_then(TryInto::try_into))
    }

    /// Records a recognition.
    pub(crate) async fn create_recognition(
        &self,
        caller: &Caller,
        draft: RecognitionDraft,
    ) -> Result<Recognition, Failure> {
        let question = pb::CreateRecognitionRequest {
            draft: Some(draft.into()),
        };
        let mut client = self.recognitions();
        let answer = self
            .ask(caller, question, |request| {
                client.create_recognition(request)
            })
            .await?;
        understood(required(answer.recognition, "recognition").and_then(TryInto::try_into))
    }

    /// Replaces the fields of a recognition.
    pub(crate) async fn update_recognition(
        &self,
        caller: &Caller,
        id: RecognitionId,
        draft: RecognitionDraft,
        expected_version: Option<i64>,
    ) -> Result<Recognition, Failure> {
        let question = pb::UpdateRecognitionRequest {
            id: id.to_string(),
            draft: Some(draft.into()),
            expected_version,
        };
        let mut client = self.recognitions();
        let answer = self
            .ask(caller, question, |request| {
                client.update_recognition(request)
            })
            .await?;
        understood(required(answer.recognition, "recognition").and_then(TryInto::try_into))
    }

    /// Withdraws a recognition.
    pub(crate) async fn delete_recognition(
        &self,
        caller: &Caller,
        id: RecognitionId,
        expected_version: Option<i64>,
    ) -> Result<Recognition, Failure> {
        let question = pb::DeleteRecognitionRequest {
            id: id.to_string(),
            expected_version,
        };
        let mut client = self.recognitions();
        let answer = self
            .ask(caller, question, |request| {
                client.delete_recognition(request)
            })
            .await?;
        understood(required(answer.recognition, "recognition").and_then(TryInto::try_into))
    }
}
