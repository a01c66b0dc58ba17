//! Which device trains which network faster, as measured on this computer.

use std::fmt;

use model::RunConfig;
use protocol::DeviceKind;

/// How long a measurement counts, in milliseconds: a month. Browsers, drivers and computers change.
const KEPT_MS: f64 = 30.0 * 24.0 * 3600.0 * 1000.0;

/// Speeds are written as whole numbers of so many to an image a second.
const FINE: f64 = 1000.0;

/// A device must be so many times as fast as the other to be called faster.
const CLEARLY: f64 = 1.1;

/// What was measured, one entry a kind of network.
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
    /// The device to train on. Where both are about as fast the GPU is: it leaves the CPU to the
    /// page.
    pub fn faster(&self) -> DeviceKind {
        if self.cpu > CLEARLY * self.gpu { DeviceKind::Cpu } else { DeviceKind::Gpu }
    }

    /// How many times as fast as the other that device is.
    pub fn times(&self, device: DeviceKind) -> f64 {
        match device {
            DeviceKind::Gpu => self.gpu / self.cpu,
            DeviceKind::Cpu => self.cpu / self.gpu,
        }
    }
}

impl Speeds {
    /// What was measured for networks of a config's kind.
    pub fn of(&self, config: &RunConfig) -> Option<Speed> {
        let kind = kind(config);
        self.0.iter().find(|(known, _)| known == kind).map(|(_, speed)| *speed)
    }

    /// Takes note of a measurement.
    pub fn insert(&mut self, config: &RunConfig, speed: Speed) {
        let kind = kind(config);
        self.0.retain(|(known, _)| known != kind);
        self.0.push((kind.to_owned(), speed));
    }

    /// What [`Self::written`] wrote, as far as it can be read and is not too old at `now`, in
    /// milliseconds.
    pub fn read(text: &str, now: f64) -> Self {
        let mut lines = text.lines();
        let written = lines.next().and_then(whole);
        if !written.is_some_and(|at| (0.0..KEPT_MS).contains(&(now - at))) {
            return Self::default();
        }
        let entry = |line: &str| {
            let mut words = line.split(' ');
            let kind = words.next()?.to_owned();
            let mut speed = || Some(words.next().and_then(whole).filter(|s| *s > 0.0)? / FINE);
            Some((kind, Speed { gpu: speed()?, cpu: speed()? }))
        };
        Self(lines.filter_map(entry).collect())
    }

    /// As a text, written at `now` in milliseconds.
    pub fn written(&self, now: f64) -> String {
        let lines = self.0.iter().map(|(kind, speed)| {
            let [gpu, cpu] = [speed.gpu, speed.cpu].map(|speed| (speed * FINE).max(1.0) as u64);
            format!("\n{kind} {gpu} {cpu}")
        });
        format!("{}{}", now as u64, lines.collect::<String>())
    }
}

impl fmt::Display for Speed {
    /// Why the faster device trains.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (this, other) = match self.faster() {
            DeviceKind::Gpu => ("graphics processor", "CPU"),
            DeviceKind::Cpu => ("CPU", "graphics processor"),
        };
        let times = self.times(self.faster());
        if times < CLEARLY {
            return write!(f, "Your {this} trains this network as fast as your {other}.");
        }
        let times = Times(times);
        write!(f, "Your {this} trains this network {times} times as fast as your {other}.")
    }
}

/// A factor, with as many digits as it deserves.
pub struct Times(pub f64);

impl fmt::Display for Times {
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
        let text = speeds.written(1e12);
        assert_eq!(Speeds::read(&text, 1e12 + 1e6), speeds);
        assert_eq!(speeds.of(&unet), Some(Speed { gpu: 100.0, cpu: 150.0 }));
        for later in [KEPT_MS + 1.0, -1.0, f64::NAN] {
            assert_eq!(Speeds::read(&text, 1e12 + later), Speeds::default());
        }
        for odd in ["", "x", "1000000000000\ncnn", "1000000000000\ncnn 0 1\nmlp 1 x\n \n"] {
            assert_eq!(Speeds::read(odd, 1e12), Speeds::default(), "{odd:?}");
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
