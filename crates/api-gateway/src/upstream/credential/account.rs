//! Accounts and sessions.

use domain::Failure;
use domain::account::User;
use domain::id::SessionId;
use protocol::convert::value::required;
use protocol::pb::credential as pb;
use protocol::pb::credential::account_service_client::AccountServiceClient;
use secrecy::{ExposeSecret as _, SecretString};
use tonic::transport::Channel;

use super::super::understood;
use super::CredentialService;
use crate::dto::auth::{Refresh, Register, SignIn};
use crate::extract::Caller;

/// A person with a session that has just begun or been renewed.
#[derive(Debug)]
pub(crate) struct SignedIn {
    /// The person.
    pub(crate) user: User,
    /// The session.
    pub(crate) session_id: SessionId,
    /// The token that renews it, once.
    pub(crate) refresh_token: SecretString,
}

impl CredentialService {
    fn accounts(&self) -> AccountServiceClient<Channel> {
        AccountServiceClient::new(self.channel.clone())
    }

    /// Opens an account.
    pub(crate) async fn register(&self, caller: &Caller, input: Register) -> Result<User, Failure> {
        let question = pb::RegisterUserRequest {
            email: input.email,
            password: input.password.expose_secret().to_owned(),
            first_name: input.first_name,
            last_name: input.last_name,
        };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.register_user(request))
            .await?;
        understood(required(answer.user, "user").and_then(TryInto::try_into))
    }

    /// Checks a password and opens a session.
    pub(crate) async fn sign_in(
        &self,
        caller: &Caller,
        input: SignIn,
    ) -> Result<SignedIn, Failure> {
        let question = pb::SignInRequest {
            email: input.email,
            password: input.password.expose_secret().to_owned(),
        };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.sign_in(request))
            .await?;
        understood(signed_in(answer.user, answer.session))
    }

    /// Exchanges a refresh token for its successor.
    pub(crate) async fn refresh(
        &self,
        caller: &Caller,
        input: Refresh,
    ) -> Result<SignedIn, Failure> {
        let question = pb::RefreshSessionRequest {
            refresh_token: input.refresh_token.expose_secret().to_owned(),
        };
        let mut client = self.accounts();
        let answer = self
            .ask_about_token(caller, question, |request| client.refresh_session(request))
            .await?;
        understood(signed_in(answer.user, answer.session))
    }

    /// Ends the caller's session.
    pub(crate) async fn sign_out(&self, caller: &Caller) -> Result<(), Failure> {
        let mut client = self.accounts();
        self.ask(caller, pb::SignOutRequest {}, |request| {
            client.sign_out(request)
        })
        .await?;
        Ok(())
    }

    /// Reads the caller's own account.
    pub(crate) async fn own_user(&self, caller: &Caller) -> Result<User, Failure> {
        let mut client = self.accounts();
        let answer = self
            .ask(caller, pb::GetOwnUserRequest {}, |request| {
                client.get_own_user(request)
            })
            .await?;
        understood(required(answer.user, "user").and_then(TryInto::try_into))
    }
}

fn signed_in(user: Option<pb::User>, session: Option<pb::Session>) -> Result<SignedIn, Failure> {
    let session = required(session, "session")?;
    Ok(SignedIn {
        user: required(user, "user")?.try_into()?,
        session_id: session.id.parse()?,
        refresh_token: session.refresh_token.into(),
    })
}
