//! Runs shaders on a Vulkan driver.

use futures::executor::block_on;
use shaders::Shader;

/// A device with what WebGPU guarantees.
pub struct Vulkan {
    device: wgpu::Device,
    queue: wgpu::Queue,
}

/// A storage buffer of a shader.
pub enum Buffer<'a> {
    /// Values that the shader reads.
    In(&'a [f32]),
    /// Number of values that the shader writes. They are NaN before.
    Out(usize),
}

impl Vulkan {
    /// Opens the first driver, or returns why there is none.
    pub fn open() -> Result<Self, String> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::VULKAN;
        let instance = wgpu::Instance::new(descriptor);
        let adapter = block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default()))
            .map_err(|error| error.to_string())?;
        let (device, queue) = block_on(adapter.request_device(&wgpu::DeviceDescriptor::default()))
            .map_err(|error| error.to_string())?;
        Ok(Self { device, queue })
    }

    /// Runs a shader on buffers in the order of its bindings. Returns what it has written.
    pub fn run<const N: usize>(&self, shader: &Shader, buffers: &[Buffer]) -> [Vec<f32>; N] {
        let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: None,
            source: wgpu::ShaderSource::Wgsl(shader.text().into()),
        });
        let pipeline = self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        let storage: Vec<wgpu::Buffer> = buffers.iter().map(|buffer| self.upload(buffer)).collect();
        let entries: Vec<_> = (0..)
            .zip(&storage)
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        let group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &entries,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(&pipeline);
            pass.set_bind_group(0, &group, &[]);
            let [x, y, z] = shader.workgroups();
            pass.dispatch_workgroups(x, y, z);
        }
        let outputs =
            buffers.iter().zip(&storage).filter(|(kind, _)| matches!(kind, Buffer::Out(_)));
        let copies: Vec<wgpu::Buffer> = outputs
            .map(|(_, from)| {
                let to = self.device.create_buffer(&wgpu::BufferDescriptor {
                    label: None,
                    size: from.size(),
                    usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                });
                encoder.copy_buffer_to_buffer(from, 0, &to, 0, from.size());
                to
            })
            .collect();
        self.queue.submit([encoder.finish()]);
        let found: Vec<Vec<f32>> = copies.iter().map(|copy| self.read(copy)).collect();
        found.try_into().expect("as many outputs as expected")
    }

    fn upload(&self, buffer: &Buffer) -> wgpu::Buffer {
        let bytes: Vec<u8> = match buffer {
            Buffer::In(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Buffer::Out(count) => f32::NAN.to_le_bytes().repeat(*count),
        };
        let found = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: bytes.len() as u64,
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        self.queue.write_buffer(&found, 0, &bytes);
        found
    }

    fn read(&self, buffer: &wgpu::Buffer) -> Vec<f32> {
        buffer.map_async(wgpu::MapMode::Read, .., |result| result.expect("a readable buffer"));
        self.device.poll(wgpu::PollType::wait_indefinitely()).expect("the end of the work");
        let bytes = buffer.get_mapped_range(..).expect("a mapped buffer");
        let floats = bytes.as_chunks::<4>().0.iter();
        floats.map(|bytes| f32::from_le_bytes(*bytes)).collect()
    }
}
