//! Reads by a key: a plan that was made once is right for every key, so none is made for the key of a call.

use protocol::pb::credential as pb;

use super::judgement::{Bench, asks};

/// What is read by its key, without a statement that is planned again.
pub(super) async fn keys(bench: &Bench) {
    let (credential, institution) = (bench.id("c1").await, bench.id("i1").await);
    let request = pb::GetMicroCredentialRequest { id: credential };
    let ask = asks!(bench.visitor(), credentials.get_micro_credential(request));
    // The rows of its parts name it.
    only_kept(bench, ("micro_credential", 5), ask).await;
    let request = pb::GetInstitutionRequest { id: institution };
    let ask = asks!(bench.visitor(), institutions.get_institution(request));
    only_kept(bench, ("institutions", 1), ask).await;

    // The judge judges: the condition of a list is planned for its value.
    let request = pb::ListMicroCredentialsRequest {
        search: Some("nobody has this".into()),
        ..Default::default()
    };
    let ask = asks!(bench.visitor(), credentials.list_micro_credentials(request));
    let (anew, _) = bench.planned("micro_credentials", ask).await;
    assert!(!anew.is_empty());
}

async fn only_kept(bench: &Bench, (table, statements): (&str, usize), ask: impl AsyncFn()) {
    let (anew, kept) = bench.planned(table, ask).await;
    assert!(anew.is_empty(), "planned for the key of a call: {anew:?}");
    assert!(kept.len() >= statements, "the plans are told");
}
