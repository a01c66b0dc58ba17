//! Text that several shaders share.

use std::fmt::Write;

/// Minimum number of threads that keeps a GPU busy.
pub(crate) const MIN_THREADS: usize = 16_384;

/// Number of threads in a workgroup with shared memory or barriers.
pub(crate) const COOPERATIVE_GROUP: usize = 64;
/// Number of threads in a workgroup without shared memory or barriers.
pub(crate) const INDEPENDENT_GROUP: usize = 256;
/// Maximum number of workgroups along an axis that WebGPU guarantees.
pub(crate) const MAX_WORKGROUPS: usize = 65_535;

/// Declares storage buffers and opens the entry point. `before` is inserted between them.
pub(crate) fn head(buffers: &[&str], before: &str, threads: usize) -> String {
    let mut text = String::new();
    for (index, name) in buffers.iter().enumerate() {
        // All buffers are writable: two tensors may share a buffer, and one buffer cannot be bound
        // as read-only and as writable at the same time.
        let _ = writeln!(
            text,
            "@group(0) @binding({index}) var<storage, read_write> {name}: array<f32>;"
        );
    }
    let _ = write!(
        text,
        "{before}
@compute @workgroup_size({threads})
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
    @builtin(num_workgroups) groups: vec3<u32>,
) {{
"
    );
    text
}

/// WGSL function that sums one term per thread of a workgroup.
pub(crate) const WORKGROUP_SUM: &str = "
var<workgroup> shared_terms: array<f32, 64>;
fn workgroup_sum(lane: u32, term: f32) -> f32 {
    workgroupBarrier();
    shared_terms[lane] = term;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half = half / 2u) {
        if (lane < half) { shared_terms[lane] += shared_terms[lane + half]; }
        workgroupBarrier();
    }
    return shared_terms[0];
}
";

/// Concatenates the lines that `line` returns for 0, 1, … n - 1.
pub(crate) fn each(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(|i| line(i) + "\n").collect()
}

/// Opens a grid-stride loop, in which all threads together iterate `i` from 0 to `n`.
pub(crate) fn grid_stride_loop(n: usize) -> String {
    format!(
        "    for (var i = group.x * {INDEPENDENT_GROUP}u + lane; i < {n}u; i += groups.x * {INDEPENDENT_GROUP}u) {{\n"
    )
}
