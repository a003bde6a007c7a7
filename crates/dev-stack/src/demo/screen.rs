//! What the person who typed `scripts/up` reads.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Account, Demo};
use crate::layout::Layout;

/// One line on the terminal that says what is being done.
pub(super) struct Steps(ProgressBar);

impl Steps {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    pub(super) fn begin(&self, what: &str) {
        if self.0.is_hidden() && self.0.message() != what {
            tell(what);
        }
        self.0.set_message(what.to_owned());
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

pub(super) fn tell(text: &str) {
    // A reader who has gone away is no reason to stop.
    let _gone = writeln!(std::io::stdout(), "{text}");
}

pub(super) fn announce(layout: &Layout, demo: &Demo) {
    let mut lines = vec![
        String::new(),
        format!("BCCB is up: {}", demo.base_url),
        format!("  REST interface   {}/docs", demo.base_url),
        format!("  AI service       {}/health", demo.ai_url),
        format!("  metrics          {}", demo.metrics_url),
        format!("  logs             {}", layout.data.join("logs").display()),
        format!("  mail             {}", demo.mail_folder.display()),
        String::new(),
        "Demonstration accounts (also in demo.json beside the logs):".to_owned(),
    ];
    let by_role: BTreeMap<(&str, &str), &Account> = demo
        .accounts
        .iter()
        .map(|account| ((account.role.as_str(), account.email.as_str()), account))
        .collect();
    for account in by_role.values() {
        let place = account.institution_code.as_deref().unwrap_or("-");
        lines.push(format!(
            "  {:<20} {:<6} {:<40} {}",
            account.role, place, account.email, account.password
        ));
    }
    lines.push(String::new());
    lines.push("The demonstration raises the rate limits to 1,000,000 an hour; the documented limits are the defaults elsewhere.".to_owned());
    lines.push("Stop it with Ctrl-C, or scripts/down.".to_owned());
    for line in lines {
        tell(&line);
    }
}
