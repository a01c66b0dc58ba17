//! Connections to the workers, and downloads.

pub mod dicom;
pub mod download;
pub mod interpreter;
pub mod reader;
pub mod replicas;
pub mod study_workers;
pub mod worker_handle;
