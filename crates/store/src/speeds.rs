//! Training speeds of the devices, as measured on the visitor's computer.

use std::fmt;

use model::RunConfig;
use protocol::DeviceKind;

/// Age after which a measurement is dropped: 30 days. Browsers, drivers and computers change.
const MAX_AGE_MS: f64 = 30.0 * 24.0 * 3600.0 * 1000.0;

/// Resolution of speeds in the text form, in units per image per second.
const UNITS_PER_IMAGE_PER_SEC: f64 = 1000.0;

/// Minimum ratio at which one device counts as faster.
const MIN_SPEEDUP: f64 = 1.1;

/// Measured speeds, one entry per kind of network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speeds(Vec<(String, Speed)>);

/// Training speed of a network on each device, in images per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Speed with WebGPU.
    pub gpu: f64,
    /// Speed on the CPU, in WebAssembly.
    pub cpu: f64,
}

impl Speed {
    /// Returns the device to train on. If both are about equally fast it is the GPU, which leaves
    /// the CPU to the page.
    pub fn faster(&self) -> DeviceKind {
        if self.cpu > MIN_SPEEDUP * self.gpu { DeviceKind::Cpu } else { DeviceKind::Gpu }
    }

    /// Returns the ratio of a device's speed to that of the other device.
    pub fn speedup(&self, device: DeviceKind) -> f64 {
        match device {
            DeviceKind::Gpu => self.gpu / self.cpu,
            DeviceKind::Cpu => self.cpu / self.gpu,
        }
    }
}

impl Speeds {
    /// Returns the speed measured for the same kind of network as in `config`, if any.
    pub fn of(&self, config: &RunConfig) -> Option<Speed> {
        let kind = kind(config);
        self.0.iter().find(|(known, _)| known == kind).map(|(_, speed)| *speed)
    }

    /// Stores a measurement, which replaces an earlier one for the same kind of network.
    pub fn insert(&mut self, config: &RunConfig, speed: Speed) {
        let kind = kind(config);
        self.0.retain(|(known, _)| known != kind);
        self.0.push((kind.to_owned(), speed));
    }

    /// Parses the output of [`Self::to_text`]. Skips lines that are not valid, and everything if
    /// the text is too old at the time `now`, in milliseconds.
    pub fn parse(text: &str, now: f64) -> Self {
        let mut lines = text.lines();
        let written = lines.next().and_then(whole);
        if !written.is_some_and(|at| (0.0..MAX_AGE_MS).contains(&(now - at))) {
            return Self::default();
        }
        let entry = |line: &str| {
            let mut words = line.split(' ');
            let kind = words.next()?.to_owned();
            let mut speed = || {
                Some(words.next().and_then(whole).filter(|s| *s > 0.0)? / UNITS_PER_IMAGE_PER_SEC)
            };
            Some((kind, Speed { gpu: speed()?, cpu: speed()? }))
        };
        Self(lines.filter_map(entry).collect())
    }

    /// Formats all measurements as text. `now` is the current time in milliseconds.
    pub fn to_text(&self, now: f64) -> String {
        let lines = self.0.iter().map(|(kind, speed)| {
            let [gpu, cpu] = [speed.gpu, speed.cpu]
                .map(|speed| (speed * UNITS_PER_IMAGE_PER_SEC).max(1.0) as u64);
            format!("\n{kind} {gpu} {cpu}")
        });
        format!("{}{}", now as u64, lines.collect::<String>())
    }
}

impl fmt::Display for Speed {
    /// Formats a sentence that says why the faster device is used.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (this, other) = match self.faster() {
            DeviceKind::Gpu => ("graphics processor", "CPU"),
            DeviceKind::Cpu => ("CPU", "graphics processor"),
        };
        let times = self.speedup(self.faster());
        if times < MIN_SPEEDUP {
            return write!(f, "Your {this} trains this network as fast as your {other}.");
        }
        let times = Factor(times);
        write!(f, "Your {this} trains this network {times} times as fast as your {other}.")
    }
}

/// A factor, formatted with one decimal if it is below 10, else with none.
pub struct Factor(pub f64);

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.0 < 9.95);
        write!(f, "{:.digits$}", self.0)
    }
}

/// Parses a nonnegative integer. Rust's tables for parsing decimal numbers would cost more than
/// this module.
fn whole(text: &str) -> Option<f64> {
    text.parse::<u64>().ok().map(|number| number as f64)
}

/// Returns the kind of network. Networks of the same kind are about equally fast on a device.
fn kind(config: &RunConfig) -> &'static str {
    config.network().map_or("unet", |network| network.architecture.slug())
}

#[cfg(test)]
mod tests {
    use model::Lab;

    use super::*;

    #[test]
    fn what_was_measured_is_remembered_for_a_month() {
        let (cnn, unet) =
            (RunConfig::default_for(Lab::Classify), RunConfig::default_for(Lab::Segment));
        let mut speeds = Speeds::default();
        speeds.insert(&cnn, Speed { gpu: 9000.0, cpu: 600.0 });
        speeds.insert(&unet, Speed { gpu: 100.0, cpu: 160.0 });
        speeds.insert(&unet, Speed { gpu: 100.0, cpu: 150.0 });
        let text = speeds.to_text(1e12);
        assert_eq!(Speeds::parse(&text, 1e12 + 1e6), speeds);
        assert_eq!(speeds.of(&unet), Some(Speed { gpu: 100.0, cpu: 150.0 }));
        for later in [MAX_AGE_MS + 1.0, -1.0, f64::NAN] {
            assert_eq!(Speeds::parse(&text, 1e12 + later), Speeds::default());
        }
        for odd in ["", "x", "1000000000000\ncnn", "1000000000000\ncnn 0 1\nmlp 1 x\n \n"] {
            assert_eq!(Speeds::parse(odd, 1e12), Speeds::default(), "{odd:?}");
        }
    }

    #[test]
    fn the_faster_device_is_said_in_a_sentence() {
        let said = |gpu, cpu| Speed { gpu, cpu }.to_string();
        assert_eq!(
            said(1400.0, 100.0),
            "Your graphics processor trains this network 14 times as fast as your CPU."
        );
        assert_eq!(
            said(100.0, 250.0),
            "Your CPU trains this network 2.5 times as fast as your graphics processor."
        );
        assert_eq!(
            said(100.0, 105.0),
            "Your graphics processor trains this network as fast as your CPU."
        );
    }
}
