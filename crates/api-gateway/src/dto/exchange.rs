//! Files of micro-credentials: how one is asked for, and what came of an import.

use domain::id::InstitutionId;
use domain::vocabulary::{
    CredentialType, DeliveryMode, EducationLevel, ExchangeFormat, ImportMode,
};
use domain::workflow::CredentialStatus;
use protocol::pb::credential as pb;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::credential::CredentialQuery;
use super::vocabulary;

/// How a file is loaded.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Judges and counts everything, and writes nothing.
    #[serde(default)]
    #[param(default = false)]
    pub(crate) dry_run: bool,
    /// `UPSERT` (the default) records new program codes and changes known ones; `CREATE` and `UPDATE` do one of both, and the
    /// other makes a row bad.
    #[param(value_type = Option<vocabulary::ImportMode>, inline)]
    pub(crate) mode: Option<ImportMode>,
    /// Institution of the rows that name none; the caller's own when absent.
    #[param(value_type = Option<Uuid>)]
    pub(crate) institution_id: Option<InstitutionId>,
}

/// Shape of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FileFormat {
    /// Comma-separated values.
    #[default]
    Csv,
    /// One JSON object on each line.
    Jsonl,
}

impl From<FileFormat> for ExchangeFormat {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Self::Csv,
            FileFormat::Jsonl => Self::JsonLines,
        }
    }
}

/// What a file holds.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// Shape of the file.
    #[serde(default)]
    #[param(inline)]
    pub(crate) format: FileFormat,
    /// Only this status; others than PUBLISHED show the caller's own institution's.
    #[param(value_type = Option<vocabulary::CredentialStatus>, inline)]
    status: Option<CredentialStatus>,
    /// Only of this institution.
    #[param(value_type = Option<Uuid>)]
    institution_id: Option<InstitutionId>,
    /// Only this kind.
    #[param(value_type = Option<vocabulary::CredentialType>, inline)]
    credential_type: Option<CredentialType>,
    /// Only this level.
    #[param(value_type = Option<vocabulary::EducationLevel>, inline)]
    level: Option<EducationLevel>,
    /// Only taught this way.
    #[param(value_type = Option<vocabulary::DeliveryMode>, inline)]
    delivery_mode: Option<DeliveryMode>,
    /// Words in title, description or program code.
    #[param(max_length = 200)]
    search: Option<String>,
    /// At least so many credits.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 60)]
    min_credits: Option<Decimal>,
    /// At most so many credits.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 60)]
    max_credits: Option<Decimal>,
}

impl ExportQuery {
    /// The filters, as those of the list.
    pub(crate) fn filters(self) -> CredentialQuery {
        CredentialQuery {
            page: None,
            limit: None,
            sort: None,
            cursor: None,
            status: self.status,
            institution_id: self.institution_id,
            credential_type: self.credential_type,
            level: self.level,
            delivery_mode: self.delivery_mode,
            search: self.search,
            min_credits: self.min_credits,
            max_credits: self.max_credits,
        }
    }
}

/// What came of an import, or would come of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportReport {
    /// Whether nothing was to be written.
    pub(crate) dry_run: bool,
    /// Usable micro-credentials of the file.
    micro_credentials: u64,
    /// Recorded, as drafts.
    created: u64,
    /// Changed.
    updated: u64,
    /// Standing as the file says; nothing was done.
    unchanged: u64,
    /// Problems in all. With any, the file as a whole is refused.
    problem_count: u64,
    /// The first 1,000 of them, by line.
    problems: Vec<ImportProblem>,
}

/// One reason why a row is bad.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportProblem {
    /// Line of the file, from 1 with the header.
    line: u64,
    /// Column or field; empty when the row as a whole is bad.
    field: String,
    /// What is wrong and what would be right.
    message: String,
}

impl From<pb::ImportMicroCredentialsResponse> for ImportReport {
    fn from(wire: pb::ImportMicroCredentialsResponse) -> Self {
        let problems = wire.problems.into_iter().map(|problem| ImportProblem {
            line: problem.line,
            field: problem.field,
            message: problem.message,
        });
        Self {
            dry_run: false,
            micro_credentials: wire.micro_credentials,
            created: wire.created,
            updated: wire.updated,
            unchanged: wire.unchanged,
            problem_count: wire.problem_count,
            problems: problems.collect(),
        }
    }
}

impl ImportReport {
    /// What refuses the file, as fields; `None` when there is nothing.
    pub(crate) fn refusal(&self) -> Option<domain::Failure> {
        if self.problem_count == 0 {
            return None;
        }
        let fields = self.problems.iter().map(|problem| domain::FieldViolation {
            field: format!("lines[{}].{}", problem.line, problem.field)
                .trim_end_matches('.')
                .to_owned(),
            message: problem.message.clone(),
        });
        let message = format!(
            "the file has {} problems and nothing was written; the first {} are listed",
            self.problem_count,
            self.problems.len()
        );
        let failure = domain::Failure::new(domain::ErrorCode::ValidationError, message);
        Some(failure.with_fields(fields.collect()))
    }
}
