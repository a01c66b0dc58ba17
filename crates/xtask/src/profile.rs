//! The two ways to build the site.

use std::path::PathBuf;

use crate::shell::{root, target_dir};

/// How much work goes into a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Small and fast, for visitors: minutes of link-time optimization.
    Full,
    /// Soon done, for developers. Trains as fast, downloads more.
    Quick,
}

impl Profile {
    /// Name of cargo's profile.
    pub fn cargo_name(self) -> &'static str {
        match self {
            Profile::Full => "wasm",
            Profile::Quick => "wasm-quick",
        }
    }

    /// Folder of the site.
    pub fn site(self) -> PathBuf {
        match self {
            Profile::Full => root().join("dist"),
            Profile::Quick => target_dir().join("quick-site"),
        }
    }

    /// Time that compiling usually takes.
    pub fn usual_duration(self) -> &'static str {
        match self {
            Profile::Full => "15 to 40 minutes the first time, 5 to 15 later",
            Profile::Quick => "10 to 20 minutes the first time, seconds to 3 minutes later",
        }
    }
}
