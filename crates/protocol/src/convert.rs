//! Wire ⇄ `domain`. Outwards it cannot fail; inwards every number and every absent part is checked.

pub mod account;
pub mod audit;
pub mod feed;
pub mod institution;
pub mod micro_credential;
pub mod page;
mod parts;
pub mod pathway;
pub mod recognition;
pub mod report;
mod stats;
pub mod value;
pub mod vocabulary;
pub mod webhook;

pub use vocabulary::WireEnum;
