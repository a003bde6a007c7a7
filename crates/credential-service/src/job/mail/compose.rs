//! A message out of its words: headers, plain text and HTML.

use domain::Failure;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use minijinja::{AutoEscape, Environment, context};
use uuid::Uuid;

use super::text::Language;
use super::{Locale, Mail, Template};
use crate::job::JobError;

/// Characters of a name, title or reason that a message shows.
const LONGEST: usize = 200;
/// Lines of a list that a message shows.
const MOST_ITEMS: usize = 50;
/// Templates for values inside words.
const WORDS: &str = "words";
/// The plain message.
const PLAIN: &str = "message.txt";
/// The message with colours.
const HTML: &str = "message.html";

/// Tells vacation responders and mailing lists to stay quiet (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Makes messages.
pub(super) struct Composer {
    from: Mailbox,
    /// Language of messages that name none.
    locale: Locale,
    layouts: Environment<'static>,
    english: Language,
    french: Language,
}

/// The parts of a message as people read them.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) title: String,
    pub(super) plain: String,
    pub(super) html: String,
}

impl Composer {
    /// Reads the templates.
    pub(super) fn new(from: Mailbox, locale: Locale) -> Result<Self, Failure> {
        let mut layouts = Environment::new();
        layouts.set_trim_blocks(true);
        layouts.set_auto_escape_callback(|name| {
            if name == HTML {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        layouts
            .add_template(PLAIN, include_str!("templates/message.txt"))
            .and_then(|()| layouts.add_template(HTML, include_str!("templates/message.html")))
            .map_err(Failure::internal)?;
        Ok(Self {
            from,
            locale,
            layouts,
            english: Language::load(Locale::En)?,
            french: Language::load(Locale::Fr)?,
        })
    }

    /// Makes a message; `id` becomes its Message-ID, the same in every attempt.
    pub(super) fn compose(&self, mail: &Mail, id: Uuid) -> Result<Message, JobError> {
        let address: Address = mail
            .to
            .parse()
            .map_err(|_hidden| JobError::hopeless("the address is none"))?;
        let name = one_line(&mail.name);
        let to = Mailbox::new((!name.is_empty()).then_some(name), address);
        let rendered = self.render(mail)?;
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(rendered.title)
            .message_id(Some(format!("<{id}@{domain}>")))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(
                rendered.plain,
                rendered.html,
            ))
            .map_err(|_hidden| JobError::hopeless("the message cannot be made"))
    }

    /// Fills in the words.
    pub(super) fn render(&self, mail: &Mail) -> Result<Rendered, JobError> {
        let (language, locale) = match mail.locale.unwrap_or(self.locale) {
            Locale::En => (&self.english, "en"),
            Locale::Fr => (&self.french, "fr"),
        };
        let words = language.words(mail.template)?;
        let frame = &language.frame;
        let name = one_line(&mail.name);
        let greeting = if name.is_empty() {
            &frame.greeting_without_name
        } else {
            &frame.greeting
        };
        let link = mail.link.as_deref().map(web_link).transpose()?;
        require_link(mail.template, link)?;
        let values = context! {
            name,
            subject => mail.subject.as_deref().map(one_line),
            detail => mail.detail.as_deref().map(one_line),
        };
        let fill = |text: &str| {
            self.layouts
                .render_named_str(WORDS, text, &values)
                .map_err(broken)
        };
        let title = fill(&words.title)?;
        let values = context! {
            locale, link, title => title,
            items => mail.items.iter().take(MOST_ITEMS).map(|item| one_line(item)).collect::<Vec<_>>(),
            greeting => fill(greeting)?,
            lead => fill(&words.lead)?,
            action => words.action,
            note => fill(&words.note)?,
            footer => frame.footer,
        };
        let layout = |name| {
            let template = self.layouts.get_template(name).map_err(broken)?;
            template.render(&values).map_err(broken)
        };
        Ok(Rendered {
            plain: layout(PLAIN)?,
            html: layout(HTML)?,
            title,
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn broken(error: minijinja::Error) -> JobError {
    // The kind only: the rest may quote what was filled in.
    JobError::hopeless(format!("a template is broken: {}", error.kind()))
}

/// Without its link such a message is useless.
fn require_link(template: Template, link: Option<&str>) -> Result<(), JobError> {
    let needed = matches!(
        template,
        Template::Registration
            | Template::PasswordReset
            | Template::Invitation
            | Template::EmailChange
    );
    if needed && link.is_none() {
        return Err(JobError::hopeless("the message lacks its link"));
    }
    Ok(())
}

/// A link that may stand in a message.
fn web_link(text: &str) -> Result<&str, JobError> {
    let web = text.starts_with("https://") || text.starts_with("http://");
    let clean = !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    if web && clean {
        Ok(text)
    } else {
        Err(JobError::hopeless("the link is none of the web"))
    }
}

/// What somebody else has written, as one line of bounded length: a line break would begin a new header.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|letter| {
            let breaks = letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
            if breaks { ' ' } else { letter }
        })
        .take(LONGEST)
        .collect();
    spaced.trim().to_owned()
}

#[cfg(test)]
mod tests;
