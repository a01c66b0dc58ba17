//! Shaders on tensors of a GPU.
//!
//! The crate [`shaders`] generates their WGSL text for the given shapes. A shader is compiled when
//! it is first needed, and cached with its [`Shader`](shaders::Shader) value as the key.

pub(super) mod launch;
pub(crate) mod update;

#[cfg(test)]
mod tests;
