//! Runs all checks and tests, those first that fail fastest.

use std::fmt;
use std::path::Path;
use std::time::Instant;

use xshell::Shell;

use crate::profile::Profile;
use crate::shell::{Failure, say, shell, target_dir};
use crate::toolchain::{Toolchain, WASM};
use crate::{build, packages, setup, tidy};

/// Packages that run in the browser.
const BROWSER: &[&str] = &[
    "app",
    "classical",
    "data",
    "dicom-converter",
    "dicom-worker",
    "engine",
    "engine-worker",
    "export",
    "features",
    "gallery",
    "interpret",
    "interpret-views",
    "interpreter-worker",
    "metrics",
    "model",
    "protocol",
    "reader",
    "reader-worker",
    "replica-worker",
    "store",
    "studies",
    "study-worker",
    "transport",
    "ui",
];

/// The engine's only default feature is the GPU. Native builds omit it: no test uses a GPU, and
/// that code is checked by the lints for the browser.
const NO_GPU: &str = "--no-default-features";

const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Sets up, checks and tests everything.
pub fn run_all() -> Result<(), Failure> {
    let stages = Stages::start();
    let gate = Gate { toolchain: setup::everything()?, sh: shell()? };
    stages.begin("formatting", "seconds");
    gate.formatting()?;
    stages.begin("house rules", "seconds");
    tidy::run()?;
    stages.begin("lints, native", "2 to 10 minutes the first time, later under a minute");
    gate.native_lints()?;
    stages.begin("lints, browser", "2 to 10 minutes the first time, later under a minute");
    gate.browser_lints()?;
    stages.begin("documentation", "one to three minutes");
    gate.documentation()?;
    stages.begin("native tests", "5 to 15 minutes the first time, later two to five");
    gate.native_tests()?;
    stages.begin("shaders, on a Vulkan driver", "two to four minutes the first time, later one");
    gate.shaders()?;
    stages.begin("widgets, in Chromium", "one to five minutes");
    gate.widgets()?;
    let profile = Profile::Full;
    stages.begin("the site", profile.usual_duration());
    let site = build::site(profile)?;
    stages.begin("end to end, in Chromium", "6 to 25 minutes");
    // Last, so that the output ends with the closing lines of the test runner.
    gate.end_to_end(&site)
}

/// Runs the checks that are fast enough to be run after each edit: those that need neither a
/// browser nor a built site.
pub fn run_fast() -> Result<(), Failure> {
    let stages = Stages::start();
    let toolchain = Toolchain::ready()?;
    toolchain.add_linters()?;
    let gate = Gate { toolchain, sh: shell()? };
    stages.begin("formatting", "seconds");
    gate.formatting()?;
    stages.begin("house rules", "seconds");
    tidy::run()?;
    stages.begin("lints, native", "2 to 10 minutes the first time, later seconds");
    gate.native_lints()?;
    stages.begin("unit tests", "5 to 15 minutes the first time, later under a minute");
    let quiet = ["test", "--workspace", "--exclude", "e2e", "--lib", "--bins", "--quiet", NO_GPU];
    gate.cargo(&quiet)?;
    stages.end();
    Ok(())
}

/// Checks and tests, one per method.
struct Gate {
    toolchain: Toolchain,
    sh: Shell,
}

impl Gate {
    fn cargo(&self, args: &[&str]) -> Result<(), Failure> {
        Ok(self.toolchain.cargo(&self.sh).args(args).quiet().run()?)
    }

    fn formatting(&self) -> Result<(), Failure> {
        self.cargo(&["fmt", "--all", "--check"])
    }

    fn native_lints(&self) -> Result<(), Failure> {
        let lint = ["clippy", "--workspace", "--all-targets", NO_GPU];
        self.cargo(&[&lint[..], &DENY_WARNINGS].concat())
    }

    fn browser_lints(&self) -> Result<(), Failure> {
        let mut lint = vec!["clippy", "--target", WASM];
        lint.extend(BROWSER.iter().flat_map(|name| ["--package", name]));
        lint.extend(DENY_WARNINGS);
        self.cargo(&lint)
    }

    fn documentation(&self) -> Result<(), Failure> {
        let doc =
            ["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet", NO_GPU];
        let doc = self.toolchain.cargo(&self.sh).args(doc).env("RUSTDOCFLAGS", "-D warnings");
        Ok(doc.quiet().run()?)
    }

    /// Runs all tests but those in browsers. The test that runs snippets of NumPy is told which
    /// Python to take, so that it is not skipped.
    fn native_tests(&self) -> Result<(), Failure> {
        let python = packages::numpy(&self.sh)?;
        let test = ["test", "--workspace", "--exclude", "e2e", NO_GPU];
        let test = self.toolchain.cargo(&self.sh).args(test).env("PLAYGROUND_PYTHON", python);
        Ok(test.quiet().run()?)
    }

    /// Compares the shaders with the arithmetic on the CPU, on a Vulkan driver that needs no GPU.
    fn shaders(&self) -> Result<(), Failure> {
        let driver = packages::software_vulkan(&self.sh)?;
        let target = ["--package", "shaders", "--features", "vulkan", "--test", "vulkan"];
        self.cargo(&[&["clippy"], &target[..], &DENY_WARNINGS].concat())?;
        let test = self.toolchain.cargo(&self.sh).arg("test").args(target);
        Ok(test.env("VK_DRIVER_FILES", driver).quiet().run()?)
    }

    /// Tests the widgets of `ui` in Chromium, with the test runner of this workspace.
    fn widgets(&self) -> Result<(), Failure> {
        self.cargo(&["build", "--package", "wasm-test-runner"])?;
        let runner = target_dir().join("debug/wasm-test-runner");
        let test = ["test", "--target", WASM, "--package", "ui", "--test", "widgets"];
        let test = self
            .toolchain
            .cargo(&self.sh)
            .args(test)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env("CHROMEDRIVER", "chromedriver");
        Ok(test.quiet().run()?)
    }

    fn end_to_end(&self, site: &Path) -> Result<(), Failure> {
        // One test at a time: each test starts a browser, and some train in it.
        let test = ["test", "--package", "e2e", "--", "--test-threads=1"];
        let test = self.toolchain.cargo(&self.sh).args(test).env("PLAYGROUND_DIST", site);
        let test = test.env("PLAYGROUND_AXE", packages::axe_script(&self.sh)?);
        Ok(test.quiet().run()?)
    }
}

/// Prints the stages of a long run.
struct Stages {
    start: Instant,
}

impl Stages {
    fn start() -> Self {
        Self { start: Instant::now() }
    }

    fn begin(&self, name: &str, usual_duration: &str) {
        say(format_args!("{name}: usually {usual_duration} ({self})"));
    }

    fn end(&self) {
        say(format_args!("all passed ({self})"));
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elapsed_secs = self.start.elapsed().as_secs();
        write!(f, "{} min {:02} s so far", elapsed_secs / 60, elapsed_secs % 60)
    }
}
