//! `AccountService`.

use domain::Failure;
use domain::account::{Invitation, Profile};
use domain::vocabulary::UserRole;
use futures::FutureExt as _;
use protocol::Caller;
use protocol::convert::WireEnum as _;
use protocol::convert::page::{info_to_wire, page_from_wire};
use protocol::convert::value::{required, required_time, time_to_wire};
use protocol::pb::credential as pb;
use protocol::pb::credential::account_service_server::AccountService;
use tonic::{Request, Response, Status};

use super::{Api, answer, optional_id};
use crate::store::search::patterns;
use crate::store::users::{DEFAULT_SORT, SORTABLE, UserFilter};
use crate::usecase::account::register::Registration;
use crate::usecase::account::sign_out::{sign_out, sign_out_of};
use crate::usecase::account::{self as usecase, OpenSession};
use crate::usecase::user;

#[tonic::async_trait]
impl AccountService for Api {
    async fn register_user(
        &self,
        request: Request<pb::RegisterUserRequest>,
    ) -> Result<Response<pb::RegisterUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let said = request.into_inner();
        let registration = Registration {
            email: said.email,
            password: said.password.into(),
            first_name: said.first_name,
            last_name: said.last_name,
        };
        let done = usecase::register::register(&self.state, &caller, registration).await;
        answer(done.map(|()| pb::RegisterUserResponse::default()))
    }

    async fn sign_in(
        &self,
        request: Request<pb::SignInRequest>,
    ) -> Result<Response<pb::SignInResponse>, Status> {
        let caller = Caller::of(&request)?;
        let said = request.into_inner();
        let password = said.password.into();
        let open = usecase::sign_in::sign_in(&self.state, &caller, &said.email, password).await;
        answer(open.map(|open| {
            let (user, session) = to_wire(open);
            pb::SignInResponse {
                user: Some(user),
                session: Some(session),
            }
        }))
    }

    async fn refresh_session(
        &self,
        request: Request<pb::RefreshSessionRequest>,
    ) -> Result<Response<pb::RefreshSessionResponse>, Status> {
        let caller = Caller::of(&request)?;
        let token = request.into_inner().refresh_token;
        let open = usecase::refresh::refresh(&self.state, &caller, &token).await;
        answer(open.map(|open| {
            let (user, session) = to_wire(open);
            pb::RefreshSessionResponse {
                user: Some(user),
                session: Some(session),
            }
        }))
    }

    async fn sign_out(
        &self,
        request: Request<pb::SignOutRequest>,
    ) -> Result<Response<pb::SignOutResponse>, Status> {
        let caller = Caller::of(&request)?;
        let session = match request.into_inner().refresh_token {
            Some(token) => sign_out_of(&self.state, &caller, &token).await,
            None => sign_out(&self.state, &caller).await.map(|()| None),
        };
        answer(session.map(|session| pb::SignOutResponse {
            session_id: session.map(|id| id.to_string()),
        }))
    }

    async fn get_own_user(
        &self,
        request: Request<pb::GetOwnUserRequest>,
    ) -> Result<Response<pb::GetOwnUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let user = usecase::get_own::get_own(&self.state, &caller).await;
        answer(user.map(|user| pb::GetOwnUserResponse {
            user: Some(user.into()),
        }))
    }

    async fn update_own_user(
        &self,
        request: Request<pb::UpdateOwnUserRequest>,
    ) -> Result<Response<pb::UpdateOwnUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let said = request.into_inner();
        let profile = Profile {
            first_name: said.first_name,
            last_name: said.last_name,
            email: said.email,
        };
        let (password, version) = (said.current_password.map(Into::into), said.expected_version);
        let user = usecase::profile::update(&self.state, &caller, profile, password, version).await;
        answer(user.map(|user| pb::UpdateOwnUserResponse {
            user: Some(user.into()),
        }))
    }

    async fn confirm_email(
        &self,
        request: Request<pb::ConfirmEmailRequest>,
    ) -> Result<Response<pb::ConfirmEmailResponse>, Status> {
        let caller = Caller::of(&request)?;
        let token = request.into_inner().token;
        let done = usecase::confirm_email::confirm_email(&self.state, &caller, &token).await;
        answer(done.map(|()| pb::ConfirmEmailResponse {}))
    }

    async fn request_password_reset(
        &self,
        request: Request<pb::RequestPasswordResetRequest>,
    ) -> Result<Response<pb::RequestPasswordResetResponse>, Status> {
        let caller = Caller::of(&request)?;
        let email = request.into_inner().email;
        let done = usecase::password::forgot(&self.state, &caller, &email).await;
        answer(done.map(|()| pb::RequestPasswordResetResponse {}))
    }

    async fn reset_password(
        &self,
        request: Request<pb::ResetPasswordRequest>,
    ) -> Result<Response<pb::ResetPasswordResponse>, Status> {
        let caller = Caller::of(&request)?;
        let said = request.into_inner();
        let new = said.new_password.into();
        let done = usecase::password::reset(&self.state, &caller, &said.token, new).await;
        answer(done.map(|()| pb::ResetPasswordResponse {}))
    }

    async fn change_password(
        &self,
        request: Request<pb::ChangePasswordRequest>,
    ) -> Result<Response<pb::ChangePasswordResponse>, Status> {
        let caller = Caller::of(&request)?;
        let said = request.into_inner();
        let (current, new) = (said.current_password.into(), said.new_password.into());
        let done = usecase::password::change(&self.state, &caller, current, new).await;
        answer(done.map(|()| pb::ChangePasswordResponse {}))
    }

    async fn list_own_sessions(
        &self,
        request: Request<pb::ListOwnSessionsRequest>,
    ) -> Result<Response<pb::ListOwnSessionsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let found = usecase::sessions::list(&self.state, &caller).await;
        answer(
            found.map(|(sessions, current)| pb::ListOwnSessionsResponse {
                sessions: sessions.into_iter().map(Into::into).collect(),
                current_id: current.to_string(),
            }),
        )
    }

    async fn end_own_sessions(
        &self,
        request: Request<pb::EndOwnSessionsRequest>,
    ) -> Result<Response<pb::EndOwnSessionsResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            async move {
                let session = optional_id(request.id.as_ref())?;
                let ended = usecase::sessions::end(transaction, caller, session).await?;
                Ok(pb::EndOwnSessionsResponse {
                    ended: u32::try_from(ended).map_err(Failure::internal)?,
                })
            }
            .boxed()
        })
        .await
    }

    async fn list_users(
        &self,
        request: Request<pb::ListUsersRequest>,
    ) -> Result<Response<pb::ListUsersResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.users(&caller, request.into_inner()).await)
    }

    async fn get_user(
        &self,
        request: Request<pb::GetUserRequest>,
    ) -> Result<Response<pb::GetUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let id = request
            .into_inner()
            .id
            .parse()
            .map_err(protocol::into_status)?;
        let found = user::get::get(&self.state, &caller, id).await;
        answer(found.map(|user| pb::GetUserResponse {
            user: Some(user.into()),
        }))
    }

    async fn invite_user(
        &self,
        request: Request<pb::InviteUserRequest>,
    ) -> Result<Response<pb::InviteUserResponse>, Status> {
        // Hashed before the transaction begins: it takes a processor for a while.
        let nobodys = hex::encode(rand::random::<[u8; 32]>());
        let hash = self.state.passwords.hash(nobodys.into()).await;
        let hash = hash.map_err(protocol::into_status)?;
        let public_url = self.state.public_url.clone();
        self.change(request, move |transaction, caller, request| {
            async move {
                let invitation = Invitation {
                    email: request.email,
                    first_name: request.first_name,
                    last_name: request.last_name,
                    assignment: required(request.assignment, "assignment")?.try_into()?,
                };
                let made =
                    user::invite::invite(transaction, caller, &invitation, &hash, &public_url)
                        .await?;
                Ok(pb::InviteUserResponse {
                    user: Some(made.into()),
                })
            }
            .boxed()
        })
        .await
    }

    async fn set_user_role(
        &self,
        request: Request<pb::SetUserRoleRequest>,
    ) -> Result<Response<pb::SetUserRoleResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            async move {
                let id = request.id.parse()?;
                let assignment = required(request.assignment, "assignment")?.try_into()?;
                let version = request.expected_version;
                let user =
                    user::set_role::set_role(transaction, caller, id, assignment, version).await?;
                Ok(pb::SetUserRoleResponse {
                    user: Some(user.into()),
                })
            }
            .boxed()
        })
        .await
    }

    async fn set_user_status(
        &self,
        request: Request<pb::SetUserStatusRequest>,
    ) -> Result<Response<pb::SetUserStatusResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            async move {
                let id = request.id.parse()?;
                let (active, version) = (request.is_active, request.expected_version);
                let user =
                    user::set_status::set_status(transaction, caller, id, active, version).await?;
                Ok(pb::SetUserStatusResponse {
                    user: Some(user.into()),
                })
            }
            .boxed()
        })
        .await
    }

    async fn end_user_sessions(
        &self,
        request: Request<pb::EndUserSessionsRequest>,
    ) -> Result<Response<pb::EndUserSessionsResponse>, Status> {
        self.change(request, |transaction, caller, request| {
            async move {
                let id = request.id.parse()?;
                let ended = user::end_sessions::end_all(transaction, caller, id).await?;
                Ok(pb::EndUserSessionsResponse {
                    ended: u32::try_from(ended).map_err(Failure::internal)?,
                })
            }
            .boxed()
        })
        .await
    }

    async fn list_revocations(
        &self,
        request: Request<pb::ListRevocationsRequest>,
    ) -> Result<Response<pb::ListRevocationsResponse>, Status> {
        let caller = Caller::of(&request)?;
        answer(self.revocations(&caller, request.into_inner()).await)
    }
}

impl Api {
    async fn users(
        &self,
        caller: &Caller,
        request: pb::ListUsersRequest,
    ) -> Result<pb::ListUsersResponse, Failure> {
        let page = page_from_wire(request.page.as_ref(), SORTABLE, DEFAULT_SORT)?;
        let filter = UserFilter {
            role: UserRole::optional(request.role, "role")?,
            institution_id: optional_id(request.institution_id.as_ref())?,
            is_active: request.is_active,
            patterns: patterns(request.search.as_deref())?,
        };
        let rows = user::list::list(&self.state, caller, filter, page).await?;
        Ok(pb::ListUsersResponse {
            page: Some(info_to_wire(&rows)),
            users: rows.items.into_iter().map(Into::into).collect(),
        })
    }

    async fn revocations(
        &self,
        caller: &Caller,
        request: pb::ListRevocationsRequest,
    ) -> Result<pb::ListRevocationsResponse, Failure> {
        let since = required_time(request.since, "since")?;
        let (sessions, users) = usecase::revocations::list(&self.state, caller, since).await?;
        Ok(pb::ListRevocationsResponse {
            ended_session_ids: sessions.iter().map(ToString::to_string).collect(),
            renewed_users: users
                .into_iter()
                .map(|(id, moment)| pb::RenewedUser {
                    user_id: id.to_string(),
                    tokens_valid_from: Some(time_to_wire(moment)),
                })
                .collect(),
        })
    }
}

fn to_wire(open: OpenSession) -> (pb::User, pb::Session) {
    let session = pb::Session {
        id: open.session_id.to_string(),
        refresh_token: open.refresh_token.into_text(),
        expires_at: Some(time_to_wire(open.expires_at)),
        read_at: Some(time_to_wire(open.read_at)),
    };
    (open.user.into(), session)
}
