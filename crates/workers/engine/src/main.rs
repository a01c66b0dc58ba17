//! WebAssembly module of the engine. It trains in a worker of its own, on the device chosen by the
//! visitor.
//!
//! After a panic, the instance must not be used any more: the page starts a new worker on the CPU.

#[cfg(target_arch = "wasm32")]
mod adapter;
#[cfg(target_arch = "wasm32")]
mod browser;
mod choice;
mod options;
#[cfg(target_arch = "wasm32")]
mod replicas;

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code)]
fn main() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // Where nothing calls the module's constructors, the linker makes exports run all of them at
    // every call. The operations of cubecl register in 4,892 constructors, and a training step on the
    // GPU calls exports of wasm-bindgen hundreds of times: it took 100 times as long.
    //
    // SAFETY: the linker defines this function, without arguments and result. `main` runs once, before
    // anything else of the module.
    unsafe { __wasm_call_ctors() }
}
