//! `AccountService`.

use domain::Failure;
use protocol::Caller;
use protocol::convert::value::time_to_wire;
use protocol::pb::credential as pb;
use protocol::pb::credential::account_service_server::AccountService;
use tonic::{Request, Response, Status};

use super::{Api, answer};
use crate::usecase::account::register::Registration;
use crate::usecase::account::{self as usecase, OpenSession};

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
        let user = usecase::register::register(&self.state, &caller, registration).await;
        answer(user.map(|user| pb::RegisterUserResponse {
            user: Some(user.into()),
        }))
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
        let ended: Result<(), Failure> = usecase::sign_out::sign_out(&self.state, &caller).await;
        answer(ended.map(|()| pb::SignOutResponse {}))
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
}

fn to_wire(open: OpenSession) -> (pb::User, pb::Session) {
    let session = pb::Session {
        id: open.session_id.to_string(),
        refresh_token: open.refresh_token.into_text(),
        expires_at: Some(time_to_wire(open.expires_at)),
    };
    (open.user.into(), session)
}
