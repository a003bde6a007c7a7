//! What a setting is: its name, its meaning, and what it is worth when nobody sets it.

/// Describes one setting, for the reader, for the operator and for `.env.example`.
///
/// Definitions are constants: the embedded default layer, the list of names a settings file may hold, the
/// redaction of secrets and `.env.example` all come from them, so they cannot disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Name in the environment and in the settings file.
    pub name: &'static str,
    /// What it does, in words an operator understands; says what breaks when too low or too high.
    pub meaning: &'static str,
    /// Unit of the value (`s`, `ms`, `connections`), when it has one.
    pub unit: Option<&'static str>,
    /// Value used when no layer sets it; `None` means unset.
    pub default: Option<&'static str>,
    /// Whether the value is never shown and may come from the file that `NAME_FILE` names.
    pub secret: bool,
}

impl Setting {
    /// Defines a setting without unit and default.
    #[must_use]
    pub const fn new(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            meaning,
            unit: None,
            default: None,
            secret: false,
        }
    }

    /// Gives the unit of the value.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Gives the value used when no layer sets one.
    #[must_use]
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// Marks the value as a secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}
