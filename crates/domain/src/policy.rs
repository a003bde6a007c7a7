//! Who may do what: one table, used by the gateway and by every service.

use strum::VariantArray;

use crate::failure::{ErrorCode, Failure};
use crate::id::{InstitutionId, SessionId, UserId};
use crate::vocabulary::UserRole;

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Nobody in particular: public reads only.
    Anonymous,
    /// One of our own processes, by name; never stands for a person.
    Service(String),
    /// A person who has signed in.
    User {
        /// The person.
        user_id: UserId,
        /// The session.
        session_id: SessionId,
        /// What the person may do.
        role: UserRole,
        /// The institution the person acts for.
        institution_id: Option<InstitutionId>,
    },
}

impl Principal {
    /// The person, if it is one.
    #[must_use]
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User { user_id, .. } => Some(*user_id),
            Self::Anonymous | Self::Service(_) => None,
        }
    }

    /// The institution the person acts for.
    #[must_use]
    pub const fn institution_id(&self) -> Option<InstitutionId> {
        match self {
            Self::User { institution_id, .. } => *institution_id,
            Self::Anonymous | Self::Service(_) => None,
        }
    }

    /// The role, if it is a person.
    #[must_use]
    pub const fn role(&self) -> Option<UserRole> {
        match self {
            Self::User { role, .. } => Some(*role),
            Self::Anonymous | Self::Service(_) => None,
        }
    }
}

/// Everything that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum Action {
    /// Read what is public.
    ReadCatalogue,
    /// Search by meaning.
    SearchCatalogue,
    /// Open an account, sign in, refresh.
    OpenSession,
    /// End one's own session, read one's own account.
    OwnAccount,
    /// Record an institution.
    CreateInstitution,
    /// Change an institution.
    UpdateInstitution,
    /// Withdraw an institution, or bring it back.
    DeleteInstitution,
    /// See drafts of an institution.
    ReadDrafts,
    /// Record a micro-credential.
    CreateCredential,
    /// Change a micro-credential.
    UpdateCredential,
    /// Hand a micro-credential in for review.
    SubmitCredential,
    /// Make a micro-credential public.
    PublishCredential,
    /// Send a micro-credential back.
    RejectCredential,
    /// Withdraw a micro-credential.
    ArchiveCredential,
    /// Withdraw a micro-credential wherever it stands.
    DeleteCredential,
    /// Record and change many micro-credentials out of one file.
    ImportCredentials,
    /// Take many micro-credentials away in one file.
    ExportCredentials,
    /// Record a recognition, for the recognising institution.
    CreateRecognition,
    /// Change a recognition, for the recognising institution.
    UpdateRecognition,
    /// Withdraw a recognition, for the recognising institution.
    DeleteRecognition,
    /// Record a pathway, for the source institution.
    CreatePathway,
    /// Change a pathway, for the source institution.
    UpdatePathway,
    /// Withdraw a pathway wherever it stands, for the source institution.
    DeletePathway,
    /// Hand a pathway in for review, for the source institution.
    SubmitPathway,
    /// Agree to a pathway or send it back, for the target institution.
    ReviewPathway,
    /// Open, close or end a pathway, for either institution.
    RunPathway,
    /// Read the audit log of an institution.
    ReadAudit,
    /// Read the figures of an institution.
    ReadStats,
    /// Read the accounts of an institution.
    ReadUsers,
    /// Invite a person to an institution.
    InviteUser,
    /// Give a person another role or institution.
    SetUserRole,
    /// Disable or enable an account.
    SetUserStatus,
    /// End the sessions of another person.
    EndUserSessions,
    /// Make, read and remove webhooks of an institution.
    ManageWebhooks,
    /// Have reports on an institution made, and read them.
    ManageReports,
    /// Ask for similar offers.
    FindSimilar,
    /// Ask for a credit assessment.
    AssessCredit,
    /// Ask where an offer could lead.
    RecommendPathways,
    /// Have drafts of pathways made, for the source institution.
    SuggestPathways,
    /// Have a proposed recognition checked, for the recognising institution.
    ValidateRecognition,
    /// Have outcomes classified, or found in a text.
    AnalyzeOutcomes,
    /// Say what one made of a prediction.
    GiveFeedback,
    /// See the methods in use and their figures.
    ReadMethods,
    /// Ask for vectors.
    EmbedTexts,
    /// Read the state of the index.
    ReadIndexStatus,
    /// Follow the change feed.
    FollowFeed,
}

/// Who may: the right-hand column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Anyone, signed in or not.
    Anyone,
    /// Anyone who has signed in.
    SignedIn,
    /// These roles within their own institution; platform administrators everywhere.
    Within(&'static [UserRole]),
    /// Platform administrators.
    Platform,
    /// Our own processes.
    Services,
    /// Our own processes and platform administrators.
    Operators,
}

const WRITERS: &[UserRole] = &[UserRole::ProgramCoordinator, UserRole::InstitutionAdmin];
const DECIDERS: &[UserRole] = &[UserRole::InstitutionAdmin];

impl Action {
    /// Every action.
    pub const ALL: &'static [Self] = <Self as VariantArray>::VARIANTS;

    const fn rule(self) -> Rule {
        match self {
            Self::ReadCatalogue | Self::SearchCatalogue | Self::OpenSession => Rule::Anyone,
            Self::OwnAccount
            | Self::FindSimilar
            | Self::AssessCredit
            | Self::RecommendPathways
            | Self::AnalyzeOutcomes
            | Self::GiveFeedback
            | Self::EmbedTexts => Rule::SignedIn,
            Self::CreateInstitution | Self::DeleteInstitution | Self::ReadMethods => Rule::Platform,
            Self::ReadDrafts
            | Self::CreateCredential
            | Self::UpdateCredential
            | Self::SubmitCredential
            | Self::PublishCredential
            | Self::CreatePathway
            | Self::UpdatePathway
            | Self::DeletePathway
            | Self::SubmitPathway
            | Self::RunPathway
            | Self::SuggestPathways => Rule::Within(WRITERS),
            Self::RejectCredential
            | Self::ArchiveCredential
            | Self::DeleteCredential
            | Self::ImportCredentials
            | Self::ExportCredentials
            | Self::UpdateInstitution
            | Self::CreateRecognition
            | Self::UpdateRecognition
            | Self::DeleteRecognition
            | Self::ReviewPathway
            | Self::ReadAudit
            | Self::ReadStats
            | Self::ReadUsers
            | Self::InviteUser
            | Self::SetUserRole
            | Self::SetUserStatus
            | Self::EndUserSessions
            | Self::ValidateRecognition
            | Self::ManageWebhooks
            | Self::ManageReports => Rule::Within(DECIDERS),
            Self::FollowFeed => Rule::Services,
            Self::ReadIndexStatus => Rule::Operators,
        }
    }
}

/// Whether somebody may do something to an object of an institution (`None`: of no institution).
#[must_use]
pub fn permits(principal: &Principal, action: Action, owner: Option<InstitutionId>) -> bool {
    match action.rule() {
        Rule::Anyone => true,
        Rule::SignedIn => principal.role().is_some(),
        Rule::Platform => principal.role() == Some(UserRole::Admin),
        Rule::Services => matches!(principal, Principal::Service(_)),
        Rule::Operators => {
            matches!(principal, Principal::Service(_)) || principal.role() == Some(UserRole::Admin)
        }
        Rule::Within(roles) => match principal.role() {
            Some(UserRole::Admin) => true,
            Some(role) => {
                roles.contains(&role) && owner.is_some() && principal.institution_id() == owner
            }
            None => false,
        },
    }
}

/// Whether somebody may give a role to a person, or touch the account of a person who has it: never above one's own.
#[must_use]
pub fn reaches(principal: &Principal, role: UserRole) -> bool {
    // Roles are listed from most to least.
    principal.role().is_some_and(|own| own <= role)
}

/// Insists that somebody may do something.
///
/// # Errors
/// `TOKEN_MISSING` when nobody has signed in, `AUTHORIZATION_ERROR` otherwise.
pub fn authorize(
    principal: &Principal,
    action: Action,
    owner: Option<InstitutionId>,
) -> Result<(), Failure> {
    if permits(principal, action, owner) {
        Ok(())
    } else if *principal == Principal::Anonymous {
        Err(Failure::new(
            ErrorCode::TokenMissing,
            "sign in first: this needs an access token",
        ))
    } else {
        Err(Failure::new(
            ErrorCode::AuthorizationError,
            "your role does not allow this, or not for this institution",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: UserRole, institution_id: Option<InstitutionId>) -> Principal {
        Principal::User {
            user_id: UserId::generate(),
            session_id: SessionId::generate(),
            role,
            institution_id,
        }
    }

    #[test]
    fn the_whole_table_is_as_written() {
        let own = InstitutionId::generate();
        let other = InstitutionId::generate();
        let principals = [
            ("anonymous", Principal::Anonymous),
            ("service", Principal::Service("ai-service".into())),
            ("user", person(UserRole::User, Some(own))),
            (
                "coordinator",
                person(UserRole::ProgramCoordinator, Some(own)),
            ),
            (
                "institution admin",
                person(UserRole::InstitutionAdmin, Some(own)),
            ),
            ("admin", person(UserRole::Admin, None)),
        ];
        let mut table = String::new();
        for action in Action::ALL {
            let cells: Vec<String> = principals
                .iter()
                .map(|(name, principal)| {
                    let at = |owner| permits(principal, *action, owner);
                    let cell = match (at(Some(own)), at(Some(other)), at(None)) {
                        (true, true, true) => "always",
                        (true, false, false) => "own",
                        (false, false, false) => "never",
                        odd => panic!("{action:?} for {name}: {odd:?}"),
                    };
                    format!("{name} {cell}")
                })
                .collect();
            table.push_str(&format!("{action:?}: {}\n", cells.join(", ")));
        }

        assert_eq!(
            table.trim_end(),
            include_str!("policy/table.txt").trim_end()
        );
    }

    #[test]
    fn a_writer_without_an_institution_writes_nowhere() {
        let lost = person(UserRole::ProgramCoordinator, None);

        assert!(!permits(&lost, Action::CreateCredential, None));
    }

    #[test]
    fn nobody_reaches_above_their_own_role() {
        let admin = person(UserRole::InstitutionAdmin, None);

        assert!(!reaches(&admin, UserRole::Admin));
        assert!(reaches(&admin, UserRole::InstitutionAdmin));
        assert!(reaches(&admin, UserRole::User));
        assert!(!reaches(&Principal::Anonymous, UserRole::User));
    }

    #[test]
    fn nobody_is_told_to_sign_in_and_somebody_that_it_is_not_allowed() {
        let nobody = authorize(&Principal::Anonymous, Action::AssessCredit, None).unwrap_err();
        let somebody = authorize(
            &person(UserRole::User, None),
            Action::CreateInstitution,
            None,
        )
        .unwrap_err();

        assert_eq!(nobody.code, ErrorCode::TokenMissing);
        assert_eq!(somebody.code, ErrorCode::AuthorizationError);
    }
}
