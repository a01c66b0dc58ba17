//! Training speeds of the devices, as measured on this computer.

use std::fmt;

use model::RunConfig;
use protocol::DeviceKind;

/// Age after which a measurement is dropped: a month. Browsers, drivers and computers change.
const MAX_AGE_MS: f64 = 30.0 * 24.0 * 3600.0 * 1000.0;

/// Units of the written form per image a second.
const UNITS_PER_IMAGE_PER_SEC: f64 = 1000.0;

/// Ratio from which a device is called faster.
const MIN_SPEEDUP: f64 = 1.1;

/// Measured speeds, one entry a kind of network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speeds(Vec<(String, Speed)>);

/// Images a second that train a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Through WebGPU.
    pub gpu: f64,
    /// In WebAssembly.
    pub cpu: f64,
}

impl Speed {
    /// Returns the device to train on. Where both are about as fast the GPU is: it leaves the CPU to the
    /// page.
    pub fn faster(&self) -> DeviceKind {
        if self.cpu > MIN_SPEEDUP * self.gpu { DeviceKind::Cpu } else { DeviceKind::Gpu }
    }

    /// Returns how many times as fast as the other a device is.
    pub fn speedup(&self, device: DeviceKind) -> f64 {
        match device {
            DeviceKind::Gpu => self.gpu / self.cpu,
            DeviceKind::Cpu => self.cpu / self.gpu,
        }
    }
}

impl Speeds {
    /// Returns what was measured for networks of a config's kind.
    pub fn of(&self, config: &RunConfig) -> Option<Speed> {
        let kind = kind(config);
        self.0.iter().find(|(known, _)| known == kind).map(|(_, speed)| *speed)
    }

    /// Notes a measurement.
    pub fn insert(&mut self, config: &RunConfig, speed: Speed) {
        let kind = kind(config);
        self.0.retain(|(known, _)| known != kind);
        self.0.push((kind.to_owned(), speed));
    }

    /// Parses what [`Self::to_text`] wrote, as far as it can be read and is not too old at `now`, in
    /// milliseconds.
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

    /// Formats all measurements as a text written at `now` in milliseconds.
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
    /// Says why the faster device trains.
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

/// A factor, with as many digits as it deserves.
pub struct Factor(pub f64);

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::from(self.0 < 9.95);
        write!(f, "{:.digits$}", self.0)
    }
}

/// A whole number. Rust's tables for reading others would cost more than all of this.
fn whole(text: &str) -> Option<f64> {
    text.parse::<u64>().ok().map(|number| number as f64)
}

/// The kind of network, whose members take about as long as each other on a device.
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
