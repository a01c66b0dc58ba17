//! Launching of shaders on tensors.

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;
use burn_wgpu::{CubeDim, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous};
use cubecl::prelude::{CubeCount, KernelId};
use cubecl::server::KernelArguments;

pub(in crate::ops) use burn::backend::Cube;
pub(in crate::ops) use shaders::Shader;

/// A tensor on a GPU.
pub(in crate::ops) type Floats = FloatTensor<Cube>;

/// Launches a shader on tensors in the order of its bindings.
pub(in crate::ops) fn launch(shader: Shader, tensors: &[&Floats]) {
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
pub(in crate::ops) fn contiguous(tensor: &Floats) -> Floats {
    into_contiguous(tensor.clone())
}

/// Allocates a contiguous tensor on the same device as another. Its values are undefined.
pub(in crate::ops) fn empty(beside: &Floats, shape: &[usize]) -> Floats {
    let (client, dtype) = (beside.client.clone(), beside.dtype());
    let memory = client.empty(shape.iter().product::<usize>() * dtype.size());
    CubeTensor::new_contiguous(client, beside.device(), shape.to_vec().into(), memory, dtype)
}

/// Allocates a tensor with the shape of another one.
pub(in crate::ops) fn like(tensor: &Floats) -> Floats {
    empty(tensor, &tensor.shape())
}

/// Returns the number of values of a tensor.
pub(in crate::ops) fn count(tensor: &Floats) -> usize {
    tensor.shape().num_elements()
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
