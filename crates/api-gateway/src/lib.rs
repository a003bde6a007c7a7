#![doc = include_str!("../README.md")]

pub mod application;
pub mod openapi;
pub mod settings;

mod address;
mod cache;
mod cookie;
mod diagram;
mod dto;
mod entity_tag;
mod error;
mod extract;
mod follower;
mod handler;
mod health;
mod middleware;
mod rate_limit;
mod redis;
mod response;
mod routes;
mod state;
mod token;
mod trace;
mod upstream;
mod web_app;

pub use application::Application;
pub use settings::{SETTINGS, Settings};
