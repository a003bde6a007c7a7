//! `seed`.
use clap::Args;
use service_runtime::errors::BoxError;
use super::Operator;
/// Arguments of `seed`.
#[derive(Debug, Args)]
pub(super) struct Seed {}
impl Seed {
    pub(super) async fn run(self, _operator: Operator) -> Result<(), BoxError> {
        Ok(())
    }
}
