//! Launching of shaders on tensors.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Cube, TensorMetadata};
use burn_wgpu::{CubeDim, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous};
use cubecl::prelude::{CubeCount, KernelId};
use cubecl::server::KernelArguments;
use shaders::Shader;

/// A tensor on a GPU.
pub(crate) type Floats = FloatTensor<Cube>;

/// Launches a shader on tensors in the order of its bindings.
pub(super) fn launch(shader: Shader, tensors: &[&Floats]) {
    let [x, y, z] = shader.workgroups();
    let size = CubeDim::new_1d(shader.workgroup_size());
    let buffers = tensors.iter().map(|tensor| tensor.handle.clone().binding()).collect();
    tensors[0].client.launch(
        Box::new(SourceKernel::new(Source(shader), size)),
        CubeCount::Static(x, y, z),
        KernelArguments::new().with_buffers(buffers),
    );
}

/// Returns the tensor with its values in row-major order.
pub(super) fn contiguous(tensor: &Floats) -> Floats {
    into_contiguous(tensor.clone())
}

/// Allocates a contiguous tensor on the same device as another. Its values are undefined.
pub(super) fn empty(beside: &Floats, shape: &[usize]) -> Floats {
    let (client, dtype) = (beside.client.clone(), beside.dtype());
    let memory = client.empty(shape.iter().product::<usize>() * dtype.size());
    CubeTensor::new_contiguous(client, beside.device(), shape.to_vec().into(), memory, dtype)
}

/// Allocates a tensor with the shape of another one.
pub(super) fn like(tensor: &Floats) -> Floats {
    empty(tensor, &tensor.shape())
}

/// A shader as burn's source of a kernel.
struct Source(Shader);

impl KernelSource for Source {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.0.text())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info(self.0)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}
