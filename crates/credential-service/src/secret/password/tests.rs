use super::*;

fn cheap(password: &str) -> String {
    let params = Params::new(8_192, 1, 1, None).unwrap();
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes())
        .unwrap();
    hash.to_string()
}

#[test]
fn a_hash_says_how_it_was_made_and_never_repeats() {
    let (first, second) = (
        hash("correct horse").unwrap(),
        hash("correct horse").unwrap(),
    );

    assert!(
        first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{first}"
    );
    assert_ne!(first, second);
}

#[test]
fn only_the_same_password_fits_and_nothing_is_cut() {
    let long = "p".repeat(72);
    let stored = hash(&format!("{long}X")).unwrap();

    assert!(matches!(
        verify(&format!("{long}X"), &stored).unwrap(),
        Verdict::Right { renewed: None }
    ));
    assert!(matches!(
        verify(&format!("{long}Y"), &stored).unwrap(),
        Verdict::Wrong
    ));
}

#[test]
fn an_old_hash_is_made_anew() {
    let Verdict::Right {
        renewed: Some(hash),
    } = verify("open sesame", &cheap("open sesame")).unwrap()
    else {
        panic!("a new hash was due");
    };

    assert!(hash.contains("m=19456,t=2,p=1"), "{hash}");
}

#[test]
fn two_keyboards_write_the_same_password() {
    let stored = hash("cafe\u{301} au lait s'il vous plai\u{302}t").unwrap();

    assert!(matches!(
        verify("café au lait s'il vous plaît", &stored).unwrap(),
        Verdict::Right { renewed: None }
    ));
}
