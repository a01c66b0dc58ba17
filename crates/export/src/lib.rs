//! A run as files for other programs: a PyTorch program, a notebook, weights.
//!
//! [`pytorch::program`] writes a Python program that trains the network of a configuration on the
//! same batches from the same first weights, [`notebook()`] the same as a Jupyter notebook. Module
//! and parameter names are those of [`model::graph`]. [`weights`] writes and reads the weights of a
//! network as a safetensors file under these names.
//!
//! ```
//! use model::{DataShape, RunConfig};
//!
//! let shape = DataShape { classes: 6, size: [64, 64] };
//! let program = export::pytorch::program(&RunConfig::default(), shape)?;
//! assert!(program.text().contains("self.conv1 = nn.Conv2d(1, 10, 5)"));
//! # Ok::<(), model::RunConfigError>(())
//! ```

pub mod burn;
pub mod data_set;
mod encoder;
mod network_lines;
mod notebook;
mod program;
pub mod pytorch;
pub mod weights;
mod weights_argument;

pub use notebook::notebook;
pub use program::{Language, Line, Program, Section, Unsupported};
