use proptest::prelude::*;

use super::*;

fn pathway(name: &str, title: &str) -> Pathway {
    use chrono::DateTime;
    use domain::id::{InstitutionId, MicroCredentialId, PathwayId};
    use domain::pathway::PathwayDraft;
    use domain::vocabulary::PathwayType;
    use domain::workflow::PathwayStatus;

    let institution = |code: &str| InstitutionSummary {
        id: InstitutionId::generate(),
        name: format!("Institution {code}"),
        code: code.to_owned(),
    };
    let (source, target) = (institution("SRC"), institution("TGT"));
    Pathway {
        id: PathwayId::generate(),
        fields: PathwayDraft {
            name: name.to_owned(),
            description: None,
            source_institution_id: source.id,
            target_institution_id: target.id,
            micro_credential_id: MicroCredentialId::generate(),
            pathway_type: PathwayType::External,
            transfer_credits: Some(rust_decimal::Decimal::new(15, 1)),
            equivalency_notes: None,
            additional_requirements: None,
        },
        micro_credential_title: title.to_owned(),
        source_institution: source,
        target_institution: target,
        status: PathwayStatus::Active,
        confidence_score: None,
        is_ai_suggested: false,
        ai_reasoning: None,
        is_active: true,
        approved_by: None,
        approved_at: None,
        review_notes: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 1,
    }
}

#[test]
fn a_pathway_is_drawn_from_left_to_right() {
    assert_eq!(
        of_pathway(&pathway("Into welding", "Welding")),
        "flowchart LR\n    source[\"SRC, Institution SRC\"]\n    offer(\"Welding\")\n    target[\"TGT, Institution TGT\"]\n    \
         source -->|\"offers\"| offer\n    offer -->|\"Into welding, 1.5 credits\"| target\n"
    );
}

#[test]
fn hostile_titles_stay_labels() {
    for (hostile, harmless) in [
        ("\"] --> x", "#34;#93; #45;#45;#62; x"),
        ("a\nb --> c", "a b #45;#45;#62; c"),
        (
            "%%{init: {}}%%",
            "#37;#37;#123;init#58; #123;#125;#125;#37;#37;",
        ),
        ("<script>", "#60;script#62;"),
        (
            "`*x*` #35; $$y$$",
            "#96;#42;x#42;#96; #35;35#59; #36;#36;y#36;#36;",
        ),
        ("click source call x()", "click source call x#40;#41;"),
        ("a\u{202e}b", "a b"),
        ("\0", " "),
        ("Français – élève", "Français – élève"),
    ] {
        assert_eq!(label(hostile), harmless, "{hostile}");
    }
}

proptest! {
    #[test]
    fn no_text_leaves_its_label(text in ".{0,300}") {
        let drawn = of_pathway(&pathway(&text, &text));
        prop_assert_eq!(drawn.lines().count(), 6);
        for line in drawn.lines() {
            prop_assert!(line.matches('"').count() % 2 == 0 && line.matches('"').count() <= 2, "{}", line);
            prop_assert!(!line.contains("%%") && !line.contains('<') && !line.contains('`'), "{}", line);
        }
    }
}
