//! WGSL text of compute shaders for the layers of neural networks, their gradients, losses and
//! optimizer steps.
//!
//! A [`Shader`] is a value with all numbers that its text depends on, so that every number that the
//! network determines is a constant in it, and short loops are unrolled. The value also serves as
//! the key of compiled shaders. The shapes are those of the crate [`kernels`], whose functions
//! define what each shader computes.
//!
//! ```
//! use kernels::Activation;
//! use shaders::Shader;
//!
//! let shader = Shader::Activate { activation: Activation::Relu, length: 1000 };
//! assert!(shader.text().contains("y[i] = select(v, 0.0, v < 0.0)"));
//! assert_eq!((shader.workgroup_size(), shader.workgroups()), (256, [4, 1, 1]));
//! ```

mod average_pool;
mod conv;
mod conv_input_grad;
mod depthwise;
mod images;
mod loss;
mod matrix;
mod norm;
mod pointwise;
mod rearrange;
mod shader;
mod text;
mod update;
mod workgroups;

pub use conv::conv_parts;
pub use depthwise::depthwise_parts;
pub use loss::loss_groups;
pub use matrix::MatMul;
pub use norm::norm_parts;
pub use shader::Shader;
