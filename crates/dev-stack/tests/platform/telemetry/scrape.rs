//! What the internal ports of a stack measure.

use std::collections::BTreeMap;

use dev_stack::TestStack;

/// One line of the text format.
struct Sample {
    service: String,
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

/// All that was measured at one moment.
pub(super) struct Scrape(Vec<Sample>);

impl Scrape {
    /// Asks every service.
    pub(super) async fn of(stack: &TestStack) -> Self {
        let mut samples = Vec::new();
        let optional = [&stack.ai, &stack.gateway, &stack.worker];
        for service in optional.into_iter().flatten().chain([&stack.credential]) {
            let url = format!("{}/metrics", service.url("admin").unwrap());
            let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            samples.extend(lines.filter_map(|line| sample(service.name(), line)));
        }
        Self(samples)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The sum over all series with this name and these labels, written `name{label=value,label=value}`.
    pub(super) fn sum(&self, service: &str, what: &str) -> f64 {
        let found = self.found(service, what);
        found.map(|sample| sample.value).sum()
    }

    pub(super) fn has(&self, service: &str, what: &str) -> bool {
        self.found(service, what).next().is_some()
    }

    /// The labels that all series of that name have.
    ///
    /// Panics when there is none, or when they differ.
    pub(super) fn labels(&self, service: &str, name: &str) -> Vec<String> {
        let mut met: Vec<Vec<String>> = self
            .found(service, name)
            .map(|sample| sample.labels.keys().cloned().collect())
            .collect();
        met.dedup();
        assert_eq!(met.len(), 1, "{service} {name}: {met:?}");
        met.remove(0)
    }

    /// All series of that name, to be shown when one is missed.
    pub(super) fn like(&self, service: &str, what: &str) -> String {
        let (name, _labels) = wanted(what);
        let found = self.found(service, name);
        let shown = found.map(|it| format!("{} {:?} {}", it.name, it.labels, it.value));
        shown.collect::<Vec<_>>().join("\n")
    }

    fn found<'all>(
        &'all self,
        service: &'all str,
        what: &'all str,
    ) -> impl Iterator<Item = &'all Sample> {
        let (name, labels) = wanted(what);
        self.0.iter().filter(move |sample| {
            let fits = |(label, value): &(&str, &str)| {
                sample.labels.get(*label).map(String::as_str) == Some(*value)
            };
            sample.service == service && sample.name == name && labels.iter().all(fits)
        })
    }
}

fn wanted(what: &str) -> (&str, Vec<(&str, &str)>) {
    let Some((name, labels)) = what.split_once('{') else {
        return (what, Vec::new());
    };
    let labels = labels.strip_suffix('}').unwrap().split(',');
    (name, labels.map(|it| it.split_once('=').unwrap()).collect())
}

/// Values of labels hold neither commas nor quotes here.
fn sample(service: &str, line: &str) -> Option<Sample> {
    let (series, value) = line.rsplit_once(' ')?;
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    let labels = labels.strip_suffix('}')?;
    let labels = labels
        .split(',')
        .filter_map(|it| it.split_once('='))
        .map(|(label, value)| (label.to_owned(), value.trim_matches('"').to_owned()))
        .collect();
    Some(Sample {
        service: service.to_owned(),
        name: name.to_owned(),
        labels,
        value: value.parse().ok()?,
    })
}
