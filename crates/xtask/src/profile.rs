//! Build profiles of the site.

use std::path::PathBuf;

use crate::shell::{root, target_dir};

/// Build profile of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Small and fast, for visitors. Link-time optimization takes minutes.
    Full,
    /// Fast to build, for developers. It trains at the same speed but is a larger download.
    Quick,
}

impl Profile {
    /// Returns the name of the cargo profile.
    pub fn cargo_name(self) -> &'static str {
        match self {
            Profile::Full => "wasm",
            Profile::Quick => "wasm-quick",
        }
    }

    /// Returns the folder of the site.
    pub fn site(self) -> PathBuf {
        match self {
            Profile::Full => root().join("dist"),
            Profile::Quick => target_dir().join("quick-site"),
        }
    }

    /// Returns the usual duration of the compilation.
    pub fn usual_duration(self) -> &'static str {
        match self {
            Profile::Full => "10 to 40 minutes the first time, 5 to 15 later",
            Profile::Quick => "8 to 20 minutes the first time, seconds to 3 minutes later",
        }
    }
}
