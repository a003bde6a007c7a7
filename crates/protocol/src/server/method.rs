//! Names of methods as labels: a closed list, however many paths a caller invents.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::Message;
use prost_types::FileDescriptorSet;

/// Label of every path that none of our services has.
const UNKNOWN: &str = "unknown";
/// Services beside ours, as gRPC defines them.
const STANDARD: &[&str] = &[
    "grpc.health.v1.Health/Check",
    "grpc.health.v1.Health/List",
    "grpc.health.v1.Health/Watch",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
];

static METHODS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    // Made by our own build: what cannot be read would only lose labels.
    let files = FileDescriptorSet::decode(crate::pb::FILE_DESCRIPTOR_SET).unwrap_or_default();
    let mut names: Vec<String> = STANDARD.iter().copied().map(ToOwned::to_owned).collect();
    for file in &files.file {
        for service in &file.service {
            for method in &service.method {
                let name = format!("{}.{}/{}", file.package(), service.name(), method.name());
                names.push(name);
            }
        }
    }
    let named = names.into_iter().map(|name| {
        let label: &'static str = name.clone().leak();
        (format!("/{name}"), label)
    });
    named.collect()
});

/// The method that a path names, such as `bccb.credential.v1.CatalogueService/GetMicroCredential`.
pub(super) fn of_path(path: &str) -> &'static str {
    METHODS.get(path).copied().unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn invented_paths_make_no_labels() {
        let invented: HashSet<&str> = (0..1_000)
            .map(|number| of_path(&format!("/bccb.credential.v1.Service{number}/Method")))
            .collect();

        assert_eq!(invented, HashSet::from([UNKNOWN]));
    }

    #[test]
    fn our_own_methods_have_their_names() {
        assert_eq!(
            of_path("/bccb.credential.v1.FeedService/Watch"),
            "bccb.credential.v1.FeedService/Watch"
        );
        assert_eq!(
            of_path("/grpc.health.v1.Health/Check"),
            "grpc.health.v1.Health/Check"
        );
        assert!(METHODS.len() > 50, "{}", METHODS.len());
    }
}
