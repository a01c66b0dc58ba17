//! Table of a run's parameters, one row per setting.
//!
//! Links, the difference between two runs, the labels and ranges in the panels, the command line of
//! the example `train` and the table in README are all generated from [`all`]. To add a parameter,
//! add a field to [`RunConfig`](crate::RunConfig) and a row to
//! `params/{data,generated,network,training}.rs`.
//!
//! ```
//! use model::{RunConfig, params};
//!
//! let mut config = RunConfig::default();
//! params::BATCH.set_text(&mut config, "64", |text| text.parse().ok())?;
//! assert_eq!(config.batch, 64);
//! assert_eq!(params::BATCH.text(&config).as_deref(), Some("64"));
//! assert_eq!(params::BATCH.int_range(), 1..=256);
//! # Ok::<(), String>(())
//! ```

mod access;
mod data;
mod generated;
mod list;
mod network;
mod param;
mod readme;
#[cfg(test)]
mod tests;
mod training;

pub(crate) use access::{FLAG_RULE, parse_flag};
pub use access::{ParseNumber, listed};
pub use data::*;
pub use generated::*;
pub use list::{all, of_data, of_training, set_all};
pub use network::*;
pub(crate) use param::Diff;
pub use param::{Condition, Kind, Param, Unit};
pub use readme::{command_line_help, readme_table};
pub use training::*;
