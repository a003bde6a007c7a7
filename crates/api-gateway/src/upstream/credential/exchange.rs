//! Micro-credentials as files, streamed in both directions.

use std::time::Duration;

use actix_web::web::{Bytes, Payload};
use domain::vocabulary::{ExchangeFormat, ImportMode};
use domain::{ErrorCode, Failure};
use futures::{Stream, StreamExt};
use protocol::convert::WireEnum;
use protocol::convert::value::decimal_to_wire;
use protocol::from_status;
use protocol::pb::credential as pb;
use protocol::pb::credential::exchange_service_client::ExchangeServiceClient;
use protocol::pb::credential::export_micro_credentials_response::Message as Exported;
use protocol::pb::credential::import_micro_credentials_request::Message as Imported;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::super::answer;
use super::CredentialService;
use crate::dto::credential::CredentialQuery;
use crate::dto::exchange::{ImportQuery, ImportReport};
use crate::extract::Caller;
use crate::upstream::line::Line;

/// Largest file.
pub(crate) const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Slowest pace of a file that comes in, after the time that any body has.
const BYTES_PER_SECOND: u64 = 64 * 1024;
/// Pieces that wait for the service.
const WAITING: usize = 8;

type Outlet = mpsc::Sender<pb::ImportMicroCredentialsRequest>;

/// The file has more bytes than allowed.
pub(crate) fn too_large() -> Failure {
    Failure::new(ErrorCode::PayloadTooLarge, "the file is larger than 64 MiB")
}

impl CredentialService {
    fn exchange(&self) -> ExchangeServiceClient<Line> {
        ExchangeServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES)
    }

    /// Hands a file on while it comes in; `limits` are those of the whole import and of a slow client.
    pub(crate) async fn import_credentials(
        &self,
        caller: &Caller,
        format: ExchangeFormat,
        query: ImportQuery,
        body: Payload,
        (limit, slow): (Duration, Duration),
    ) -> Result<ImportReport, Failure> {
        let (outlet, pieces) = mpsc::channel(WAITING);
        let options = pb::ImportOptions {
            format: format.to_wire(),
            dry_run: query.dry_run,
            mode: query.mode.unwrap_or(ImportMode::Upsert).to_wire(),
            institution_id: query.institution_id.map(|id| id.to_string()),
        };
        hand_on(&outlet, Imported::Options(options)).await;
        let left = caller.left_of(limit);
        let pieces = futures::stream::unfold(pieces, |mut pieces: mpsc::Receiver<_>| async move {
            let piece = pieces.recv().await?;
            Some((piece, pieces))
        });
        let question = caller.request(pieces.boxed(), left)?;
        let mut client = self.exchange();
        let asking = answer(left, client.import_micro_credentials(question));
        tokio::pin!(asking);
        let answered = tokio::select! {
            // The service may know before the end that it will not take the file.
            answered = &mut asking => answered?,
            pumped = pump(body, outlet, slow) => {
                // Dropping the question takes it back: half a file is never the end of one.
                pumped?;
                asking.await?
            }
        };
        let mut report = ImportReport::from(answered);
        report.dry_run = query.dry_run;
        Ok(report)
    }

    /// Begins an export. The file ends with an error unless the service says that it is complete.
    pub(crate) async fn export_credentials(
        &self,
        caller: &Caller,
        format: ExchangeFormat,
        query: CredentialQuery,
        limit: Duration,
    ) -> Result<impl Stream<Item = Result<Bytes, Failure>> + use<>, Failure> {
        let question = pb::ExportMicroCredentialsRequest {
            format: format.to_wire(),
            status: query.status.map(WireEnum::to_wire),
            institution_id: query.institution_id.map(|id| id.to_string()),
            credential_type: query.credential_type.map(WireEnum::to_wire),
            level: query.level.map(WireEnum::to_wire),
            delivery_mode: query.delivery_mode.map(WireEnum::to_wire),
            search: query.search,
            min_credits: query.min_credits.map(decimal_to_wire),
            max_credits: query.max_credits.map(decimal_to_wire),
        };
        let left = caller.left_of(limit);
        let question = caller.request(question, left)?;
        let mut client = self.exchange();
        let stream = answer(left, client.export_micro_credentials(question)).await?;
        let end = Instant::now() + left;
        Ok(futures::stream::unfold(
            Some(stream),
            move |stream| async move {
                let mut stream = stream?;
                let piece = match timeout_at(end, stream.message()).await {
                    Ok(Ok(Some(piece))) => piece.message,
                    Ok(Ok(None)) => None,
                    Ok(Err(status)) => return Some((Err(from_status(status)), None)),
                    Err(_elapsed) => return Some((Err(Failure::timeout()), None)),
                };
                match piece {
                    Some(Exported::Chunk(bytes)) => Some((Ok(bytes.into()), Some(stream))),
                    Some(Exported::End(_)) => None,
                    None => Some((Err(Failure::internal("the file broke off")), None)),
                }
            },
        ))
    }
}

/// Hands on a body as it comes in, then its end.
async fn pump(mut body: Payload, outlet: Outlet, slow: Duration) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut bytes = 0_u64;
    loop {
        let due = begun + slow + Duration::from_secs(bytes / BYTES_PER_SECOND);
        let chunk = timeout_at(due, body.next())
            .await
            .map_err(|_elapsed| Failure::malformed("the body did not come in time"))?;
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(|error| {
            Failure::malformed("the body ended early or was badly framed")
                .caused_by(error.to_string())
        })?;
        bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if bytes > MOST_BYTES {
            return Err(too_large());
        }
        hand_on(&outlet, Imported::Chunk(chunk.into())).await;
    }
    hand_on(&outlet, Imported::End(pb::ImportEnd { bytes })).await;
    Ok(())
}

/// Hands on one piece. A service that listens no more has answered, which is heard elsewhere.
async fn hand_on(outlet: &Outlet, message: Imported) {
    let piece = pb::ImportMicroCredentialsRequest {
        message: Some(message),
    };
    drop(outlet.send(piece).await);
}
