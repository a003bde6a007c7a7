//! Reports, and their files streamed.

use std::time::Duration;

use actix_web::web::Bytes;
use domain::Failure;
use domain::id::ReportId;
use domain::page::Page;
use domain::report::Report;
use futures::Stream;
use protocol::convert::WireEnum;
use protocol::convert::page::page_to_domain;
use protocol::convert::value::{date_to_wire, required};
use protocol::from_status;
use protocol::pb::credential as pb;
use protocol::pb::credential::read_report_content_response::Message;
use protocol::pb::credential::report_service_client::ReportServiceClient;
use tokio::time::{Instant, timeout_at};

use super::super::{answer, understood};
use super::{CredentialService, page_to_wire};
use crate::dto::report::{CreateReport, ReportQuery};
use crate::extract::Caller;
use crate::upstream::line::Line;

impl CredentialService {
    fn reports(&self) -> ReportServiceClient<Line> {
        ReportServiceClient::new(self.channel.clone())
            .max_decoding_message_size(protocol::channel::MAX_ANSWER_BYTES)
    }

    /// Has a report made.
    pub(crate) async fn create_report(
        &self,
        caller: &Caller,
        wanted: CreateReport,
    ) -> Result<Report, Failure> {
        let question = pb::CreateReportRequest {
            kind: wanted.kind.to_wire(),
            institution_id: wanted.institution_id.map(|id| id.to_string()),
            period_start: wanted.period_start.map(date_to_wire),
            period_end: wanted.period_end.map(date_to_wire),
        };
        let mut client = self.reports();
        let answer = self
            .ask(caller, question, |request| client.create_report(request))
            .await?;
        understood(required(answer.report, "report").and_then(TryInto::try_into))
    }

    /// A page of reports.
    pub(crate) async fn list_reports(
        &self,
        caller: &Caller,
        query: &ReportQuery,
    ) -> Result<Page<Report>, Failure> {
        let question = pb::ListReportsRequest {
            page: page_to_wire(query.window()?),
            kind: query.kind.map(WireEnum::to_wire),
            status: query.status.map(WireEnum::to_wire),
            institution_id: query.institution_id.map(|id| id.to_string()),
        };
        let mut client = self.reports();
        let answer = self
            .ask(caller, question, |request| client.list_reports(request))
            .await?;
        let rows = answer.reports.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// One report.
    pub(crate) async fn get_report(
        &self,
        caller: &Caller,
        id: ReportId,
    ) -> Result<Report, Failure> {
        let question = pb::GetReportRequest { id: id.to_string() };
        let mut client = self.reports();
        let answer = self
            .ask(caller, question, |request| client.get_report(request))
            .await?;
        understood(required(answer.report, "report").and_then(TryInto::try_into))
    }

    /// Begins to read a file, within `limit`. It ends with an error unless the service says that it is complete.
    pub(crate) async fn read_report_content(
        &self,
        caller: &Caller,
        id: ReportId,
        limit: Duration,
    ) -> Result<(Report, impl Stream<Item = Result<Bytes, Failure>> + use<>), Failure> {
        let left = caller.left_of(limit);
        let end = Instant::now() + left;
        let question = pb::ReadReportContentRequest { id: id.to_string() };
        let question = caller.request(question, left)?;
        let mut client = self.reports();
        let mut stream = answer(left, client.read_report_content(question)).await?;
        let first = match timeout_at(end, stream.message()).await {
            Ok(Ok(first)) => first.and_then(|piece| piece.message),
            Ok(Err(status)) => return Err(from_status(status)),
            Err(_elapsed) => return Err(Failure::timeout()),
        };
        let Some(Message::Report(report)) = first else {
            return Err(Failure::internal("a file begins with its report"));
        };
        let report = understood(Report::try_from(report))?;
        let pieces = futures::stream::unfold(Some(stream), move |stream| async move {
            let mut stream = stream?;
            let piece = match timeout_at(end, stream.message()).await {
                Ok(Ok(Some(piece))) => piece.message,
                Ok(Ok(None)) => None,
                Ok(Err(status)) => return Some((Err(from_status(status)), None)),
                Err(_elapsed) => return Some((Err(Failure::timeout()), None)),
            };
            match piece {
                Some(Message::Chunk(bytes)) => Some((Ok(bytes.into()), Some(stream))),
                Some(Message::End(_)) => None,
                Some(Message::Report(_)) | None => {
                    Some((Err(Failure::internal("the file broke off")), None))
                }
            }
        });
        Ok((report, pieces))
    }
}
