//! Choice of the device for training, and its reason, based on the browser's description of the
//! adapter.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

use model::DeviceChoice;

/// A WebGPU adapter as described by the browser.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adapter {
    /// Name of the adapter, as far as the browser does not hide it.
    pub name: String,
    /// Whether the browser reports the adapter as a fallback.
    pub fallback: bool,
    /// Whether the adapter has the feature `timestamp-query`. Without it, burn's first operation
    /// panics.
    pub timestamps: bool,
}

impl Adapter {
    /// Returns whether the adapter runs on the CPU. Training on it is about sixty times slower than
    /// training on the CPU directly.
    fn is_software(&self) -> bool {
        let name = self.name.to_lowercase();
        self.fallback
            || ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"]
                .iter()
                .any(|word| name.contains(word))
    }

    fn shown_name(&self) -> &str {
        if self.name.is_empty() { "an unnamed adapter" } else { &self.name }
    }
}

/// Returns whether to use the GPU, and the reason as a sentence.
pub fn choose(choice: DeviceChoice, adapter: Option<&Adapter>) -> (bool, String) {
    match (choice, adapter) {
        (DeviceChoice::Cpu, _) => (false, "You chose the CPU.".into()),
        (DeviceChoice::Auto, None) => {
            (false, "This browser offers no WebGPU here, so the CPU trains.".into())
        }
        (DeviceChoice::WebGpu, None) => (
            false,
            "You chose WebGPU, but this browser offers none here, so the CPU trains.".into(),
        ),
        (_, Some(adapter)) if !adapter.timestamps => (
            false,
            format!(
                "WebGPU on {} lacks the feature “timestamp-query”, so the CPU trains.",
                adapter.shown_name()
            ),
        ),
        (DeviceChoice::Auto, Some(adapter)) if adapter.is_software() => (
            false,
            format!(
                "WebGPU is only emulated here ({}), which is slower than the CPU.",
                adapter.shown_name()
            ),
        ),
        (DeviceChoice::Auto, Some(_)) => {
            (true, "This browser offers WebGPU on a graphics processor.".into())
        }
        (DeviceChoice::WebGpu, Some(adapter)) if adapter.is_software() => (
            true,
            "You chose WebGPU. It is only emulated here, which is slower than the CPU.".into(),
        ),
        (DeviceChoice::WebGpu, Some(_)) => (true, "You chose WebGPU.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeviceChoice::{Auto, Cpu, WebGpu};

    #[test]
    fn a_software_adapter_is_never_picked_silently() {
        let real = Adapter { name: "nvidia ampere".into(), fallback: false, timestamps: true };
        let fallback = Adapter { fallback: true, ..real.clone() };
        assert!(choose(Auto, Some(&real)).0);
        assert!(choose(WebGpu, Some(&real)).0);
        assert!(!choose(Cpu, Some(&real)).0);
        assert!(!choose(Auto, Some(&fallback)).0);
        for name in
            ["google SwiftShader", "Mesa llvmpipe (LLVM 15)", "Microsoft Basic Render Driver"]
        {
            let software = Adapter { name: name.into(), ..real.clone() };
            let (gpu, reason) = choose(Auto, Some(&software));
            assert!(!gpu && reason.contains(name), "{reason}");
            let (gpu, reason) = choose(WebGpu, Some(&software));
            assert!(gpu && reason.contains("emulated"), "{reason}");
        }
    }

    #[test]
    fn what_burn_needs_is_checked_for_every_choice() {
        let old = Adapter { name: String::new(), fallback: false, timestamps: false };
        for choice in [Auto, WebGpu] {
            let (gpu, reason) = choose(choice, Some(&old));
            assert!(!gpu && reason.contains("timestamp-query"), "{reason}");
            assert!(!choose(choice, None).0);
        }
    }
}
