//! The README opens with what the platform is, a picture, and the two commands; what it names is there.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// Files named by links and pictures, and commands named in blocks, that are not there.
fn missing(text: &str) -> Vec<String> {
    let links = text
        .match_indices("](")
        .filter_map(|(start, _)| text[start + 2..].split([')', '#']).next());
    let commands = text
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("./scripts/"))
        .map(|name| {
            let name: String = name
                .chars()
                .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
                .collect();
            format!("scripts/{name}")
        });
    let mut named: Vec<String> = links
        .filter(|link| !link.is_empty() && !link.contains("://"))
        .map(ToOwned::to_owned)
        .chain(commands)
        .collect();
    named.sort();
    named.dedup();
    named.retain(|path| !root().join(path).exists());
    named
}

#[test]
fn it_opens_with_the_picture_and_the_two_commands() {
    let text = readme();
    let opening: String = text.lines().take(40).collect::<Vec<_>>().join("\n");
    let picture = opening.find("](").expect("a picture");
    let up = opening.find("./scripts/up").expect("the first command");
    let test = opening.find("./scripts/test").expect("the second command");
    assert!(picture < up && up < test);
}

#[test]
fn everything_it_names_is_there() {
    assert_eq!(missing(&readme()), Vec::<String>::new());
    assert_eq!(
        missing("![x](no/such/picture.svg) and ./scripts/nothing").len(),
        2,
        "the checker finds planted faults"
    );
}

#[test]
fn its_commands_can_be_run() {
    for command in ["scripts/up", "scripts/test", "scripts/down", ".ci/run"] {
        let mode = std::fs::metadata(root().join(command))
            .unwrap()
            .permissions()
            .mode();
        assert!(mode & 0o111 != 0, "{command} has no run bit");
    }
    assert!(
        std::fs::read_to_string(root().join(".ci/run"))
            .unwrap()
            .contains("./scripts/test")
    );
}

#[test]
fn it_says_what_each_suite_covers() {
    let text = readme();
    for package in [
        "domain",
        "protocol",
        "service-runtime",
        "inference",
        "credential-service",
        "ai-service",
        "api-gateway",
        "dev-stack",
        "web",
    ] {
        assert!(
            text.contains(&format!("| `{package}` ")),
            "the table of suites lacks {package}"
        );
    }
}
