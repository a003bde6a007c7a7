//! Changes that come through the feed.

use domain::workflow::CredentialStatus;
use protocol::convert::feed::Entity;
use protocol::pb::ai::{FindSimilarRequest, SearchCatalogueRequest};

use crate::demo::Demo;
use crate::feed::Feed;
use crate::stack::{Database, Stack, eventually};

const CELLS: &str = "keeping living cells alive in a dish without contamination";

async fn first(stack: &Stack, query: &str) -> String {
    let request = stack.as_nobody(SearchCatalogueRequest {
        query: query.into(),
        filters: None,
        limit: 1,
        min_similarity: 0.0,
    });
    let answer = stack.search().search_catalogue(request).await.unwrap();
    answer.into_inner().results.remove(0).micro_credential_id
}

async fn is_known(stack: &Stack, id: &str) -> bool {
    let request = stack.as_person(FindSimilarRequest {
        micro_credential_id: id.into(),
        limit: 1,
        min_similarity: 0.0,
    });
    stack.search().find_similar(request).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_move_offers_and_take_them_out() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let feed = Feed::new(demo.entities());
    let stack = Stack::start(&database, &feed).await;
    let (cells, poetry) = (&demo.offers["UVIC-LAB-235"], &demo.offers["VIU-CRE-115"]);
    assert_eq!(first(&stack, CELLS).await, cells.id.to_string());

    // The poetry course becomes one about cells, word for word what is asked.
    let mut changed = poetry.clone();
    changed.version += 1;
    changed.fields.title = "Keeping living cells alive in a dish".into();
    changed.fields.description = Some("Without contamination.".into());
    feed.publish(Entity::MicroCredential(Box::new(changed.clone())));
    eventually("the changed offer is first", async || {
        first(&stack, CELLS).await == poetry.id.to_string()
    })
    .await;

    // An older version that comes late changes nothing.
    feed.publish(Entity::MicroCredential(Box::new(poetry.clone())));
    let mut archived = cells.clone();
    archived.version += 1;
    archived.status = CredentialStatus::Archived;
    feed.publish(Entity::MicroCredential(Box::new(archived)));
    eventually("the archived offer is gone", async || {
        !is_known(&stack, &cells.id.to_string()).await
    })
    .await;
    assert_eq!(first(&stack, CELLS).await, poetry.id.to_string());

    feed.delete(&poetry.id.to_string());
    eventually("the deleted offer is gone", async || {
        !is_known(&stack, &poetry.id.to_string()).await
    })
    .await;
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_feed_is_resumed_where_it_broke_and_begun_anew_when_it_refuses() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let feed = Feed::new(demo.entities());
    let stack = Stack::start(&database, &feed).await;
    let cells = demo.offers["BCIT-LAB-230"].clone();
    let mut drafted = cells.clone();
    drafted.version += 1;
    drafted.status = CredentialStatus::Draft;
    feed.publish(Entity::MicroCredential(Box::new(drafted)));
    eventually("the draft is gone", async || {
        !is_known(&stack, &cells.id.to_string()).await
    })
    .await;

    feed.cut();
    let mut back = cells.clone();
    back.version += 2;
    feed.publish(Entity::MicroCredential(Box::new(back)));

    eventually("the change during the break has come", async || {
        is_known(&stack, &cells.id.to_string()).await
    })
    .await;
    let asked = feed.asked();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert_eq!(
        asked[1].map(|cursor| cursor.sequence),
        Some(1),
        "resumed, not begun anew"
    );
    let recorded = "SELECT count(*) AS count FROM ai.feed_cursor WHERE sequence = 2";
    eventually("the cursor is on record", async || {
        database.count(recorded).await == 1
    })
    .await;

    // Meanwhile the poetry course is gone, and the feed has forgotten how.
    let mut less = demo.clone();
    let poetry = less.offers.remove("VIU-CRE-115").unwrap();
    feed.set_snapshot(less.entities());
    feed.refuse_cursors();
    feed.cut();
    eventually("what the new snapshot does not name is gone", async || {
        !is_known(&stack, &poetry.id.to_string()).await
    })
    .await;
    assert_eq!(feed.asked().last(), Some(&None));
    stack.stop().await;
}
