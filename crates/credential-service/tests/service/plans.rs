//! Lists of a hundred thousand rows: no list reads more of them than it has to, and what is read by its key is planned once.
//!
//! The plans are those that PostgreSQL has carried out for the service, told through a relay, several times over the same
//! few connections: a plan for values that are not known yet has to hold as well.

mod cases;
mod judgement;
mod keys;
mod plan;
mod rows;
mod walks;

use protocol::pb::credential as pb;

use self::judgement::{Bench, FEW, asks};

#[tokio::test]
async fn no_list_reads_more_than_it_has_to() {
    let mut bench = Bench::start().await;
    keys::keys(&bench).await;
    walks::walks(&mut bench).await;
    cases::credentials(&mut bench).await;
    cases::decisions(&mut bench).await;
    cases::ways(&mut bench).await;
    cases::record(&mut bench).await;

    println!("{}", bench.lines.join("\n"));
    assert!(bench.wrong.is_empty(), "{:#?}", bench.wrong);
    // The judge judges: no index finds one letter, so that the list reads everything and its count once more.
    let odd = pb::ListMicroCredentialsRequest {
        search: Some("x".into()),
        ..Default::default()
    };
    let ask = asks!(bench.visitor(), credentials.list_micro_credentials(odd));
    bench
        .holds("one letter", "micro_credentials", FEW, ask)
        .await;
    assert_eq!(bench.wrong.len(), 1);
}
