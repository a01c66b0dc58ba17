//! Networks, training and evaluation on burn, for the CPU and the GPU, natively and in a browser.
//!
//! # Brief overview
//!
//! - [`serve()`] executes commands from a stream and sends events to a [`Host`]. This is all that a
//!   worker or a command line needs.
//! - [`data`] keeps a data set on its device, [`model`] contains the networks, [`training`] the
//!   optimizer steps, and [`evaluation`] the metrics on a test set.
//!
//! # Invariants
//!
//! - This crate does not use any browser API. A GPU is only another [`burn::tensor::Device`] value.
//! - Values are always read back from the device asynchronously. A synchronous read would panic in
//!   a browser.
//! - All random numbers come from [`::data::rng`], so that initial weights and shuffles are the
//!   same on every device.
//!
//! # Example
//!
//! Three optimizer steps on generated images, without commands and events:
//!
//! ```no_run
//! use std::rc::Rc;
//!
//! use data::phantom;
//! use engine::burn::tensor::Device;
//! use engine::data::ImageData;
//! use engine::training::Session;
//! use model::{DataSource, Lab, RunConfig};
//!
//! let images = phantom::dataset(phantom::Spec { noise: 10, rotation: 15 }, 1);
//! let data = Rc::new(ImageData::new(&images, &Device::flex()));
//! let config = RunConfig { data: DataSource::PHANTOM, ..RunConfig::default_for(Lab::Classify) };
//! let mut session = Session::classify(config, data)?;
//! for _ in 0..3 {
//!     futures::executor::block_on(session.train());
//! }
//! let losses = futures::executor::block_on(session.read_losses())?;
//! assert_eq!(losses.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod benchmark;
pub mod checkpoint;
pub mod data;
mod dispatcher;
pub mod error;
pub mod evaluation;
mod host;
pub mod model;
mod ops;
mod readback;
mod rows_on_device;
mod run;
pub mod serve;
pub mod training;

pub use burn;
pub use cpu;
pub use host::Host;
pub use serve::serve;
