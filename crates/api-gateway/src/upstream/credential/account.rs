//! Accounts and sessions.

use chrono::{DateTime, Utc};
use domain::Failure;
use domain::account::{Profile, Session, User};
use domain::id::SessionId;
use protocol::convert::value::{optional_time, required, required_time};
use protocol::pb::credential as pb;
use protocol::pb::credential::account_service_client::AccountServiceClient;
use secrecy::{ExposeSecret as _, SecretString};

use super::super::understood;
use super::CredentialService;
use crate::dto::auth::{ChangePassword, Register, ResetPassword, SignIn};
use crate::extract::Caller;
use crate::upstream::line::Line;

/// A person with a session that has just begun or been renewed.
#[derive(Debug)]
pub(crate) struct SignedIn {
    /// The person.
    pub(crate) user: User,
    /// The session.
    pub(crate) session_id: SessionId,
    /// The token that renews it, once.
    pub(crate) refresh_token: SecretString,
    /// When the session ends whatever happens.
    pub(crate) expires_at: DateTime<Utc>,
    /// When the person was read; a credential-service of the version before does not say.
    pub(crate) read_at: Option<DateTime<Utc>>,
}

impl CredentialService {
    pub(super) fn accounts(&self) -> AccountServiceClient<Line> {
        AccountServiceClient::new(self.channel.clone())
    }

    /// Asks for an account.
    pub(crate) async fn register(&self, caller: &Caller, input: Register) -> Result<(), Failure> {
        let question = pb::RegisterUserRequest {
            email: input.email,
            password: input.password.expose_secret().to_owned(),
            first_name: input.first_name,
            last_name: input.last_name,
        };
        let mut client = self.accounts();
        self.ask(caller, question, |request| client.register_user(request))
            .await?;
        Ok(())
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
        token: &SecretString,
    ) -> Result<SignedIn, Failure> {
        let question = pb::RefreshSessionRequest {
            refresh_token: token.expose_secret().to_owned(),
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
        let question = pb::SignOutRequest {
            refresh_token: None,
        };
        self.ask(caller, question, |request| client.sign_out(request))
            .await?;
        Ok(())
    }

    /// Ends the session of a refresh token, and says which one it was.
    pub(crate) async fn sign_out_of(
        &self,
        caller: &Caller,
        token: &SecretString,
    ) -> Result<Option<SessionId>, Failure> {
        let mut client = self.accounts();
        let question = pb::SignOutRequest {
            refresh_token: Some(token.expose_secret().to_owned()),
        };
        let answer = self
            .ask(caller, question, |request| client.sign_out(request))
            .await?;
        let session = answer.session_id.map(|id| id.parse()).transpose();
        understood(session)
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

impl CredentialService {
    /// Changes the caller's name, and asks to confirm another address.
    pub(crate) async fn update_own_user(
        &self,
        caller: &Caller,
        profile: Profile,
        current_password: Option<SecretString>,
        expected_version: Option<i64>,
    ) -> Result<User, Failure> {
        let question = pb::UpdateOwnUserRequest {
            first_name: profile.first_name,
            last_name: profile.last_name,
            email: profile.email,
            current_password: current_password.map(|text| text.expose_secret().to_owned()),
            expected_version,
        };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.update_own_user(request))
            .await?;
        understood(required(answer.user, "user").and_then(TryInto::try_into))
    }

    /// Confirms an e-mail address by a link.
    pub(crate) async fn confirm_email(
        &self,
        caller: &Caller,
        token: &SecretString,
    ) -> Result<(), Failure> {
        let question = pb::ConfirmEmailRequest {
            token: token.expose_secret().to_owned(),
        };
        let mut client = self.accounts();
        self.ask_about_token(caller, question, |request| client.confirm_email(request))
            .await?;
        Ok(())
    }

    /// Sends a link to choose another password, if there is such an account.
    pub(crate) async fn forgot_password(
        &self,
        caller: &Caller,
        email: String,
    ) -> Result<(), Failure> {
        let question = pb::RequestPasswordResetRequest { email };
        let mut client = self.accounts();
        self.ask(caller, question, |request| {
            client.request_password_reset(request)
        })
        .await?;
        Ok(())
    }

    /// Chooses a password by a link.
    pub(crate) async fn reset_password(
        &self,
        caller: &Caller,
        input: ResetPassword,
    ) -> Result<(), Failure> {
        let question = pb::ResetPasswordRequest {
            token: input.token.expose_secret().to_owned(),
            new_password: input.new_password.expose_secret().to_owned(),
        };
        let mut client = self.accounts();
        self.ask_about_token(caller, question, |request| client.reset_password(request))
            .await?;
        Ok(())
    }

    /// Chooses another password with the current one.
    pub(crate) async fn change_password(
        &self,
        caller: &Caller,
        input: ChangePassword,
    ) -> Result<(), Failure> {
        let question = pb::ChangePasswordRequest {
            current_password: input.current_password.expose_secret().to_owned(),
            new_password: input.new_password.expose_secret().to_owned(),
        };
        let mut client = self.accounts();
        self.ask(caller, question, |request| client.change_password(request))
            .await?;
        Ok(())
    }

    /// The caller's running sessions, and which of them asks.
    pub(crate) async fn own_sessions(
        &self,
        caller: &Caller,
    ) -> Result<(Vec<Session>, SessionId), Failure> {
        let mut client = self.accounts();
        let answer = self
            .ask(caller, pb::ListOwnSessionsRequest {}, |request| {
                client.list_own_sessions(request)
            })
            .await?;
        let sessions = answer.sessions.into_iter().map(TryInto::try_into);
        understood(
            sessions
                .collect::<Result<_, _>>()
                .and_then(|sessions| Ok((sessions, answer.current_id.parse()?))),
        )
    }

    /// Ends one of the caller's sessions, or all but the present one; says how many ended.
    pub(crate) async fn end_own_sessions(
        &self,
        caller: &Caller,
        session: Option<SessionId>,
    ) -> Result<u32, Failure> {
        let question = pb::EndOwnSessionsRequest {
            id: session.map(|id| id.to_string()),
        };
        let mut client = self.accounts();
        let answer = self
            .ask(caller, question, |request| client.end_own_sessions(request))
            .await?;
        Ok(answer.ended)
    }
}

fn signed_in(user: Option<pb::User>, session: Option<pb::Session>) -> Result<SignedIn, Failure> {
    let session = required(session, "session")?;
    Ok(SignedIn {
        user: required(user, "user")?.try_into()?,
        session_id: session.id.parse()?,
        refresh_token: session.refresh_token.into(),
        expires_at: required_time(session.expires_at, "expires_at")?,
        read_at: optional_time(session.read_at)?,
    })
}
