//! `ExchangeService`.

use std::sync::Arc;
use std::time::Duration;

use domain::vocabulary::{
    CredentialType, DeliveryMode, EducationLevel, ExchangeFormat, ImportMode,
};
use domain::workflow::CredentialStatus;
use domain::{ErrorCode, Failure};
use futures::{Stream, StreamExt};
use prost::{Message, Name};
use protocol::Caller;
use protocol::convert::WireEnum;
use protocol::convert::value::optional_decimal;
use protocol::pb::credential as pb;
use protocol::pb::credential::exchange_service_server::ExchangeService;
use serde_json::{Value, json};
use std::pin::Pin;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::change::Naming;
use super::{Api, answer, optional_id};
use crate::import::{ImportReport, OwnFile, OwnOptions, Piece, read_own};
use crate::store::micro_credentials::CredentialFilter;
use crate::store::search::patterns;
use crate::usecase::authority;
use crate::usecase::micro_credential::export::{self, Written};
use crate::usecase::micro_credential::import;

/// Largest file.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Pieces that wait for the reader.
const WAITING: usize = 4;

#[tonic::async_trait]
impl ExchangeService for Api {
    type ExportMicroCredentialsStream =
        Pin<Box<dyn Stream<Item = Result<pb::ExportMicroCredentialsResponse, Status>> + Send>>;

    async fn import_micro_credentials(
        &self,
        request: Request<Streaming<pb::ImportMicroCredentialsRequest>>,
    ) -> Result<Response<pb::ImportMicroCredentialsResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(Box::pin(self.imported(&caller, request.into_inner())).await)
    }

    async fn export_micro_credentials(
        &self,
        request: Request<pb::ExportMicroCredentialsRequest>,
    ) -> Result<Response<Self::ExportMicroCredentialsStream>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.exported(caller, request.into_inner()).await)
    }
}

impl Api {
    async fn imported(
        &self,
        caller: &Caller,
        mut stream: Streaming<pb::ImportMicroCredentialsRequest>,
    ) -> Result<pb::ImportMicroCredentialsResponse, Failure> {
        let first = next(&mut stream).await?;
        let Some(pb::import_micro_credentials_request::Message::Options(wire)) = first else {
            return Err(Failure::malformed("an import begins with its options"));
        };
        let options = import::admit(caller, options_of(&wire)?)?;
        let _place = Arc::clone(&self.state.imports)
            .try_acquire_owned()
            .map_err(|_full| Failure::overloaded(Duration::from_secs(5)))?;
        let file = timeout(caller.deadline.left(), receive(options, stream))
            .await
            .map_err(|_elapsed| Failure::timeout())??;
        let name = Naming::hashed(
            caller,
            &pb::ImportMicroCredentialsRequest::full_name(),
            &[&wire.encode_to_vec(), &file.hash],
        );
        let mut transaction = self.state.database.write(caller.deadline).await?;
        if let Some(name) = &name
            && let Some(kept) = name.take(&mut transaction).await?
        {
            authority::confirm(&mut transaction, caller).await?;
            return pb::ImportMicroCredentialsResponse::decode(kept.as_slice())
                .map_err(Failure::internal);
        }
        let imported = import::import(&mut transaction, caller, options, file).await;
        let report = match imported {
            Ok(report) => report,
            Err(failure) => {
                // Before the answer: whoever sends a mended file at once finds the institution free.
                transaction.roll_back().await;
                return Err(failure);
            }
        };
        let written = report.problem_count == 0 && !options.dry_run;
        let answer = to_wire(report, written);
        if written {
            if let Some(name) = &name {
                name.keep(&mut transaction, &answer.encode_to_vec()).await?;
            }
            transaction.commit().await?;
        } else {
            transaction.roll_back().await;
        }
        Ok(answer)
    }

    async fn exported(
        &self,
        caller: Caller,
        request: pb::ExportMicroCredentialsRequest,
    ) -> Result<<Self as ExchangeService>::ExportMicroCredentialsStream, Failure> {
        let format = ExchangeFormat::from_wire(request.format, "format")?;
        let filter = CredentialFilter {
            status: CredentialStatus::optional(request.status, "status")?,
            institution_id: optional_id(request.institution_id.as_ref())?,
            credential_type: CredentialType::optional(request.credential_type, "credentialType")?,
            level: EducationLevel::optional(request.level, "level")?,
            delivery_mode: DeliveryMode::optional(request.delivery_mode, "deliveryMode")?,
            patterns: patterns(request.search.as_deref())?,
            min_credits: optional_decimal(request.min_credits.as_ref(), "minCredits")?,
            max_credits: optional_decimal(request.max_credits.as_ref(), "maxCredits")?,
        };
        let asked = asked(format, &filter, request.search.as_deref());
        let state = Arc::clone(&self.state);
        let pieces = export::export(state, caller, format, filter, asked).await?;
        Ok(Box::pin(ReceiverStream::new(pieces).map(|piece| {
            piece.map(piece_to_wire).map_err(protocol::into_status)
        })))
    }
}

/// What an export was asked for, for the record.
fn asked(format: ExchangeFormat, filter: &CredentialFilter, search: Option<&str>) -> Value {
    json!({
        "format": format.as_str(),
        "status": filter.status.map(CredentialStatus::as_str),
        "institutionId": filter.institution_id,
        "credentialType": filter.credential_type,
        "level": filter.level,
        "deliveryMode": filter.delivery_mode,
        "search": search,
        "minCredits": filter.min_credits,
        "maxCredits": filter.max_credits,
    })
}

fn options_of(wire: &pb::ImportOptions) -> Result<OwnOptions, Failure> {
    Ok(OwnOptions {
        format: ExchangeFormat::from_wire(wire.format, "format")?,
        dry_run: wire.dry_run,
        mode: ImportMode::from_wire(wire.mode, "mode")?,
        institution_id: optional_id(wire.institution_id.as_ref())?,
    })
}

async fn next(
    stream: &mut Streaming<pb::ImportMicroCredentialsRequest>,
) -> Result<Option<pb::import_micro_credentials_request::Message>, Failure> {
    let message = stream
        .message()
        .await
        .map_err(|status| Failure::malformed("the file broke off").caused_by(status.to_string()))?;
    Ok(message.and_then(|message| message.message))
}

/// Reads the file while it comes in, on a thread that may wait for it.
async fn receive(
    options: OwnOptions,
    mut stream: Streaming<pb::ImportMicroCredentialsRequest>,
) -> Result<OwnFile, Failure> {
    let (pieces, receiver) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || read_own(options, receiver));
    let mut bytes = 0_u64;
    loop {
        let piece = match next(&mut stream).await? {
            Some(pb::import_micro_credentials_request::Message::Chunk(chunk)) => {
                bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                if bytes > MOST_BYTES {
                    return Err(Failure::new(
                        ErrorCode::PayloadTooLarge,
                        "the file is larger than 64 MiB",
                    ));
                }
                Piece::Bytes(chunk)
            }
            Some(pb::import_micro_credentials_request::Message::End(end)) if end.bytes == bytes => {
                Piece::End
            }
            Some(_) | None => return Err(Failure::malformed("the file is incomplete")),
        };
        let is_end = matches!(piece, Piece::End);
        // A reader that is gone has seen enough, or says why below.
        if pieces.send(piece).await.is_err() || is_end {
            break;
        }
    }
    drop(pieces);
    reading.await.map_err(Failure::internal)?
}

fn to_wire(report: ImportReport, written: bool) -> pb::ImportMicroCredentialsResponse {
    let created = report.credentials_created;
    let (updated, unchanged) = (report.credentials_updated, report.credentials_unchanged);
    let problems = report.problems.into_iter();
    let problems = problems.map(|problem| pb::ImportProblem {
        line: problem.line,
        field: problem.column,
        message: problem.reason,
    });
    pb::ImportMicroCredentialsResponse {
        micro_credentials: created + updated + unchanged,
        created,
        updated,
        unchanged,
        problem_count: report.problem_count,
        problems: problems.collect(),
        written,
    }
}

fn piece_to_wire(piece: Written) -> pb::ExportMicroCredentialsResponse {
    use pb::export_micro_credentials_response::Message;

    let message = match piece {
        Written::Bytes(bytes) => Message::Chunk(bytes),
        Written::End(micro_credentials) => Message::End(pb::ExportEnd { micro_credentials }),
    };
    pb::ExportMicroCredentialsResponse {
        message: Some(message),
    }
}
