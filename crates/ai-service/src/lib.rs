#![doc = include_str!("../README.md")]

pub mod application;
pub mod command;
pub mod settings;
pub mod store;

mod assess;
mod embedder;
mod failure;
mod follower;
mod grpc;
mod http;
mod index;
mod number;
mod recommend;
mod rules;
mod state;
mod usecase;
