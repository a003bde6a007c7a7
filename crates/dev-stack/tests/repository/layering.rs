//! Dependencies point one way.

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may depend on whom, of our own crates. `dev-stack` may depend on anything.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("service-runtime", &[]),
    ("database", &["domain"]),
    ("protocol", &["domain"]),
    ("inference", &["domain"]),
    (
        "credential-service",
        &["database", "domain", "protocol", "service-runtime"],
    ),
    (
        "ai-service",
        &[
            "database",
            "domain",
            "protocol",
            "service-runtime",
            "inference",
        ],
    ),
    ("api-gateway", &["domain", "protocol", "service-runtime"]),
];

/// Crates that no library of ours but the owner may pull in.
const OWNED: &[(&str, &[&str])] = &[
    (
        "diesel",
        &["database", "credential-service", "ai-service", "dev-stack"],
    ),
    ("actix-web", &["api-gateway"]),
    ("deadpool-redis", &["api-gateway"]),
    ("ort", &["inference"]),
    ("usearch", &["ai-service"]),
    ("tantivy", &["ai-service"]),
];

type Edge = (String, String, bool);

fn edges() -> Vec<Edge> {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    metadata
        .packages
        .iter()
        .flat_map(|package| {
            package.dependencies.iter().map(|dependency| {
                (
                    package.name.to_string(),
                    dependency.name.clone(),
                    dependency.kind == DependencyKind::Development,
                )
            })
        })
        .collect()
}

fn violations(edges: &[Edge]) -> Vec<String> {
    let ours = |name: &str| name == "dev-stack" || ALLOWED.iter().any(|(owner, _)| *owner == name);
    let mut found = Vec::new();
    for (from, to, for_tests) in edges {
        let owners = OWNED
            .iter()
            .find(|(name, _)| name == to)
            .map(|(_, owners)| owners);
        if !for_tests && owners.is_some_and(|owners| !owners.contains(&from.as_str())) {
            found.push(format!("{from} must not use {to}"));
        }
        if !ours(to) || from == "dev-stack" {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| name == from) else {
            found.push(format!("{from} has no place in the architecture"));
            continue;
        };
        let fine = allowed.contains(&to.as_str()) || (*for_tests && to == "dev-stack");
        if !fine {
            found.push(format!("{from} must not depend on {to}"));
        }
    }
    found
}

#[test]
fn crates_depend_only_downwards() {
    assert_eq!(violations(&edges()), Vec::<String>::new());
}

#[test]
fn every_crate_has_its_place() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let mut names: Vec<_> = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    names.sort();
    let mut known: Vec<_> = ALLOWED
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .chain(["dev-stack".to_owned()])
        .collect();
    known.sort();
    assert_eq!(names, known);
}

#[test]
fn planted_edges_are_found() {
    let plant = |from: &str, to: &str, for_tests| {
        violations(&[(from.to_owned(), to.to_owned(), for_tests)])
    };

    assert_eq!(plant("domain", "protocol", false).len(), 1);
    assert_eq!(plant("api-gateway", "credential-service", false).len(), 1);
    assert_eq!(plant("service-runtime", "domain", true).len(), 1);
    assert_eq!(plant("api-gateway", "diesel", false).len(), 1);
    assert_eq!(plant("new-crate", "domain", false).len(), 1);
    assert_eq!(plant("api-gateway", "dev-stack", true).len(), 0);
}
