//! The one library of ciphers that every TLS connection of a process uses.

use rustls::crypto::{CryptoProvider, ring};

/// Makes ring the provider of the process, unless it has one already; calling it again changes nothing.
///
/// [`crate::run()`] does so for every service. Whoever makes a client of HTTP outside of one calls it first: reqwest is built
/// without a provider of its own and refuses to be made without one.
pub fn use_ring() {
    if CryptoProvider::get_default().is_none() {
        // An error says that another thread was faster, and with the same one.
        ring::default_provider().install_default().ok();
    }
}
