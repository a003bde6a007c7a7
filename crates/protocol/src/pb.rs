//! Generated messages, clients and servers.
#![expect(
    missing_docs,
    clippy::all,
    clippy::allow_attributes,
    clippy::as_conversions,
    clippy::too_many_lines,
    clippy::allow_attributes_without_reason,
    clippy::doc_markdown,
    clippy::missing_errors_doc,
    reason = "generated; the comments stand in the .proto files"
)]

mod bccb {
    pub(super) mod common {
        pub mod v1 {
            tonic::include_proto!("bccb.common.v1");
        }
    }
    pub(super) mod credential {
        pub mod v1 {
            tonic::include_proto!("bccb.credential.v1");
        }
    }
    pub(super) mod ai {
        pub mod v1 {
            tonic::include_proto!("bccb.ai.v1");
        }
    }
}

pub use bccb::ai::v1 as ai;
pub use bccb::common::v1 as common;
pub use bccb::credential::v1 as credential;

/// All definitions, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!("descriptors");
