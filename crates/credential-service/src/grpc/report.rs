//! `ReportService`.

use std::pin::Pin;

use domain::Failure;
use domain::report::{Report, ReportRequest};
use domain::vocabulary::{ReportKind, ReportStatus};
use futures::{FutureExt, Stream, StreamExt};
use protocol::Caller;
use protocol::convert::WireEnum;
use protocol::convert::page::{info_to_wire, page_from_wire};
use protocol::convert::value::optional_date;
use protocol::pb::credential as pb;
use protocol::pb::credential::report_service_server::ReportService;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{Api, answer, optional_id};
use crate::store::reports::{self, ReportFilter};
use crate::usecase::report as usecase;
use crate::usecase::report::read::Written;

#[tonic::async_trait]
impl ReportService for Api {
    type ReadReportContentStream =
        Pin<Box<dyn Stream<Item = Result<pb::ReadReportContentResponse, Status>> + Send>>;

    async fn create_report(
        &self,
        request: Request<pb::CreateReportRequest>,
    ) -> Result<Response<pb::CreateReportResponse>, Status> {
        let is_set_up = self.state.storage.is_some();
        self.change(
            request,
            move |transaction, caller, request: pb::CreateReportRequest| {
                async move {
                    let wanted = wanted(&request)?;
                    let made =
                        usecase::create::create(transaction, caller, wanted, is_set_up).await?;
                    Ok(pb::CreateReportResponse {
                        report: Some(made.into()),
                    })
                }
                .boxed()
            },
        )
        .await
    }

    async fn list_reports(
        &self,
        request: Request<pb::ListReportsRequest>,
    ) -> Result<Response<pb::ListReportsResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.reports(&caller, request.into_inner()).await)
    }

    async fn get_report(
        &self,
        request: Request<pb::GetReportRequest>,
    ) -> Result<Response<pb::GetReportResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.report(&caller, &request.into_inner().id).await)
    }

    async fn read_report_content(
        &self,
        request: Request<pb::ReadReportContentRequest>,
    ) -> Result<Response<Self::ReadReportContentStream>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.content(&caller, &request.into_inner().id).await)
    }
}

impl Api {
    async fn reports(
        &self,
        caller: &Caller,
        request: pb::ListReportsRequest,
    ) -> Result<pb::ListReportsResponse, Failure> {
        let (sortable, default) = (reports::SORTABLE, reports::DEFAULT_SORT);
        let page = page_from_wire(request.page.as_ref(), sortable, default)?;
        let filter = ReportFilter {
            institution_id: optional_id(request.institution_id.as_ref())?,
            kind: ReportKind::optional(request.kind, "kind")?,
            status: ReportStatus::optional(request.status, "status")?,
        };
        let rows = usecase::list::list(&self.state, caller, filter, page).await?;
        Ok(pb::ListReportsResponse {
            page: Some(info_to_wire(&rows)),
            reports: rows.items.into_iter().map(Into::into).collect(),
        })
    }

    async fn report(&self, caller: &Caller, id: &str) -> Result<pb::GetReportResponse, Failure> {
        let found: Report = usecase::list::get(&self.state, caller, id.parse()?).await?;
        Ok(pb::GetReportResponse {
            report: Some(found.into()),
        })
    }

    async fn content(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<<Self as ReportService>::ReadReportContentStream, Failure> {
        let pieces = usecase::read::read(&self.state, caller, id.parse()?).await?;
        Ok(Box::pin(ReceiverStream::new(pieces).map(|piece| {
            piece.map(piece_to_wire).map_err(protocol::into_status)
        })))
    }
}

fn wanted(request: &pb::CreateReportRequest) -> Result<ReportRequest, Failure> {
    Ok(ReportRequest {
        kind: ReportKind::from_wire(request.kind, "kind")?,
        institution_id: optional_id(request.institution_id.as_ref())?,
        period_start: optional_date(request.period_start, "periodStart")?,
        period_end: optional_date(request.period_end, "periodEnd")?,
    })
}

fn piece_to_wire(piece: Written) -> pb::ReadReportContentResponse {
    use pb::read_report_content_response::Message;

    let message = match piece {
        Written::Report(report) => Message::Report((*report).into()),
        Written::Bytes(bytes) => Message::Chunk(bytes),
        Written::End(bytes) => Message::End(pb::ReportContentEnd { bytes }),
    };
    pb::ReadReportContentResponse {
        message: Some(message),
    }
}
