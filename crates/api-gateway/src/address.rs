//! The address of the client, believed only as far as our own proxies vouch for it.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Says from where a request comes.
///
/// The list of `X-Forwarded-For` is walked from its end, which our proxies wrote, to the first address that is none of them.
pub(crate) fn client_address(request: &ServiceRequest, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let stated: Vec<&str> = request
        .headers()
        .get_all(FORWARDED_FOR)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    Some(believe(peer, &stated, trusted))
}

fn believe(peer: IpAddr, stated: &[&str], trusted: &[IpNet]) -> IpAddr {
    let ours = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut nearest = peer;
    for text in stated.iter().rev() {
        if !ours(nearest) {
            break;
        }
        match text.trim().parse::<IpAddr>() {
            Ok(address) => nearest = address.to_canonical(),
            Err(_not_an_address) => break,
        }
    }
    nearest
}

/// What counts as one caller: an IPv4 address, or the /64 network that one IPv6 customer gets.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [first, second, third, fourth, ..] = address.segments();
            Ipv6Addr::new(first, second, third, fourth, 0, 0, 0, 0).into()
        }
    }
}

/// The address as it was found when the request came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress(pub(crate) Option<IpAddr>);

impl ClientAddress {
    /// The address that the first middleware has left in the request.
    pub(crate) fn of(request: &impl HttpMessage) -> Option<IpAddr> {
        request.extensions().get::<Self>().and_then(|found| found.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn nobody_is_believed_by_default() {
        let believed = believe(address("203.0.113.9"), &["198.51.100.1"], &[]);

        assert_eq!(believed, address("203.0.113.9"));
    }

    #[test]
    fn the_last_address_that_is_not_ours_counts() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let believed = believe(
            address("10.0.0.2"),
            &["6.6.6.6", " 198.51.100.1", "10.0.0.7"],
            &trusted,
        );

        assert_eq!(believed, address("198.51.100.1"));
    }

    #[test]
    fn nonsense_ends_the_walk() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];

        assert_eq!(
            believe(address("10.0.0.2"), &["1.1.1.1", "unknown"], &trusted),
            address("10.0.0.2")
        );
    }

    #[test]
    fn one_ipv6_customer_is_one_caller() {
        assert_eq!(
            network_of(address("2001:db8:1:2:3:4:5:6")),
            network_of(address("2001:db8:1:2:ffff::1"))
        );
    }
}
