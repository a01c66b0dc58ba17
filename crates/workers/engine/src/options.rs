//! Options with which the page starts the engine.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

use model::DeviceChoice;

/// What the page tells the engine at its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The device that shall train.
    pub device: DeviceChoice,
    /// Number of replicas that may train on the CPU, with the engine's own.
    pub replicas: usize,
}

impl Options {
    /// Reads the options: the text form of a [`DeviceChoice`] and the number of processors, separated by
    /// a space. What is missing leaves the engine to choose the device, and alone.
    pub fn parse(text: &str) -> Self {
        let (device, processors) = text.split_once(' ').unwrap_or((text, ""));
        let device = [DeviceChoice::WebGpu, DeviceChoice::Cpu]
            .into_iter()
            .find(|choice| choice.slug() == device)
            .unwrap_or_default();
        Self { device, replicas: replicas(processors.parse().unwrap_or(1)) }
    }
}

/// Returns the number of replicas for this many processors. From three on, one is left for the page. A
/// batch has eight shards, so that five to seven replicas would be no faster than four.
fn replicas(processors: usize) -> usize {
    match processors {
        0 | 1 => 1,
        2 | 3 => 2,
        4 => 3,
        5..=8 => 4,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let options = |device, replicas| Options { device, replicas };
        assert_eq!(Options::parse("cpu 4"), options(DeviceChoice::Cpu, 3));
        assert_eq!(Options::parse("auto 16"), options(DeviceChoice::Auto, 8));
        assert_eq!(Options::parse("webgpu"), options(DeviceChoice::WebGpu, 1));
        assert_eq!(Options::parse("cpu many"), options(DeviceChoice::Cpu, 1));
        assert_eq!(Options::parse(""), options(DeviceChoice::Auto, 1));
    }

    #[test]
    fn no_more_replicas_than_are_faster() {
        assert_eq!([1, 2, 3, 4, 6, 8, 9, 64].map(replicas), [1, 2, 2, 3, 4, 4, 8, 8]);
    }
}
