//! Reads one micro-credential.

use domain::id::MicroCredentialId;
use domain::micro_credential::MicroCredential;
use domain::pathway::Pathway;
use domain::policy::Action;
use domain::recognition::Recognition;
use domain::workflow::CredentialStatus;
use domain::{ErrorCode, Failure};
use protocol::Caller;

use crate::state::State;
use crate::store::Mode;
use crate::store::micro_credentials::{self, Visibility, owner};
use crate::store::{pathways, recognitions};
use crate::usecase::{authority, pathway};

/// Most recognitions, and most pathways, shown with one micro-credential.
const MOST: i64 = 100;

/// A micro-credential and what belongs to it.
#[derive(Debug)]
pub(crate) struct Detail {
    /// The micro-credential with outcomes and prerequisites.
    pub(crate) credential: MicroCredential,
    /// Its newest recognitions.
    pub(crate) recognitions: Vec<Recognition>,
    /// Its newest pathways that the caller may see.
    pub(crate) pathways: Vec<Pathway>,
}

/// Reads one micro-credential, if the caller may see it.
///
/// # Errors
/// `NOT_FOUND` also for a draft of another institution, `RESOURCE_DELETED` for what was public once and is withdrawn.
pub(crate) async fn get(
    state: &State,
    caller: &Caller,
    id: MicroCredentialId,
) -> Result<Detail, Failure> {
    caller.authorize(Action::ReadCatalogue, None)?;
    let (transaction, visibility) = authority::begin_read(state, caller, Mode::Keys).await?;
    // Sent together: one wait for all of it, and all as of one moment, since the version vouches for the parts.
    let ids = [id.uuid()];
    let (mut found, recognitions, pathways) = tokio::try_join!(
        micro_credentials::find_many(&transaction, &ids),
        recognitions::newest_of(&transaction, id, MOST),
        pathways::newest_of(&transaction, visibility, id, MOST),
    )?;
    transaction.commit().await?;
    let credential = found
        .pop()
        .ok_or_else(|| Failure::not_found("micro-credential"))?;
    admit(visibility, &credential)?;
    Ok(Detail {
        credential,
        recognitions,
        pathways: pathways
            .into_iter()
            .map(|pathway| pathway::shown(caller, pathway))
            .collect(),
    })
}

fn admit(visibility: Visibility, credential: &MicroCredential) -> Result<(), Failure> {
    let own = match visibility {
        Visibility::All => true,
        Visibility::Institution(institution) => institution == owner(credential),
        Visibility::Public => false,
    };
    match credential.status {
        CredentialStatus::Published => Ok(()),
        CredentialStatus::Draft | CredentialStatus::UnderReview | CredentialStatus::Archived
            if own =>
        {
            Ok(())
        }
        CredentialStatus::Draft | CredentialStatus::UnderReview => {
            Err(Failure::not_found("micro-credential"))
        }
        // Never public: nobody outside knows that it was there.
        CredentialStatus::Archived if credential.published_at.is_none() => {
            Err(Failure::not_found("micro-credential"))
        }
        CredentialStatus::Archived => Err(Failure::new(
            ErrorCode::ResourceDeleted,
            "this micro-credential has been withdrawn",
        )),
    }
}
