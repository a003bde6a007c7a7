//! Texts of people inside Mermaid source.

/// Longest label, in characters; a longer text ends with an ellipsis.
const LONGEST: usize = 120;

/// A text as a quoted label. Only letters, digits and harmless punctuation stand for themselves: everything that Mermaid could
/// read as syntax, as a directive (`%%{`), as Markdown or as HTML becomes a numeric entity, white space becomes one blank.
pub(super) fn label(text: &str) -> String {
    let mut clean = String::new();
    for word in text.split(|character: char| character.is_whitespace() || is_control(character)) {
        if !word.is_empty() && !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    let mut label = String::with_capacity(clean.len());
    for (place, character) in clean.chars().enumerate() {
        if place == LONGEST {
            label.push('…');
            break;
        }
        let plain = character.is_alphanumeric() || matches!(character, ' ' | ',' | '.' | '’' | '–');
        // Signs beyond ASCII mean nothing to the parser.
        if plain || !character.is_ascii() {
            label.push(character);
        } else {
            label.push_str(&format!("#{};", u32::from(character)));
        }
    }
    if label.is_empty() {
        " ".to_owned()
    } else {
        label
    }
}

/// Control characters, and those that turn or hide text on the screen.
fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
