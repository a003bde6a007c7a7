//! Figures, not judgements: `cargo test -p ai-service --test service -- --ignored --nocapture bench`.

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

use std::time::Instant;

use domain::id::MicroCredentialId;
use domain::micro_credential::MicroCredential;
use domain::workflow::CredentialStatus;
use protocol::convert::feed::Entity;
use protocol::pb::ai::SearchCatalogueRequest;

use crate::demo::Demo;
use crate::feed::Feed;
use crate::stack::{Database, Stack, eventually, get};

const OFFERS: usize = 10_000;
const QUESTIONS: usize = 300;

/// Offers of mixed sentences of the demonstration catalogue, so that no two say the same.
fn mixed(demo: &Demo) -> Vec<Entity> {
    let published: Vec<&MicroCredential> = demo
        .offers
        .values()
        .filter(|offer| offer.status == CredentialStatus::Published)
        .collect();
    let sentences: Vec<&str> = published
        .iter()
        .flat_map(|offer| {
            offer
                .fields
                .description
                .as_deref()
                .unwrap()
                .split_inclusive(". ")
        })
        .collect();
    (0..OFFERS)
        .map(|number| {
            let mut offer = published[number % published.len()].clone();
            offer.id = MicroCredentialId::generate();
            offer.fields.title = format!("{} {number}", offer.fields.title);
            let pick = |step: usize| {
                sentences[(number * 7 + step * 31 + number / 60 * step) % sentences.len()]
            };
            offer.fields.description = Some((1..=4).map(pick).collect());
            Entity::MicroCredential(Box::new(offer))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures; takes minutes"]
async fn bench_ten_thousand_offers() {
    let (demo, database) = (Demo::load(), Database::migrated().await);
    let mut entities: Vec<Entity> = demo.entities();
    entities.retain(|entity| matches!(entity, Entity::Institution(_)));
    entities.extend(mixed(&demo));
    let feed = Feed::new(entities);
    let begun = Instant::now();
    let source = feed.serve_anywhere().await;
    let stack = Stack::launch(&database.url, &format!("http://{source}"), &[]).await;
    eventually("the snapshot is read", async || {
        get(stack.address, "/readyz").await.0 == 200
    })
    .await;
    println!("ready with {OFFERS} offers after {:?}", begun.elapsed());
    measure(&stack, "while embedding").await;
    eventually_long(&stack).await;
    let seconds = begun.elapsed().as_secs_f64();
    let vectors = database
        .count("SELECT count(*) AS count FROM ai.embeddings")
        .await;
    println!("{vectors} vectors in {seconds:.0} s");
    measure(&stack, "idle").await;
    stack.stop().await;

    let begun = Instant::now();
    let stack = Stack::start(&database, &feed).await;
    println!("restart caught up after {:?}", begun.elapsed());
    stack.stop().await;
}

async fn eventually_long(stack: &Stack) {
    while get(stack.address, "/health").await.1["caughtUp"] != true {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
}

async fn measure(stack: &Stack, when: &str) {
    let mut client = stack.search();
    let (mut times, mut inside): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    for number in 0..QUESTIONS {
        let request = stack.as_nobody(SearchCatalogueRequest {
            query: format!("managing a project number {number} with a small team and no budget"),
            filters: None,
            limit: 10,
            min_similarity: 0.0,
        });
        let begun = Instant::now();
        let answer = client.search_catalogue(request).await.unwrap();
        inside.push(answer.into_inner().query_time_ms);
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    inside.sort_by(f64::total_cmp);
    println!(
        "search {when}: p50 {:.1} ms, p95 {:.1} ms; inside the service p50 {:.1} ms, p95 {:.1} ms",
        times[QUESTIONS / 2],
        times[QUESTIONS * 95 / 100],
        inside[QUESTIONS / 2],
        inside[QUESTIONS * 95 / 100]
    );
}
