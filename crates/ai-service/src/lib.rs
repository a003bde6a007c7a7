#![doc = include_str!("../README.md")]

pub mod application;
pub mod command;
pub mod evaluation;
pub mod settings;
pub mod store;

mod assess;
mod drift;
mod embedder;
mod failure;
mod figures;
mod follower;
mod grpc;
mod http;
mod index;
mod number;
mod outcome;
mod recommend;
mod retention;
mod rules;
mod state;
mod usecase;
