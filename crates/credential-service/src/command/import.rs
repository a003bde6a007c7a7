//! `import`.
use clap::Args;
use service_runtime::errors::BoxError;
use super::Operator;
/// Arguments of `import`.
#[derive(Debug, Args)]
pub(super) struct Import {}
impl Import {
    pub(super) async fn run(self, _operator: Operator) -> Result<(), BoxError> {
        Ok(())
    }
}
