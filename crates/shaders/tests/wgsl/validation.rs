//! Parses and validates shaders.

use naga::front::wgsl;
use naga::proc::Layouter;
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ResourceBinding, ShaderStage};
use shaders::Shader;

/// Limits that WebGPU guarantees on every device.
const MAX_STORAGE_BUFFERS: usize = 8;
const MAX_WORKGROUP_BYTES: u32 = 16_384;
const MAX_WORKGROUPS: u32 = 65_535;

/// Parses and validates a text, without any feature beyond WebGPU's.
pub fn module(text: &str) -> Result<Module, String> {
    let module = wgsl::parse_str(text).map_err(|error| error.emit_to_string(text))?;
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .map_err(|error| error.emit_to_string(text))?;
    Ok(module)
}

/// Checks that a shader's text is valid, that its entry point has the number of threads that it is
/// launched with, and that it is within the limits of every device.
#[track_caller]
pub fn validate(shader: &Shader) {
    let text = shader.text();
    let module = module(&text).unwrap_or_else(|error| panic!("{shader:?}: {error}\n{text}"));
    let [entry] = &module.entry_points[..] else { panic!("{shader:?}: one entry point") };
    assert_eq!((entry.stage, entry.name.as_str()), (ShaderStage::Compute, "main"), "{shader:?}");
    assert_eq!(entry.workgroup_size, [shader.workgroup_size(), 1, 1], "{shader:?}");

    let mut layouts = Layouter::default();
    layouts.update(module.to_ctx()).expect("types with a layout");
    let (mut bindings, mut workgroup_bytes) = (Vec::new(), 0);
    for (_, variable) in module.global_variables.iter() {
        match variable.space {
            AddressSpace::Storage { .. } => bindings.extend(variable.binding),
            AddressSpace::WorkGroup => workgroup_bytes += layouts[variable.ty].size,
            space => panic!("{shader:?}: {space:?} is not used"),
        }
    }
    let expected: Vec<_> =
        (0..bindings.len() as u32).map(|binding| ResourceBinding { group: 0, binding }).collect();
    assert_eq!(bindings, expected, "{shader:?}: buffers are bound in order");
    assert!((2..=MAX_STORAGE_BUFFERS).contains(&bindings.len()), "{shader:?}");
    assert!(workgroup_bytes <= MAX_WORKGROUP_BYTES, "{shader:?}: {workgroup_bytes} bytes");
    for count in shader.workgroups() {
        assert!((1..=MAX_WORKGROUPS).contains(&count), "{shader:?}: {:?}", shader.workgroups());
    }
}
