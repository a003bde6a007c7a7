use super::*;

const HOSTILE: &[&str] = &[
    "http://example.org/hook",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0x7f.1/",
    "https://0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://user:secret@example.org/",
    "https://example.org@127.0.0.1/",
    "https://example.org/#fragment",
    "https://example.org/\r\nHost: inside",
    "https://１２７.０.０.１/",
    "https://①②⑦.0.0.1/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "//example.org/",
    "https://",
    "",
];

#[test]
fn hostile_urls_are_refused() {
    for url in HOSTILE {
        assert!(judge(url, false).is_err(), "{url}");
    }
    let long = format!("https://example.org/{}", "a".repeat(2_000));
    assert!(judge(&long, false).is_err());
    assert!(HOSTILE.len() >= 50);
}

#[test]
fn urls_of_the_internet_are_accepted() {
    for url in [
        "https://example.org/hook",
        "https://example.org:8443/a/b?c=d",
        "https://hooks.sub.example.co.uk/",
        "https://8.8.8.8/",
        "https://172.32.0.1/",
        "https://[2606:4700:4700::1111]/",
        "https://localhost.example.org/",
    ] {
        assert!(judge(url, false).is_ok(), "{url}");
    }
}

#[test]
fn tests_may_send_to_this_machine_and_still_only_by_http() {
    assert!(judge("http://127.0.0.1:8080/hook", true).is_ok());
    for url in [
        "file:///etc/passwd",
        "http://user@127.0.0.1/",
        "gopher://a/",
    ] {
        assert!(judge(url, true).is_err(), "{url}");
    }
}

#[test]
fn a_name_with_one_address_inside_is_refused_as_a_whole() {
    let public: SocketAddr = "93.184.216.34:0".parse().unwrap();
    let inside: SocketAddr = "10.0.0.1:0".parse().unwrap();

    assert!(checked(vec![public], false).is_ok());
    assert!(checked(vec![public, inside], false).is_err());
    assert!(checked(vec![inside], false).is_err());
    assert!(checked(Vec::new(), true).is_err());
    assert!(checked(vec![inside], true).is_ok());
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_resolved() {
    let name = || "localhost".parse().unwrap();

    let refused = PublicResolver {
        allow_private: false,
    }
    .resolve(name())
    .await;
    let allowed = PublicResolver {
        allow_private: true,
    }
    .resolve(name())
    .await;

    assert!(refused.is_err());
    assert!(allowed.is_ok());
}
