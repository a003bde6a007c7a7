//! `WebhookService`.

use domain::vocabulary::DeliveryStatus;
use domain::{ErrorCode, Failure, FieldViolation};
use futures::FutureExt;
use protocol::Caller;
use protocol::convert::page::{info_to_wire, page_from_wire};
use protocol::pb::credential as pb;
use protocol::pb::credential::webhook_service_server::WebhookService;
use tonic::{Request, Response, Status};

use super::{Api, answer, optional_id};
use crate::store::{Transaction, webhook_deliveries, webhooks};
use crate::usecase::webhook as usecase;

#[tonic::async_trait]
impl WebhookService for Api {
    async fn list_webhooks(
        &self,
        request: Request<pb::ListWebhooksRequest>,
    ) -> Result<Response<pb::ListWebhooksResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.webhooks(&caller, request.into_inner()).await)
    }

    async fn get_webhook(
        &self,
        request: Request<pb::GetWebhookRequest>,
    ) -> Result<Response<pb::GetWebhookResponse>, Status> {
        let caller = Caller::of(&request)?;
        let id = request
            .into_inner()
            .id
            .parse()
            .map_err(protocol::into_status)?;
        let found = usecase::list::get(&self.state, &caller, id).await;
        answer(found.map(|webhook| pb::GetWebhookResponse {
            webhook: Some(webhook.into()),
        }))
    }

    async fn create_webhook(
        &self,
        request: Request<pb::CreateWebhookRequest>,
    ) -> Result<Response<pb::CreateWebhookResponse>, Status> {
        let allow_private = self.state.allow_private;
        self.change(request, move |transaction, caller, request| {
            new_webhook(transaction, caller, request, allow_private).boxed()
        })
        .await
    }

    async fn rotate_webhook_secret(
        &self,
        request: Request<pb::RotateWebhookSecretRequest>,
    ) -> Result<Response<pb::RotateWebhookSecretResponse>, Status> {
        self.change(
            request,
            |transaction, caller, request: pb::RotateWebhookSecretRequest| {
                async move {
                    let id = request.id.parse()?;
                    let (webhook, secret) =
                        usecase::rotate::rotate(transaction, caller, id).await?;
                    Ok(pb::RotateWebhookSecretResponse {
                        webhook: Some(webhook.into()),
                        secret: secret.into_text(),
                    })
                }
                .boxed()
            },
        )
        .await
    }

    async fn delete_webhook(
        &self,
        request: Request<pb::DeleteWebhookRequest>,
    ) -> Result<Response<pb::DeleteWebhookResponse>, Status> {
        self.change(
            request,
            |transaction, caller, request: pb::DeleteWebhookRequest| {
                async move {
                    usecase::delete::delete(transaction, caller, request.id.parse()?).await?;
                    Ok(pb::DeleteWebhookResponse {})
                }
                .boxed()
            },
        )
        .await
    }

    async fn list_webhook_deliveries(
        &self,
        request: Request<pb::ListWebhookDeliveriesRequest>,
    ) -> Result<Response<pb::ListWebhookDeliveriesResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.webhook_deliveries(&caller, request.into_inner()).await)
    }

    async fn redeliver_webhook(
        &self,
        request: Request<pb::RedeliverWebhookRequest>,
    ) -> Result<Response<pb::RedeliverWebhookResponse>, Status> {
        self.change(
            request,
            |transaction, caller, request: pb::RedeliverWebhookRequest| {
                async move {
                    let (webhook, delivery) =
                        (request.webhook_id.parse()?, request.delivery_id.parse()?);
                    let waiting =
                        usecase::deliveries::redeliver(transaction, caller, webhook, delivery)
                            .await?;
                    Ok(pb::RedeliverWebhookResponse {
                        delivery: Some(waiting.into()),
                    })
                }
                .boxed()
            },
        )
        .await
    }
}

impl Api {
    async fn webhooks(
        &self,
        caller: &Caller,
        request: pb::ListWebhooksRequest,
    ) -> Result<pb::ListWebhooksResponse, Failure> {
        let (sortable, default) = (webhooks::SORTABLE, webhooks::DEFAULT_SORT);
        let page = page_from_wire(request.page.as_ref(), sortable, default)?;
        let rows = usecase::list::list(&self.state, caller, page).await?;
        Ok(pb::ListWebhooksResponse {
            page: Some(info_to_wire(&rows)),
            webhooks: rows.items.into_iter().map(Into::into).collect(),
        })
    }

    async fn webhook_deliveries(
        &self,
        caller: &Caller,
        request: pb::ListWebhookDeliveriesRequest,
    ) -> Result<pb::ListWebhookDeliveriesResponse, Failure> {
        let id = request.webhook_id.parse()?;
        let status = request.status.as_deref().map(status).transpose()?;
        let (sortable, default) = (
            webhook_deliveries::SORTABLE,
            webhook_deliveries::DEFAULT_SORT,
        );
        let page = page_from_wire(request.page.as_ref(), sortable, default)?;
        let rows = usecase::deliveries::list(&self.state, caller, id, status, page).await?;
        Ok(pb::ListWebhookDeliveriesResponse {
            page: Some(info_to_wire(&rows)),
            deliveries: rows.items.into_iter().map(Into::into).collect(),
        })
    }
}

async fn new_webhook(
    transaction: &mut Transaction,
    caller: &Caller,
    request: pb::CreateWebhookRequest,
    allow_private: bool,
) -> Result<pb::CreateWebhookResponse, Failure> {
    let wanted = usecase::create::NewWebhookRequest {
        institution_id: optional_id(request.institution_id.as_ref())?,
        url: request.url,
        event_types: request.event_types,
    };
    let made = usecase::create::create(transaction, caller, wanted, allow_private).await?;
    let (webhook, secret) = made;
    Ok(pb::CreateWebhookResponse {
        webhook: Some(webhook.into()),
        secret: secret.into_text(),
    })
}

fn status(text: &str) -> Result<DeliveryStatus, Failure> {
    DeliveryStatus::parse(text).ok_or_else(|| {
        let violation = FieldViolation {
            field: "status".to_owned(),
            message: "is not in the list".to_owned(),
        };
        Failure::new(ErrorCode::InvalidEnumValue, "status: is not in the list")
            .with_fields(vec![violation])
    })
}
