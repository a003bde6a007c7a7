use super::*;

const ALL: [Template; 10] = [
    Template::Registration,
    Template::AlreadyRegistered,
    Template::PasswordReset,
    Template::Invitation,
    Template::EmailChange,
    Template::EmailChanged,
    Template::PasswordChanged,
    Template::NewSignIn,
    Template::ReviewDue,
    Template::WebhookDisabled,
];

fn composer() -> Composer {
    Composer::new("BCCB <no-reply@example.org>".parse().unwrap(), Locale::En).unwrap()
}

fn mail(template: Template, locale: Locale) -> Mail {
    Mail {
        template,
        to: "ada@example.org".into(),
        name: "Ada".into(),
        link: Some("https://example.org/reset?token=abc&next=1".into()),
        subject: Some("Welding".into()),
        detail: Some("2027-01-31".into()),
        items: Vec::new(),
        locale: Some(locale),
    }
}

#[test]
fn every_message_has_words_in_every_language() {
    let composer = composer();
    for locale in [Locale::En, Locale::Fr] {
        for template in ALL {
            let rendered = composer.render(&mail(template, locale)).unwrap();

            for text in [&rendered.title, &rendered.plain, &rendered.html] {
                assert!(!text.contains("{{") && !text.contains("{%"), "{text}");
                assert!(!text.is_empty());
            }
            assert!(rendered.plain.contains("Ada"), "{}", rendered.plain);
            assert!(
                composer
                    .compose(&mail(template, locale), Uuid::nil())
                    .is_ok()
            );
        }
    }
}

#[test]
fn what_others_have_written_is_text_and_never_markup_or_a_template() {
    let mut mail = mail(Template::ReviewDue, Locale::En);
    mail.name = "<script>alert(1)</script>{{ footer }}".into();
    mail.subject = Some("\"><img src=x>{% raw %}".into());

    let rendered = composer().render(&mail).unwrap();

    assert!(
        rendered.html.contains("&lt;script&gt;"),
        "{}",
        rendered.html
    );
    assert!(!rendered.html.contains("<script") && !rendered.html.contains("<img"));
    assert!(
        rendered
            .plain
            .contains("<script>alert(1)</script>{{ footer }}")
    );
}

#[test]
fn a_line_break_begins_no_header() {
    let mut mail = mail(Template::ReviewDue, Locale::En);
    mail.name = "Ada\r\nBcc: victim@example.org\r\n\r\nbody".into();
    mail.subject = Some("Welding\r\nX-Planted: yes".into());

    let message = composer().compose(&mail, Uuid::nil()).unwrap();

    let wire = String::from_utf8(message.formatted()).unwrap();
    let headers = wire.split("\r\n\r\n").next().unwrap();
    for line in headers.split("\r\n") {
        let begins = line.to_lowercase();
        assert!(
            !begins.starts_with("bcc:") && !begins.starts_with("x-planted:"),
            "{line}"
        );
    }
    let recipients: Vec<String> = message
        .envelope()
        .to()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(recipients, ["ada@example.org"]);
}

#[test]
fn bad_addresses_and_links_are_hopeless() {
    let composer = composer();
    for address in ["", "ada", "ada@", "a@b\r\nRCPT TO:<x@y>", "a b@example.org"] {
        let mail = Mail {
            to: address.into(),
            ..mail(Template::Invitation, Locale::En)
        };
        assert!(composer.compose(&mail, Uuid::nil()).is_err(), "{address:?}");
    }
    for link in [
        "javascript:alert(1)",
        "https://a b",
        "ftp://a",
        "https://a\n",
    ] {
        let mail = Mail {
            link: Some(link.into()),
            ..mail(Template::Invitation, Locale::En)
        };
        assert!(composer.render(&mail).is_err(), "{link:?}");
    }
    let bare = Mail {
        link: None,
        ..mail(Template::PasswordReset, Locale::En)
    };
    assert!(composer.render(&bare).is_err());
}

#[test]
fn the_message_names_itself_the_same_in_every_attempt() {
    let (composer, id) = (composer(), Uuid::now_v7());
    let mail = mail(Template::PasswordReset, Locale::En);

    let wire = |message: Message| String::from_utf8(message.formatted()).unwrap();
    let first = wire(composer.compose(&mail, id).unwrap());
    let second = wire(composer.compose(&mail, id).unwrap());

    let line = format!("Message-ID: <{id}@example.org>");
    assert!(first.contains(&line) && second.contains(&line), "{first}");
    assert!(first.contains("Auto-Submitted: auto-generated"));
}

#[test]
fn a_list_is_shown_line_by_line_and_bounded() {
    let mut mail = mail(Template::ReviewDue, Locale::Fr);
    mail.items = (1..=60).map(|number| format!("<{number}>\r\nx")).collect();

    let rendered = composer().render(&mail).unwrap();

    assert!(
        rendered.plain.contains("\n- <1>  x\n- <2>  x\n"),
        "{}",
        rendered.plain
    );
    assert!(
        rendered.html.contains("<li>&lt;50&gt;"),
        "{}",
        rendered.html
    );
    assert!(!rendered.plain.contains("<51>"));
}

#[test]
fn whoever_may_have_an_account_can_be_written_to() {
    for address in [
        "ada@example.org",
        "o'neill@example.org",
        "a.b+c@sub.example.ca",
        "andré@université.ca",
        "a,b@example.org",
        "<x>@example.org",
        "a..b@example.org",
        ".a@example.org",
        "a@-b.ca",
        "\"a\"@example.org",
        "a@b_c.ca",
    ] {
        let mail = Mail {
            to: address.into(),
            ..mail(Template::Invitation, Locale::En)
        };
        let sent = composer().compose(&mail, Uuid::nil()).is_ok();
        assert!(sent || !domain::validate::is_email(address), "{address}");
    }
}

#[test]
fn a_message_that_names_no_language_is_in_the_one_of_the_worker() {
    let french = Composer::new("no-reply@example.org".parse().unwrap(), Locale::Fr).unwrap();
    let open = Mail {
        locale: None,
        ..mail(Template::PasswordChanged, Locale::En)
    };

    assert_eq!(
        french.render(&open).unwrap().title,
        "Votre mot de passe a été modifié"
    );
    let named = mail(Template::PasswordChanged, Locale::En);
    assert_eq!(
        french.render(&named).unwrap().title,
        "Your password was changed"
    );
}
