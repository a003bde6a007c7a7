//! Verifies the record: every entry, every link, every signed place.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel_async::AsyncPgConnection;
use domain::Failure;
use domain::audit::{ChainAnchor, ChainFault, ChainFaultKind, ChainReport};
use domain::policy::{Action, permits};
use protocol::Caller;
use service_runtime::blocking::BlockingPool;
use tokio::sync::Semaphore;

use super::walk::{Link, Walk};
use crate::secret::audit_key::{AuditKey, Signed};
use crate::state::State;
use crate::store::Mode;
use crate::store::{audit_anchors, audit_chain};
use crate::usecase::authority;

/// Links of one statement.
const BATCH: u32 = 4_000;
/// Anchors of one statement; a day has at most a few hundred.
const ANCHORS: i64 = 1_000;

/// Which part of the chain is verified.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// The number before it; 0 for the beginning.
    pub(crate) after: u64,
    /// When to stop; `None`: at the end of the chain.
    pub(crate) until: Option<Instant>,
}

/// The whole chain.
pub(crate) const ALL: Part = Part {
    after: 0,
    until: None,
};

/// What verifications share.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    key: Option<AuditKey>,
    hashing: BlockingPool,
    /// One at a time in each process: a verification reads the whole record.
    turn: Arc<Semaphore>,
}

impl Verifier {
    /// A verifier that knows the current signing key, if there is one.
    pub(crate) fn new(key: Option<AuditKey>) -> Self {
        Self {
            key,
            hashing: BlockingPool::new(1),
            turn: Arc::new(Semaphore::new(1)),
        }
    }
}

/// Verifies the chain after a number, as far as the caller's time allows.
///
/// The chain is one for the whole platform and can only be verified as a whole, so an institution's administrator
/// verifies the entries of all; the report shows none of them.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` while another verification runs, `NOT_FOUND` when there is no such number to go on after.
pub(crate) async fn verify(
    state: &State,
    caller: &Caller,
    after: u64,
) -> Result<ChainReport, Failure> {
    if !permits(&caller.principal, Action::ReadAudit, None) {
        caller.authorize(Action::ReadAudit, caller.principal.institution_id())?;
    }
    let verifier = &state.audit;
    let _turn = verifier
        .turn
        .try_acquire()
        .map_err(|_taken| Failure::overloaded(Duration::from_secs(1)))?;
    // The rest of the time is for the way back.
    let until = Instant::now() + caller.deadline.left() / 2;
    let mut transaction = state
        .database
        .read_as(Mode::Snapshot, caller.deadline)
        .await?;
    authority::confirm(&mut transaction, caller).await?;
    let part = Part {
        after,
        until: Some(until),
    };
    let report = check(&mut transaction, verifier, part, &[]).await?;
    transaction.commit().await?;
    if let Some(fault) = &report.fault {
        tracing::error!(kind = %fault.kind, sequence = fault.sequence, "the audit chain is broken");
    }
    Ok(report)
}

/// Verifies a part of the chain, against the anchors of the table and those from outside.
///
/// The connection must see one moment of the database, or the end of the chain would move on while it is counted.
pub(crate) async fn check(
    conn: &mut AsyncPgConnection,
    verifier: &Verifier,
    part: Part,
    outside: &[ChainAnchor],
) -> Result<ChainReport, Failure> {
    let Part { after, until } = part;
    let mut walk = match after {
        0 => Walk::from_the_beginning(),
        after => audit_chain::hash_at(conn, after)
            .await?
            .map(|hash| Walk::after(after, hash))
            .ok_or_else(|| Failure::not_found("number in the audit chain"))?,
    };
    let mut anchors = Anchors::new(verifier.key.as_ref(), outside, after);
    let mut report = ChainReport {
        newest: audit_chain::newest(conn)
            .await?
            .map_or(0, |(number, _)| number),
        newest_anchor: audit_anchors::newest(conn)
            .await?
            .map(|anchor| anchor.signed_at),
        public_key: verifier.key.as_ref().map(|key| key.public_pem().to_owned()),
        ..ChainReport::default()
    };
    loop {
        let from = walk.sequence();
        let links = audit_chain::links_after(conn, from, BATCH).await?;
        let last = links.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        let hashes: BTreeMap<u64, Vec<u8>> = links
            .iter()
            .map(|link| (link.sequence, link.entry_hash.clone()))
            .collect();
        let (walked, fault) = take(&verifier.hashing, walk, links).await?;
        walk = walked;
        let signed = anchors.between(conn, from, walk.sequence()).await?;
        report.fault = anchors.compare(&signed, &hashes).or(fault);
        report.complete = last;
        if report.fault.is_some() || last || until.is_some_and(|until| Instant::now() >= until) {
            break;
        }
    }
    if report.complete && report.fault.is_none() {
        report.fault = beyond_the_end(conn, &mut anchors, &walk).await?;
    }
    report.checked = walk.checked();
    report.checked_through = walk.sequence();
    report.checked_through_hash = hex::encode(walk.hash());
    report.anchors_checked = anchors.good;
    report.anchors_of_unknown_keys = anchors.unknown;
    Ok(report)
}

async fn take(
    hashing: &BlockingPool,
    mut walk: Walk,
    links: Vec<Link>,
) -> Result<(Walk, Option<ChainFault>), Failure> {
    hashing
        .run(move || {
            let fault = walk.take(&links).err();
            (walk, fault)
        })
        .await
        .map_err(Failure::internal)
}

/// What only shows once the end is reached: signed places after it, and entries without a number.
async fn beyond_the_end(
    conn: &mut AsyncPgConnection,
    anchors: &mut Anchors<'_>,
    walk: &Walk,
) -> Result<Option<ChainFault>, Failure> {
    let beyond = anchors.between(conn, walk.sequence(), u64::MAX).await?;
    if let Some(anchor) = beyond.first() {
        return Ok(Some(ChainFault {
            kind: ChainFaultKind::Cut,
            sequence: Some(walk.sequence() + 1),
            entry_id: None,
            message: format!(
                "the chain ends with number {}, but number {} was signed",
                walk.sequence(),
                anchor.sequence
            ),
        }));
    }
    if audit_chain::count_entries(conn).await? == walk.sequence() {
        return Ok(None);
    }
    let entry = audit_chain::first_unchained(conn).await?;
    Ok(entry.map(|id| ChainFault {
        kind: ChainFaultKind::Unchained,
        sequence: None,
        entry_id: Some(id.into()),
        message: "an entry was never linked: it was written past the rules of the database".into(),
    }))
}

/// The signed places, and what has been found of them.
struct Anchors<'a> {
    key: Option<&'a AuditKey>,
    outside: BTreeMap<u64, Vec<&'a ChainAnchor>>,
    good: u64,
    unknown: u64,
    last_good: u64,
}

impl<'a> Anchors<'a> {
    fn new(key: Option<&'a AuditKey>, outside: &'a [ChainAnchor], after: u64) -> Self {
        let mut by_number: BTreeMap<u64, Vec<&ChainAnchor>> = BTreeMap::new();
        for anchor in outside {
            by_number.entry(anchor.sequence).or_default().push(anchor);
        }
        Self {
            key,
            outside: by_number,
            good: 0,
            unknown: 0,
            last_good: after,
        }
    }

    /// The signed places after a number and up to another, in their order.
    async fn between(
        &self,
        conn: &mut AsyncPgConnection,
        after: u64,
        through: u64,
    ) -> Result<Vec<ChainAnchor>, Failure> {
        let mut found: Vec<ChainAnchor> = Vec::new();
        let mut place = after;
        loop {
            let page = audit_anchors::after(conn, place, ANCHORS).await?;
            let Some(last) = page.last() else { break };
            place = last.sequence;
            let enough = place > through;
            found.extend(page.into_iter().filter(|anchor| anchor.sequence <= through));
            if enough || through == u64::MAX {
                break;
            }
        }
        let outside = self
            .outside
            .range(after.saturating_add(1)..=through.max(after.saturating_add(1)))
            .filter(|(number, _)| **number <= through)
            .flat_map(|(_, anchors)| anchors.iter().copied().cloned());
        found.extend(outside);
        found.sort_by_key(|anchor| anchor.sequence);
        Ok(found)
    }

    /// Compares signed places with the chain.
    fn compare(
        &mut self,
        signed: &[ChainAnchor],
        hashes: &BTreeMap<u64, Vec<u8>>,
    ) -> Option<ChainFault> {
        for anchor in signed {
            let fault = |kind, sequence, message| ChainFault {
                kind,
                sequence: Some(sequence),
                entry_id: None,
                message,
            };
            match self.key.map(|key| key.verify(anchor)) {
                Some(Signed::Badly) => {
                    return Some(fault(
                        ChainFaultKind::Forged,
                        anchor.sequence,
                        format!("the signature of number {} is not good", anchor.sequence),
                    ));
                }
                Some(Signed::Well) => self.good += 1,
                Some(Signed::ByAnother) | None => self.unknown += 1,
            }
            let same = hashes
                .get(&anchor.sequence)
                .is_some_and(|hash| hex::encode(hash) == anchor.entry_hash);
            if !same {
                return Some(fault(
                    ChainFaultKind::Rewritten,
                    self.last_good + 1,
                    format!(
                        "number {} was signed with another hash: the chain was written anew somewhere from number {} on",
                        anchor.sequence,
                        self.last_good + 1
                    ),
                ));
            }
            self.last_good = anchor.sequence;
        }
        None
    }
}
