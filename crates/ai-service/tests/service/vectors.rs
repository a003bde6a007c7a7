//! Vectors that nobody uses any more.

use diesel_async::SimpleAsyncConnection;

use crate::demo::Demo;
use crate::feed::Feed;
use crate::stack::{Database, Stack, eventually};

const VECTORS: &str = "SELECT count(*) AS count FROM ai.embeddings";
const UNUSED: &str =
    "SELECT count(*) AS count FROM ai.embeddings WHERE used_at < now() - interval '7 days'";
const OF_ANOTHER: &str = "SELECT count(*) AS count FROM ai.embeddings WHERE model = 'another'";

#[tokio::test(flavor = "multi_thread")]
async fn vectors_that_nobody_has_used_for_a_week_are_forgotten() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let feed = Feed::new(demo.entities());
    Stack::start(&database, &feed).await.stop().await;
    let in_use = database.count(VECTORS).await;
    // The platform was off for a month. Before, a text was edited and an encoder replaced; another replica still runs the next one.
    database
        .connect()
        .await
        .batch_execute(
            "UPDATE ai.embeddings SET used_at = now() - interval '30 days'; \
             INSERT INTO ai.embeddings (content_hash, model, vector, used_at) \
                 SELECT sha256('edited'), model, vector, used_at FROM ai.embeddings LIMIT 1; \
             INSERT INTO ai.embeddings (content_hash, model, vector, used_at) \
                 SELECT content_hash, 'replaced', vector, used_at FROM ai.embeddings WHERE content_hash <> sha256('edited'); \
             INSERT INTO ai.embeddings (content_hash, model, vector, used_at) \
                 VALUES (sha256('next'), 'another', '\\x', now() - interval '6 days')",
        )
        .await
        .unwrap();
    assert_eq!(database.count(UNUSED).await, 2 * in_use + 1);

    let stack = Stack::start(&database, &feed).await;

    eventually("nothing unused is left", async || {
        database.count(UNUSED).await == 0
    })
    .await;
    assert_eq!(database.count(VECTORS).await, in_use + 1);
    assert_eq!(database.count(OF_ANOTHER).await, 1);
    stack.stop().await;
}
