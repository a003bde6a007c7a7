//! Reads settings and remembers everything that is wrong, instead of stopping at the first problem.

use std::{
    collections::BTreeSet,
    fmt::{Debug, Display},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    str::FromStr,
    time::Duration,
};

use secrecy::SecretString;

use super::{AppEnvironment, Problem, Problems, Setting, Source, jwt_secret};

/// Reads typed values out of a [`Source`], collecting all problems.
///
/// Getters that return a plain value fall back to something harmless after recording a problem; the fallback
/// is never used, because [`Reader::finish`] then refuses the whole configuration.
pub struct Reader {
    source: Source,
    problems: Vec<Problem>,
    read: BTreeSet<&'static str>,
}

impl Reader {
    /// Starts reading; problems of the layers themselves are already on the list.
    #[must_use]
    pub fn new(mut source: Source) -> Self {
        let problems = std::mem::take(&mut source.problems);
        Self {
            source,
            problems,
            read: BTreeSet::new(),
        }
    }

    /// Reads a value that must be set; `None` after recording why not.
    pub fn required<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.required_text(name)?;
        self.parse(name, &text)
    }

    /// Reads a value that may be unset.
    pub fn optional<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.raw(name)?;
        self.parse(name, &text)
    }

    /// Reads a text that must be set.
    pub fn text(&mut self, name: &'static str) -> String {
        self.required_text(name).unwrap_or_default()
    }

    /// Reads a whole number within bounds.
    pub fn integer<T>(&mut self, name: &'static str, bounds: RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Display + Copy,
        T::Err: Display,
    {
        self.bounded(name, &bounds)
    }

    /// Reads a fraction between 0 and 1.
    pub fn fraction(&mut self, name: &'static str) -> f64 {
        self.bounded(name, &(0.0..=1.0))
    }

    /// Reads a number of seconds within bounds.
    pub fn duration_seconds(
        &mut self,
        name: &'static str,
        bounds: RangeInclusive<u64>,
    ) -> Duration {
        Duration::from_secs(self.bounded(name, &bounds))
    }

    /// Reads a number of milliseconds within bounds.
    pub fn duration_ms(&mut self, name: &'static str, bounds: RangeInclusive<u64>) -> Duration {
        Duration::from_millis(self.bounded(name, &bounds))
    }

    /// Reads a switch: `true`/`false`, `1`/`0`, `yes`/`no`, `on`/`off`.
    pub fn flag(&mut self, name: &'static str) -> bool {
        let Some(text) = self.required_text(name) else {
            return false;
        };
        match text.to_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => true,
            "false" | "0" | "no" | "off" => false,
            _ => {
                self.refuse(name, "must be `true` or `false`", None);
                false
            }
        }
    }

    /// Reads a comma-separated list; unset means empty.
    pub fn list<T>(&mut self, name: &'static str) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.raw(name).unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .filter_map(|item| self.parse(name, item))
            .collect()
    }

    /// Reads a secret that must be set.
    pub fn secret(&mut self, name: &'static str) -> SecretString {
        self.assert_secret(name);
        self.required_text(name).unwrap_or_default().into()
    }

    /// Reads a secret that may be unset.
    pub fn optional_secret(&mut self, name: &'static str) -> Option<SecretString> {
        self.assert_secret(name);
        self.raw(name).map(SecretString::from)
    }

    /// Reads a key that signs tokens, see [`jwt_secret::judge`].
    pub fn jwt_secret(&mut self, name: &'static str) -> SecretString {
        self.assert_secret(name);
        let text = self.required_text(name);
        self.judge_jwt_secret(name, text.as_deref());
        text.unwrap_or_default().into()
    }

    /// Reads a further key that tokens may still be signed with, such as the previous one.
    pub fn optional_jwt_secret(&mut self, name: &'static str) -> Option<SecretString> {
        self.assert_secret(name);
        let text = self.raw(name);
        self.judge_jwt_secret(name, text.as_deref());
        text.map(SecretString::from)
    }

    /// Reads the port to listen on and joins it with `BIND_ADDRESS`; port 0 lets the system choose.
    pub fn listen_address(&mut self, port_name: &'static str) -> SocketAddr {
        let ip = self.optional::<IpAddr>("BIND_ADDRESS");
        let port = self.integer(port_name, 0..=u16::MAX);
        SocketAddr::new(ip.unwrap_or(Ipv4Addr::LOCALHOST.into()), port)
    }

    /// Tells where this process runs; unset or unknown counts as production, the strictest.
    pub fn app_environment(&self) -> AppEnvironment {
        self.source
            .values
            .get("APP_ENV")
            .and_then(|text| text.parse().ok())
            .unwrap_or(AppEnvironment::Production)
    }

    /// Records a problem unless the condition holds; for rules between several settings.
    pub fn check(&mut self, holds: bool, name: &'static str, reason: &str, hint: &str) {
        if !holds {
            let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
            self.refuse(name, reason, hint);
        }
    }

    /// Names the definitions nobody has read yet; a test of each service expects none.
    pub fn unread(&self) -> Vec<&'static str> {
        self.source
            .definitions
            .keys()
            .filter(|name| !self.read.contains(*name))
            .copied()
            .collect()
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// Every problem found, when there is at least one.
    pub fn finish(self) -> Result<(), Problems> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Problems::new(self.problems))
        }
    }

    fn bounded<T>(&mut self, name: &'static str, bounds: &RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Display + Copy,
        T::Err: Display,
    {
        let Some(value) = self.required::<T>(name) else {
            return *bounds.start();
        };
        if !bounds.contains(&value) {
            let unit = self
                .definition(name)
                .and_then(|setting| setting.unit)
                .map(|unit| format!(" {unit}"))
                .unwrap_or_default();
            let reason = format!(
                "must be between {} and {}{unit}",
                bounds.start(),
                bounds.end()
            );
            self.refuse(name, &reason, None);
        }
        value
    }

    fn parse<T>(&mut self, name: &'static str, text: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let reason = if self.is_secret(name) {
                    "is not well formed".to_owned()
                } else {
                    error.to_string()
                };
                self.problems.push(Problem::new(name, reason));
                None
            }
        }
    }

    fn required_text(&mut self, name: &'static str) -> Option<String> {
        let text = self.raw(name);
        let file_key = format!("{name}_FILE");
        let explained = self
            .problems
            .iter()
            .any(|problem| problem.key == name || problem.key == file_key);
        if text.is_none() && !explained {
            let hint = if self.is_secret(name) {
                format!("set `{name}`, or `{file_key}` to the path of a file that holds it")
            } else {
                format!("set `{name}` in the environment or in the settings file")
            };
            self.problems
                .push(Problem::new(name, "is required").hint(hint));
        }
        text
    }

    fn raw(&mut self, name: &'static str) -> Option<String> {
        self.read.insert(name);
        if self.definition(name).is_none() {
            self.problems
                .push(Problem::new(name, "is read but defined nowhere"));
        }
        self.source.values.get(name).cloned()
    }

    fn judge_jwt_secret(&mut self, name: &'static str, text: Option<&str>) {
        let production = self.app_environment() == AppEnvironment::Production;
        if let Some(Err(reason)) = text.map(|text| jwt_secret::judge(text, production)) {
            self.refuse(
                name,
                reason,
                Some("generate one with `openssl rand -hex 32`".to_owned()),
            );
        }
    }

    fn refuse(&mut self, name: &'static str, reason: &str, hint: Option<String>) {
        let mut problem = Problem::new(name, reason);
        problem.hint = hint;
        self.problems.push(problem);
    }

    fn assert_secret(&mut self, name: &'static str) {
        if !self.is_secret(name) {
            self.problems.push(Problem::new(
                name,
                "is read as a secret but not defined as one",
            ));
        }
    }

    fn definition(&self, name: &str) -> Option<&Setting> {
        self.source.definitions.get(name)
    }

    /// Tells whether the value must stay hidden; unknown names are hidden too.
    fn is_secret(&self, name: &str) -> bool {
        self.definition(name).is_none_or(|setting| setting.secret)
    }
}

impl Debug for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Reader")
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}
