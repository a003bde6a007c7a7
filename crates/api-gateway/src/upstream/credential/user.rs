//! Accounts of other people.

use domain::Failure;
use domain::account::{Assignment, Invitation, User};
use domain::id::UserId;
use domain::page::Page;
use protocol::convert::WireEnum;
use protocol::convert::page::page_to_domain;
use protocol::convert::value::required;
use protocol::pb::credential as pb;

use super::super::understood;
use super::{CredentialService, page_to_wire};
use crate::dto::user::UserQuery;
use crate::extract::Caller;

impl CredentialService {
    /// A page of accounts.
    pub(crate) async fn list_users(
        &self,
        caller: &Caller,
        query: UserQuery,
    ) -> Result<Page<User>, Failure> {
        let question = pb::ListUsersRequest {
            page: page_to_wire(query.window()?),
            role: query.role.map(WireEnum::to_wire),
            institution_id: query.institution_id.map(|id| id.to_string()),
            is_active: query.is_active,
            search: query.search,
        };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.list_users(request))
            .await?;
        let rows = answer.users.into_iter().map(TryInto::try_into);
        understood(
            rows.collect::<Result<_, _>>()
                .and_then(|rows| page_to_domain(rows, answer.page)),
        )
    }

    /// One account.
    pub(crate) async fn get_user(&self, caller: &Caller, id: UserId) -> Result<User, Failure> {
        let question = pb::GetUserRequest { id: id.to_string() };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.get_user(request))
            .await?;
        understood(required(answer.user, "user").and_then(TryInto::try_into))
    }

    /// Invites a person.
    pub(crate) async fn invite_user(
        &self,
        caller: &Caller,
        invitation: Invitation,
    ) -> Result<User, Failure> {
        let question = pb::InviteUserRequest {
            email: invitation.email,
            first_name: invitation.first_name,
            last_name: invitation.last_name,
            assignment: Some(invitation.assignment.into()),
        };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.invite_user(request))
            .await?;
        understood(required(answer.user, "user").and_then(TryInto::try_into))
    }

    /// Gives a person another role or institution.
    pub(crate) async fn set_user_role(
        &self,
        caller: &Caller,
        id: UserId,
        assignment: Assignment,
        expected_version: Option<i64>,
    ) -> Result<User, Failure> {
        let question = pb::SetUserRoleRequest {
            id: id.to_string(),
            assignment: Some(assignment.into()),
            expected_version,
        };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.set_user_role(request))
            .await?;
        understood(required(answer.user, "user").and_then(TryInto::try_into))
    }

    /// Disables or enables an account.
    pub(crate) async fn set_user_status(
        &self,
        caller: &Caller,
        id: UserId,
        is_active: bool,
        expected_version: Option<i64>,
    ) -> Result<User, Failure> {
        let question = pb::SetUserStatusRequest {
            id: id.to_string(),
            is_active,
            expected_version,
        };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.set_user_status(request))
            .await?;
        understood(required(answer.user, "user").and_then(TryInto::try_into))
    }

    /// Ends every session of a person; says how many ended.
    pub(crate) async fn end_user_sessions(
        &self,
        caller: &Caller,
        id: UserId,
    ) -> Result<u32, Failure> {
        let question = pb::EndUserSessionsRequest { id: id.to_string() };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| {
                client.end_user_sessions(request)
            })
            .await?;
        Ok(answer.ended)
    }
}
