//! Doubles of the services, behind the real authenticator.

mod record;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use domain::Failure;
use domain::vocabulary::{InstitutionType, UserRole};
use prost_types::Timestamp;
use protocol::convert::WireEnum as _;
use protocol::pb::ai::search_service_server::{SearchService, SearchServiceServer};
use protocol::pb::ai::{self};
use protocol::pb::common;
use protocol::pb::credential as pb;
use protocol::pb::credential::account_service_server::{AccountService, AccountServiceServer};
use protocol::pb::credential::audit_service_server::AuditServiceServer;
use protocol::pb::credential::institution_service_server::{
    InstitutionService, InstitutionServiceServer,
};
use protocol::server::Authenticator;
use protocol::token::TokenVerifier;
use protocol::{Caller, into_status};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// How a double behaves.
#[derive(Clone, Debug)]
pub(crate) enum Mood {
    /// Answers as if all were well.
    Well,
    /// Fails like this.
    Failing(fn() -> Failure),
    /// Never answers.
    Hanging,
    /// Answers what nobody can read.
    Babbling,
}

/// A double of both services.
#[derive(Clone, Debug)]
pub(crate) struct Double {
    mood: Arc<Mutex<Mood>>,
    callers: Arc<Mutex<Vec<Caller>>>,
    refusals: Arc<Mutex<Vec<(Caller, pb::RecordRefusalRequest)>>>,
}

const USER_ID: &str = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e5f";
pub(crate) const INSTITUTION_ID: &str = "01932b1e-8f3a-7c5e-9d41-0a1b2c3d4e60";

impl Double {
    /// One that others offer.
    pub(crate) fn new(mood: Mood) -> Self {
        Self {
            mood: Arc::new(Mutex::new(mood)),
            callers: Arc::default(),
            refusals: Arc::default(),
        }
    }

    /// Behaves like this from now on.
    pub(crate) fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// Starts one; the address is for the settings.
    pub(crate) async fn start(mood: Mood) -> (Self, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let double = Self::new(mood);
        let verifier = TokenVerifier::new(&super::KEY.into(), None);
        let guard = Authenticator::new(verifier);
        let (_reporter, health) = tonic_health::server::health_reporter();
        let serving = Server::builder()
            .add_service(health)
            .add_service(AccountServiceServer::with_interceptor(
                double.clone(),
                guard.clone(),
            ))
            .add_service(InstitutionServiceServer::with_interceptor(
                double.clone(),
                guard.clone(),
            ))
            .add_service(AuditServiceServer::with_interceptor(
                double.clone(),
                guard.clone(),
            ))
            .add_service(SearchServiceServer::with_interceptor(double.clone(), guard))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(serving);
        (double, format!("http://{address}"))
    }

    /// Who has asked.
    pub(crate) fn callers(&self) -> Vec<Caller> {
        self.callers.lock().unwrap().clone()
    }

    async fn answer<Q, A>(
        &self,
        request: Request<Q>,
        well: impl FnOnce(Q) -> A,
        babble: A,
    ) -> Result<Response<A>, Status> {
        let caller = Caller::of(&request)?;
        self.callers.lock().unwrap().push(caller);
        let mood = self.mood.lock().unwrap().clone();
        match mood {
            Mood::Well => Ok(Response::new(well(request.into_inner()))),
            Mood::Failing(failure) => Err(into_status(failure())),
            Mood::Hanging => std::future::pending().await,
            Mood::Babbling => Ok(Response::new(babble)),
        }
    }
}

fn moment() -> Option<Timestamp> {
    Some(Timestamp {
        seconds: 1_795_459_200,
        nanos: 0,
    })
}

fn user(email: String) -> pb::User {
    pb::User {
        id: USER_ID.into(),
        email,
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        role: UserRole::User.to_wire(),
        institution_id: None,
        is_active: true,
        last_login_at: None,
        created_at: moment(),
        updated_at: moment(),
        version: 4,
    }
}

fn session() -> pb::Session {
    pb::Session {
        id: USER_ID.into(),
        refresh_token: "refresh-me".into(),
        expires_at: moment(),
        read_at: None,
    }
}

fn institution(draft: pb::InstitutionDraft) -> pb::Institution {
    pb::Institution {
        id: INSTITUTION_ID.into(),
        fields: Some(draft),
        is_active: true,
        created_at: moment(),
        updated_at: moment(),
        version: 1,
    }
}

fn sample() -> pb::Institution {
    institution(pb::InstitutionDraft {
        name: "Sample".into(),
        r#type: InstitutionType::College.to_wire(),
        code: "SAMPLE".into(),
        country: "Canada".into(),
        ..pb::InstitutionDraft::default()
    })
}

#[tonic::async_trait]
impl AccountService for Double {
    async fn register_user(
        &self,
        request: Request<pb::RegisterUserRequest>,
    ) -> Result<Response<pb::RegisterUserResponse>, Status> {
        let well = |_question: pb::RegisterUserRequest| pb::RegisterUserResponse::default();
        self.answer(request, well, pb::RegisterUserResponse::default())
            .await
    }

    async fn sign_in(
        &self,
        request: Request<pb::SignInRequest>,
    ) -> Result<Response<pb::SignInResponse>, Status> {
        let well = |question: pb::SignInRequest| pb::SignInResponse {
            user: Some(user(question.email)),
            session: Some(session()),
        };
        self.answer(request, well, pb::SignInResponse::default())
            .await
    }

    async fn refresh_session(
        &self,
        request: Request<pb::RefreshSessionRequest>,
    ) -> Result<Response<pb::RefreshSessionResponse>, Status> {
        let well = |_question| pb::RefreshSessionResponse {
            user: Some(user("ada@example.org".into())),
            session: Some(session()),
        };
        self.answer(request, well, pb::RefreshSessionResponse::default())
            .await
    }

    async fn sign_out(
        &self,
        request: Request<pb::SignOutRequest>,
    ) -> Result<Response<pb::SignOutResponse>, Status> {
        self.answer(
            request,
            |question| pb::SignOutResponse {
                session_id: question.refresh_token.map(|_token| USER_ID.to_owned()),
            },
            pb::SignOutResponse::default(),
        )
        .await
    }

    async fn get_own_user(
        &self,
        request: Request<pb::GetOwnUserRequest>,
    ) -> Result<Response<pb::GetOwnUserResponse>, Status> {
        let well = |_question| pb::GetOwnUserResponse {
            user: Some(user("ada@example.org".into())),
        };
        self.answer(request, well, pb::GetOwnUserResponse::default())
            .await
    }

    async fn update_own_user(
        &self,
        request: Request<pb::UpdateOwnUserRequest>,
    ) -> Result<Response<pb::UpdateOwnUserResponse>, Status> {
        let well = |_question| pb::UpdateOwnUserResponse {
            user: Some(user("ada@example.org".into())),
        };
        self.answer(request, well, pb::UpdateOwnUserResponse::default())
            .await
    }

    async fn confirm_email(
        &self,
        request: Request<pb::ConfirmEmailRequest>,
    ) -> Result<Response<pb::ConfirmEmailResponse>, Status> {
        let well = |_question| pb::ConfirmEmailResponse::default();
        self.answer(request, well, pb::ConfirmEmailResponse::default())
            .await
    }

    async fn request_password_reset(
        &self,
        request: Request<pb::RequestPasswordResetRequest>,
    ) -> Result<Response<pb::RequestPasswordResetResponse>, Status> {
        let well = |_question| pb::RequestPasswordResetResponse::default();
        self.answer(request, well, pb::RequestPasswordResetResponse::default())
            .await
    }

    async fn reset_password(
        &self,
        request: Request<pb::ResetPasswordRequest>,
    ) -> Result<Response<pb::ResetPasswordResponse>, Status> {
        let well = |_question| pb::ResetPasswordResponse::default();
        self.answer(request, well, pb::ResetPasswordResponse::default())
            .await
    }

    async fn change_password(
        &self,
        request: Request<pb::ChangePasswordRequest>,
    ) -> Result<Response<pb::ChangePasswordResponse>, Status> {
        let well = |_question| pb::ChangePasswordResponse::default();
        self.answer(request, well, pb::ChangePasswordResponse::default())
            .await
    }

    async fn list_own_sessions(
        &self,
        request: Request<pb::ListOwnSessionsRequest>,
    ) -> Result<Response<pb::ListOwnSessionsResponse>, Status> {
        let well = |_question| pb::ListOwnSessionsResponse::default();
        self.answer(request, well, pb::ListOwnSessionsResponse::default())
            .await
    }

    async fn end_own_sessions(
        &self,
        request: Request<pb::EndOwnSessionsRequest>,
    ) -> Result<Response<pb::EndOwnSessionsResponse>, Status> {
        let well = |_question| pb::EndOwnSessionsResponse::default();
        self.answer(request, well, pb::EndOwnSessionsResponse::default())
            .await
    }

    async fn list_users(
        &self,
        request: Request<pb::ListUsersRequest>,
    ) -> Result<Response<pb::ListUsersResponse>, Status> {
        let well = |_question| pb::ListUsersResponse::default();
        self.answer(request, well, pb::ListUsersResponse::default())
            .await
    }

    async fn get_user(
        &self,
        request: Request<pb::GetUserRequest>,
    ) -> Result<Response<pb::GetUserResponse>, Status> {
        let well = |_question| pb::GetUserResponse {
            user: Some(user("ada@example.org".into())),
        };
        self.answer(request, well, pb::GetUserResponse::default())
            .await
    }

    async fn invite_user(
        &self,
        request: Request<pb::InviteUserRequest>,
    ) -> Result<Response<pb::InviteUserResponse>, Status> {
        let well = |_question| pb::InviteUserResponse {
            user: Some(user("ada@example.org".into())),
        };
        self.answer(request, well, pb::InviteUserResponse::default())
            .await
    }

    async fn set_user_role(
        &self,
        request: Request<pb::SetUserRoleRequest>,
    ) -> Result<Response<pb::SetUserRoleResponse>, Status> {
        let well = |_question| pb::SetUserRoleResponse {
            user: Some(user("ada@example.org".into())),
        };
        self.answer(request, well, pb::SetUserRoleResponse::default())
            .await
    }

    async fn set_user_status(
        &self,
        request: Request<pb::SetUserStatusRequest>,
    ) -> Result<Response<pb::SetUserStatusResponse>, Status> {
        let well = |_question| pb::SetUserStatusResponse {
            user: Some(user("ada@example.org".into())),
        };
        self.answer(request, well, pb::SetUserStatusResponse::default())
            .await
    }

    async fn end_user_sessions(
        &self,
        request: Request<pb::EndUserSessionsRequest>,
    ) -> Result<Response<pb::EndUserSessionsResponse>, Status> {
        let well = |_question| pb::EndUserSessionsResponse::default();
        self.answer(request, well, pb::EndUserSessionsResponse::default())
            .await
    }

    async fn list_revocations(
        &self,
        request: Request<pb::ListRevocationsRequest>,
    ) -> Result<Response<pb::ListRevocationsResponse>, Status> {
        let well = |_question| pb::ListRevocationsResponse::default();
        self.answer(request, well, pb::ListRevocationsResponse::default())
            .await
    }
}

#[tonic::async_trait]
impl InstitutionService for Double {
    async fn list_institutions(
        &self,
        request: Request<pb::ListInstitutionsRequest>,
    ) -> Result<Response<pb::ListInstitutionsResponse>, Status> {
        let well = |question: pb::ListInstitutionsRequest| {
            let window = question.page.unwrap_or_default();
            pb::ListInstitutionsResponse {
                institutions: vec![sample()],
                page: Some(common::PageInfo {
                    page: window.page.max(1),
                    limit: window.limit.max(1),
                    total: 3,
                    next_cursor: None,
                }),
            }
        };
        self.answer(request, well, pb::ListInstitutionsResponse::default())
            .await
    }

    async fn get_institution(
        &self,
        request: Request<pb::GetInstitutionRequest>,
    ) -> Result<Response<pb::GetInstitutionResponse>, Status> {
        let well = |_question| pb::GetInstitutionResponse {
            institution: Some(sample()),
            stats: Some(pb::InstitutionStats {
                micro_credentials_count: 7,
                pathways_count: 2,
                recognitions_provided: 5,
            }),
        };
        self.answer(request, well, pb::GetInstitutionResponse::default())
            .await
    }

    async fn create_institution(
        &self,
        request: Request<pb::CreateInstitutionRequest>,
    ) -> Result<Response<pb::CreateInstitutionResponse>, Status> {
        let well = |question: pb::CreateInstitutionRequest| pb::CreateInstitutionResponse {
            institution: question.draft.map(institution),
        };
        self.answer(request, well, pb::CreateInstitutionResponse::default())
            .await
    }

    async fn update_institution(
        &self,
        request: Request<pb::UpdateInstitutionRequest>,
    ) -> Result<Response<pb::UpdateInstitutionResponse>, Status> {
        let well = |question: pb::UpdateInstitutionRequest| pb::UpdateInstitutionResponse {
            institution: question.draft.map(institution),
        };
        self.answer(request, well, pb::UpdateInstitutionResponse::default())
            .await
    }

    async fn delete_institution(
        &self,
        request: Request<pb::DeleteInstitutionRequest>,
    ) -> Result<Response<pb::DeleteInstitutionResponse>, Status> {
        let well = |_question| pb::DeleteInstitutionResponse {
            institution: Some(sample()),
        };
        self.answer(request, well, pb::DeleteInstitutionResponse::default())
            .await
    }
}

#[tonic::async_trait]
impl SearchService for Double {
    async fn search_catalogue(
        &self,
        request: Request<ai::SearchCatalogueRequest>,
    ) -> Result<Response<ai::SearchCatalogueResponse>, Status> {
        let result = |id: &str| ai::SearchResult {
            micro_credential_id: id.into(),
            title: "Welding".into(),
            institution: Some(ai::OfferInstitution {
                id: INSTITUTION_ID.into(),
                name: "Sample".into(),
                code: "SAMPLE".into(),
            }),
            similarity_score: 0.83,
            matched_fields: vec!["title".into()],
            snippet: "Join steel".into(),
        };
        let answer = |id: &str| ai::SearchCatalogueResponse {
            results: vec![result(id)],
            total: 1,
            query_time_ms: 1.5,
        };
        self.answer(request, |_question| answer(USER_ID), answer("no id"))
            .await
    }

    async fn find_similar(
        &self,
        request: Request<ai::FindSimilarRequest>,
    ) -> Result<Response<ai::FindSimilarResponse>, Status> {
        let empty = ai::FindSimilarResponse::default;
        self.answer(request, |_question| empty(), empty()).await
    }
}
