//! What micro-credentials are made of, outcomes and prerequisites: lists in tables of their own, always written for many
//! micro-credentials at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::id::MicroCredentialId;
use domain::micro_credential::MicroCredentialDraft;
use futures::future::BoxFuture;
use uuid::Uuid;

use super::error::StoreError;

/// Rows of one statement.
const CHUNK: usize = 1_000;

/// One kind of part, on record, and its table.
pub(crate) trait Part: Sized + Send + Sync + 'static {
    /// Identifier.
    type Id: Copy + Into<Uuid> + Send + Sync;
    /// What a caller says of it.
    type Draft: PartialEq + Send + Sync + 'static;

    /// Makes a new identifier.
    fn generate() -> Uuid;
    /// Its identifier.
    fn id(&self) -> Uuid;
    /// Its fields.
    fn fields(&self) -> &Self::Draft;
    /// Its place in the list, from 0.
    fn order_index(&self) -> u32;
    /// When it was recorded, and when it last changed.
    fn times(&self) -> (DateTime<Utc>, DateTime<Utc>);
    /// The list of this kind in a draft.
    fn drafts(draft: &MicroCredentialDraft) -> &[Self::Draft];
    /// The words by which it is known again: where they stay, it keeps its identifier.
    fn words(draft: &Self::Draft) -> &str;
    /// Reads the lists of these micro-credentials, each in its order.
    fn read<'a>(
        conn: &'a AsyncPgConnection,
        owners: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Vec<Self>>, StoreError>>;
    /// Writes rows in one statement.
    fn insert<'a>(
        conn: &'a mut AsyncPgConnection,
        parts: &'a [Placed<'a, Self>],
    ) -> BoxFuture<'a, Result<(), StoreError>>;
    /// Removes the lists of these micro-credentials.
    fn delete<'a>(
        conn: &'a mut AsyncPgConnection,
        owners: &'a [Uuid],
    ) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// A part to be written, with its place.
pub(crate) struct Placed<'a, P: Part> {
    /// Identifier.
    pub(super) id: Uuid,
    /// The micro-credential.
    pub(super) owner: Uuid,
    /// Place in the list, from 0.
    pub(super) order_index: i32,
    /// The fields.
    pub(super) draft: &'a P::Draft,
    /// When it was recorded; none: with this transaction.
    pub(super) created_at: Option<DateTime<Utc>>,
    /// When it last changed; none: with this transaction.
    pub(super) updated_at: Option<DateTime<Utc>>,
}

impl<'a, P: Part> Placed<'a, P> {
    fn new(owner: Uuid, order_index: i32, draft: &'a P::Draft) -> Self {
        Self {
            id: P::generate(),
            owner,
            order_index,
            draft,
            created_at: None,
            updated_at: None,
        }
    }

    /// What stays of a part on record: its identifier and its age, and while fields and place are the same its last change.
    fn staying(owner: Uuid, order_index: i32, draft: &'a P::Draft, recorded: &P) -> Self {
        let (created_at, updated_at) = recorded.times();
        let is_same = recorded.fields() == draft
            && i64::from(recorded.order_index()) == i64::from(order_index);
        Self {
            id: recorded.id(),
            created_at: Some(created_at),
            updated_at: is_same.then_some(updated_at),
            ..Self::new(owner, order_index, draft)
        }
    }
}

/// Writes the lists of new micro-credentials.
pub(crate) async fn insert_many<P: Part>(
    conn: &mut AsyncPgConnection,
    credentials: &[(Uuid, &MicroCredentialDraft)],
) -> Result<(), StoreError> {
    let mut parts: Vec<Placed<'_, P>> = Vec::new();
    for (owner, draft) in credentials {
        for (order_index, draft) in (0_i32..).zip(P::drafts(draft)) {
            parts.push(Placed::new(*owner, order_index, draft));
        }
    }
    insert(conn, &parts).await
}

/// Makes the list of a micro-credential whose row the caller has locked that of the draft.
///
/// A part whose words stay keeps its identifier: followers compare and index outcomes by it.
pub(crate) async fn replace<P: Part>(
    conn: &mut AsyncPgConnection,
    credential: MicroCredentialId,
    draft: &MicroCredentialDraft,
) -> Result<(), StoreError> {
    let owner = credential.uuid();
    let recorded: Vec<P> = P::read(conn, &[owner])
        .await?
        .remove(&owner)
        .unwrap_or_default();
    replace_many(conn, &[(owner, recorded.as_slice(), draft)]).await
}

/// Makes the lists of micro-credentials whose rows the caller has locked those of their drafts; `lists` holds each with what is
/// on record. What stays keeps its identifier, as in [`replace`].
pub(crate) async fn replace_many<P: Part>(
    conn: &mut AsyncPgConnection,
    lists: &[(Uuid, &[P], &MicroCredentialDraft)],
) -> Result<(), StoreError> {
    let mut owners = Vec::new();
    let mut parts: Vec<Placed<'_, P>> = Vec::new();
    for (owner, recorded, draft) in lists {
        let drafts = P::drafts(draft);
        if recorded.iter().map(P::fields).eq(drafts) {
            continue;
        }
        owners.push(*owner);
        let mut left: Vec<&P> = recorded.iter().collect();
        for (order_index, draft) in (0_i32..).zip(drafts) {
            let known = left
                .iter()
                .position(|old| P::words(old.fields()) == P::words(draft))
                .map(|at| left.remove(at));
            parts.push(match known {
                Some(old) => Placed::staying(*owner, order_index, draft, old),
                None => Placed::new(*owner, order_index, draft),
            });
        }
    }
    if owners.is_empty() {
        return Ok(());
    }
    P::delete(conn, &owners).await?;
    insert(conn, &parts).await
}

/// Makes the list of a micro-credential whose row the caller has locked exactly this one, in this order; `recorded` is what it was.
pub(crate) async fn put<P: Part>(
    conn: &mut AsyncPgConnection,
    credential: MicroCredentialId,
    recorded: &[P],
    list: &[(P::Id, P::Draft)],
) -> Result<(), StoreError> {
    let owner = credential.uuid();
    P::delete(conn, &[owner]).await?;
    let parts: Vec<Placed<'_, P>> = (0_i32..)
        .zip(list)
        .map(|(order_index, (id, draft))| {
            let id: Uuid = (*id).into();
            match recorded.iter().find(|old| old.id() == id) {
                Some(old) => Placed::staying(owner, order_index, draft, old),
                None => Placed {
                    id,
                    ..Placed::new(owner, order_index, draft)
                },
            }
        })
        .collect();
    insert(conn, &parts).await
}

async fn insert<P: Part>(
    conn: &mut AsyncPgConnection,
    parts: &[Placed<'_, P>],
) -> Result<(), StoreError> {
    for chunk in parts.chunks(CHUNK) {
        P::insert(conn, chunk).await?;
    }
    Ok(())
}
