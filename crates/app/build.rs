//! Linker options that `cargo xtask build` needs for splitting the lazy parts off the page's
//! module.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_split = std::env::var_os("CARGO_FEATURE_SPLIT").is_some();
    let is_wasm = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    if is_split && is_wasm {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
