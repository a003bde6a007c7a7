#![doc = include_str!("../README.md")]

pub mod actor;
pub mod bench;
pub mod bucket;
pub mod certificates;
pub mod demo;
pub mod index_health;
pub mod layout;
pub mod platform;
pub mod postgres;
pub mod process;
pub mod receiver;
pub mod redis;
pub mod service;
pub mod smtp;
pub mod supervise;
pub mod system;
pub mod test_database;
pub mod test_services;
pub mod test_stack;

pub use actor::Actor;
pub use test_database::TestDatabase;
pub use test_stack::TestStack;
