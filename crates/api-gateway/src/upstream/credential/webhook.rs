//! Webhooks.

use domain::Failure;
use domain::id::{InstitutionId, WebhookDeliveryId, WebhookId};
use domain::page::Page;
use domain::webhook::{Webhook, WebhookDelivery};
use protocol::convert::page::page_to_domain;
use protocol::convert::value::required;
use protocol::pb::credential as pb;
use protocol::pb::credential::webhook_service_client::WebhookServiceClient;

use super::super::understood;
use super::{CredentialService, page_to_wire};
use crate::dto::webhook::{DeliveryQuery, WebhookQuery};
use crate::extract::Caller;
use crate::upstream::line::Line;

impl CredentialService {
    fn webhooks(&self) -> WebhookServiceClient<Line> {
        WebhookServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES)
    }

    /// A page of webhooks.
    pub(crate) async fn list_webhooks(
        &self,
        caller: &Caller,
        query: &WebhookQuery,
    ) -> Result<Page<Webhook>, Failure> {
        let question = pb::ListWebhooksRequest {
            page: page_to_wire(query.window()?),
        };
        let mut client = self.webhooks();
        let answer = self
            .ask(caller, question, |request| client.list_webhooks(request))
            .await?;
        let rows = answer.webhooks.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// One webhook.
    pub(crate) async fn get_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<Webhook, Failure> {
        let question = pb::GetWebhookRequest { id: id.to_string() };
        let mut client = self.webhooks();
        let answer = self
            .ask(caller, question, |request| client.get_webhook(request))
            .await?;
        understood(required(answer.webhook, "webhook").and_then(TryInto::try_into))
    }

    /// Makes a webhook; its secret comes with it.
    pub(crate) async fn create_webhook(
        &self,
        caller: &Caller,
        institution_id: Option<InstitutionId>,
        url: String,
        event_types: Vec<String>,
    ) -> Result<(Webhook, String), Failure> {
        let question = pb::CreateWebhookRequest {
            institution_id: institution_id.map(|id| id.to_string()),
            url,
            event_types,
        };
        let mut client = self.webhooks();
        let answer = self
            .ask(caller, question, |request| client.create_webhook(request))
            .await?;
        let made = understood(required(answer.webhook, "webhook").and_then(TryInto::try_into))?;
        Ok((made, answer.secret))
    }

    /// Gives a webhook a new secret.
    pub(crate) async fn rotate_webhook_secret(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<(Webhook, String), Failure> {
        let question = pb::RotateWebhookSecretRequest { id: id.to_string() };
        let mut client = self.webhooks();
        let answer = self
            .ask(caller, question, |request| {
                client.rotate_webhook_secret(request)
            })
            .await?;
        let webhook = understood(required(answer.webhook, "webhook").and_then(TryInto::try_into))?;
        Ok((webhook, answer.secret))
    }

    /// Removes a webhook.
    pub(crate) async fn delete_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<(), Failure> {
        let question = pb::DeleteWebhookRequest { id: id.to_string() };
        let mut client = self.webhooks();
        self.ask(caller, question, |request| client.delete_webhook(request))
            .await?;
        Ok(())
    }

    /// A page of what was sent to a webhook.
    pub(crate) async fn list_webhook_deliveries(
        &self,
        caller: &Caller,
        id: WebhookId,
        query: &DeliveryQuery,
    ) -> Result<Page<WebhookDelivery>, Failure> {
        let question = pb::ListWebhookDeliveriesRequest {
            webhook_id: id.to_string(),
            page: page_to_wire(query.window()?),
            status: query.status.map(|status| status.as_str().to_owned()),
        };
        let mut client = self.webhooks();
        let answer = self
            .ask(caller, question, |request| {
                client.list_webhook_deliveries(request)
            })
            .await?;
        let rows = answer.deliveries.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// Sends a message again.
    pub(crate) async fn redeliver_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
        delivery: WebhookDeliveryId,
    ) -> Result<WebhookDelivery, Failure> {
        let question = pb::RedeliverWebhookRequest {
            webhook_id: id.to_string(),
            delivery_id: delivery.to_string(),
        };
        let mut client = self.webhooks();
        let answer = self
            .ask(caller, question, |request| {
                client.redeliver_webhook(request)
            })
            .await?;
        understood(required(answer.delivery, "delivery").and_then(TryInto::try_into))
    }
}
