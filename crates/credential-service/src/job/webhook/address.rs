//! Where a webhook may lead: never into our own network.
//!
//! A URL is judged twice: by what it says when it is recorded, and by the address that its name has at the moment of
//! each connection, which goes to exactly the address that was judged. A name that leads to any address inside is
//! refused as a whole, so that asking again does not lead inside by chance.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Longest URL.
const LONGEST: usize = 2_000;

/// What IPv4 keeps for special use (IANA registry), and so never for a receiver on the internet.
const SPECIAL_V4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// What of IPv6 is in use on the internet (`2000::/3`), less what of it is special.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
const SPECIAL_V6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one of the public internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|(network, length)| {
            Ipv4Net::new(*network, *length).is_ok_and(|network| network.contains(&address))
        }),
        IpAddr::V6(address) => {
            let within = |(network, length): (Ipv6Addr, u8)| {
                Ipv6Net::new(network, length).is_ok_and(|network| network.contains(&address))
            };
            // Addresses that carry an IPv4 address (mapped, translated) are outside of `2000::/3`.
            within(GLOBAL_V6) && !SPECIAL_V6.iter().copied().any(within)
        }
    }
}

/// Judges a URL by what it says.
///
/// # Errors
/// What is wrong with it, in words for whoever wrote it.
pub(crate) fn judge(text: &str, allow_private: bool) -> Result<Url, &'static str> {
    if text.len() > LONGEST {
        return Err("must have at most 2000 characters");
    }
    if text
        .chars()
        .any(|letter| letter.is_control() || letter.is_whitespace())
    {
        return Err("must not contain spaces or control characters");
    }
    let url =
        Url::parse(text).map_err(|_error| "must be a URL, such as https://example.org/hook")?;
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        _other => return Err("must begin with https://"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password");
    }
    if url.fragment().is_some() {
        return Err("must not contain a fragment");
    }
    let inside = "must lead to an address of the public internet";
    match url.host() {
        None => return Err("must name a host"),
        _any if allow_private => {}
        Some(Host::Ipv4(address)) if !is_public(address.into()) => return Err(inside),
        Some(Host::Ipv6(address)) if !is_public(address.into()) => return Err(inside),
        Some(Host::Domain(name)) if is_local_name(name) => return Err(inside),
        Some(_public) => {}
    }
    Ok(url)
}

/// Names that never are of the public internet, whatever a resolver says.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let local = [
        "localhost",
        "local",
        "internal",
        "home.arpa",
        "lan",
        "intranet",
    ];
    !name.contains('.')
        || local.iter().any(|end| {
            name.strip_suffix(end)
                .is_some_and(|rest| rest.ends_with('.'))
        })
}

/// Resolves names to addresses of the public internet only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PublicResolver {
    pub(crate) allow_private: bool,
}

/// A name that leads inside, or nowhere.
#[derive(Debug, thiserror::Error)]
#[error("the host does not lead to the public internet")]
pub(crate) struct NotPublic;

/// Keeps a name's addresses when all of them may be connected to.
pub(crate) fn checked(
    addresses: Vec<SocketAddr>,
    allow_private: bool,
) -> Result<Vec<SocketAddr>, NotPublic> {
    let public = allow_private || addresses.iter().all(|address| is_public(address.ip()));
    if public && !addresses.is_empty() {
        Ok(addresses)
    } else {
        Err(NotPublic)
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses = checked(found.collect(), allow_private)?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests;
