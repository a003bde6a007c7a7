//! Tokens that are well signed and worth nothing any more.
//!
//! An access token is good for minutes. When its session ends or its person's authority changes before that, this list
//! refuses it. It is kept in memory, since it is asked for every request: the change feed fills it, and a gateway that has
//! just started or has missed changes reads what happened within the life of a token from credential-service. It does
//! not need Redis. An entry is forgotten when every token it is about has expired.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use domain::id::{SessionId, UserId};
use domain::policy::Principal;
use domain::{ErrorCode, Failure};

/// Entries after which old ones are looked for first.
const FIRST_SWEEP: usize = 1_024;
/// Clocks of two machines may differ by so much.
const LEEWAY: Duration = Duration::from_secs(30);

/// With it, cutting off rounds up.
const JUST_UNDER_A_MILLISECOND: TimeDelta = TimeDelta::nanoseconds(999_999);

/// The list.
#[derive(Debug)]
pub(crate) struct DenyList {
    entries: RwLock<Entries>,
    lifetime: Duration,
}

#[derive(Debug)]
struct Entries {
    /// Ended sessions, and when nothing needs to be remembered of them.
    sessions: HashMap<SessionId, Instant>,
    /// People whose earlier tokens are refused, and when nothing needs to be remembered of that.
    people: HashMap<UserId, (DateTime<Utc>, Instant)>,
    sweep_at: usize,
}

impl DenyList {
    /// An empty list for tokens that live so long.
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self {
            entries: RwLock::new(Entries {
                sessions: HashMap::new(),
                people: HashMap::new(),
                sweep_at: FIRST_SWEEP,
            }),
            lifetime: lifetime + LEEWAY,
        }
    }

    /// How far back a token can have been signed that is still good.
    pub(crate) const fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Refuses the tokens of a session from now on.
    pub(crate) fn deny_session(&self, session: SessionId) {
        let now = Instant::now();
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.sessions.insert(session, now + self.lifetime);
        entries.sweep(now);
    }

    /// Refuses the tokens of a person that were signed before a moment.
    pub(crate) fn deny_before(&self, user: UserId, moment: DateTime<Utc>) {
        let now = Instant::now();
        // Tokens tell their moment in whole milliseconds: one of the same millisecond may be from before.
        let moment = (moment + JUST_UNDER_A_MILLISECOND).trunc_subsecs(3);
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.people.entry(user).or_insert((moment, now));
        *entry = (entry.0.max(moment), now + self.lifetime);
        entries.sweep(now);
    }

    /// Insists that a token that says what was so at a moment, in whole milliseconds, still counts.
    ///
    /// # Errors
    /// `TOKEN_INVALID` for an ended session, `TOKEN_EXPIRED` when refreshing the session gives a good one.
    pub(crate) fn check(
        &self,
        principal: &Principal,
        signed_at: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let Principal::User {
            user_id,
            session_id,
            ..
        } = principal
        else {
            return Ok(());
        };
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if entries.sessions.contains_key(session_id) {
            return Err(Failure::new(
                ErrorCode::TokenInvalid,
                "the session has ended; sign in again",
            ));
        }
        match entries.people.get(user_id) {
            Some((moment, _)) if signed_at < *moment => Err(Failure::new(
                ErrorCode::TokenExpired,
                "your role has changed since the token was signed; refresh the session",
            )),
            Some(_) | None => Ok(()),
        }
    }
}

impl Entries {
    /// Forgets what has expired, when there is much of it.
    fn sweep(&mut self, now: Instant) {
        if self.sessions.len() + self.people.len() < self.sweep_at {
            return;
        }
        self.sessions.retain(|_, forget_at| *forget_at > now);
        self.people.retain(|_, (_, forget_at)| *forget_at > now);
        self.sweep_at = FIRST_SWEEP.max((self.sessions.len() + self.people.len()) * 2);
    }
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::UserRole;

    use super::*;

    fn person() -> (Principal, UserId, SessionId) {
        let (user_id, session_id) = (UserId::generate(), SessionId::generate());
        let principal = Principal::User {
            user_id,
            session_id,
            role: UserRole::User,
            institution_id: None,
        };
        (principal, user_id, session_id)
    }

    #[test]
    fn ended_sessions_and_older_tokens_are_refused_and_nothing_else_is() {
        let denied = DenyList::new(Duration::from_secs(900));
        let (principal, user, session) = person();
        let now = Utc::now().trunc_subsecs(3) + TimeDelta::microseconds(500);
        let code = |at| denied.check(&principal, at).map_err(|failure| failure.code);

        assert_eq!(code(now), Ok(()));
        denied.deny_before(user, now);
        assert_eq!(
            code(now - TimeDelta::milliseconds(2)),
            Err(ErrorCode::TokenExpired)
        );
        // A token signed in that very millisecond may say what was so before.
        assert_eq!(code(now.trunc_subsecs(3)), Err(ErrorCode::TokenExpired));
        let next = now.trunc_subsecs(3) + TimeDelta::milliseconds(1);
        assert_eq!(code(next), Ok(()));
        denied.deny_before(user, now - TimeDelta::hours(1));
        assert_eq!(
            code(now - TimeDelta::milliseconds(2)),
            Err(ErrorCode::TokenExpired)
        );
        denied.deny_session(session);
        assert_eq!(code(now), Err(ErrorCode::TokenInvalid));
        assert!(denied.check(&person().0, now).is_ok());
    }

    #[test]
    fn what_nobody_can_present_any_more_is_forgotten() {
        let denied = DenyList {
            lifetime: Duration::ZERO,
            ..DenyList::new(Duration::ZERO)
        };
        for _ in 0..10 * FIRST_SWEEP {
            denied.deny_session(SessionId::generate());
        }

        let entries = denied.entries.read().unwrap();
        assert!(entries.sessions.len() <= FIRST_SWEEP);
    }
}
