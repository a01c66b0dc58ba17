//! Chromium with its WebDriver, on free ports.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumCapabilities, ChromiumLikeCapabilities};
use thirtyfour::{LoggingPrefsLogLevel, TimeoutConfiguration};
use tokio::runtime::Runtime;

/// WebGPU adapter of a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gpu {
    /// No WebGPU, as on many classroom machines.
    None,
    /// SwiftShader, a software adapter that is slow but exact and available everywhere.
    Software,
}

/// A running Chromium. It is terminated when this value is dropped.
pub struct Browser {
    runtime: Runtime,
    driver: Option<WebDriver>,
    process: Child,
    _profile: TempDir,
}

const FLAGS: [&str; 11] = [
    "--headless=new",
    // Test machines run as root in containers, where Chromium's sandbox does not work.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    // Timers must not be slowed down because the window is not visible.
    "--disable-background-timer-throttling",
    "--window-size=1440,1000",
];

const SOFTWARE_GPU: [&str; 3] =
    ["--enable-unsafe-webgpu", "--enable-unsafe-swiftshader", "--use-webgpu-adapter=swiftshader"];

impl Browser {
    /// Starts Chromium. Requests to other hosts are sent to `proxy`. `settings` are Chromium
    /// preferences.
    pub fn start(gpu: Gpu, proxy: &str, settings: &Value) -> Self {
        let (process, port) = start_driver();
        let profile = tempfile::tempdir().expect("the temporary folder takes files");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime without threads");
        let mut browser = Self { runtime, driver: None, process, _profile: profile };
        let capabilities = capabilities(gpu, proxy, browser._profile.path(), settings)
            .expect("capabilities are plain JSON");
        let driver = browser.runtime.block_on(async {
            let driver = WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities)
                .request_timeout(Duration::from_secs(900))
                .await?;
            let patient = Some(Duration::from_secs(840));
            driver.update_timeouts(TimeoutConfiguration::new(patient, patient, None)).await?;
            Ok::<_, WebDriverError>(driver)
        });
        browser.driver =
            Some(driver.unwrap_or_else(|error| panic!("Chromium does not start: {error}")));
        browser
    }

    /// Returns the WebDriver session.
    pub fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("it is there until the browser is dropped")
    }

    /// Blocks until the driver has answered.
    pub fn block_on<T>(
        &self,
        answer: impl Future<Output = WebDriverResult<T>>,
    ) -> WebDriverResult<T> {
        self.runtime.block_on(answer)
    }

    /// Runs a JavaScript function body with `args` as its `arguments`, and returns its value.
    #[track_caller]
    pub fn js(&self, body: &str, args: &[Value]) -> Value {
        match self.block_on(self.driver().execute(body, args)) {
            Ok(value) => value.json().clone(),
            Err(error) => panic!("{body}\nfails in the page: {error}"),
        }
    }

    /// Runs a JavaScript function body and returns the value that it passes to its last argument, a
    /// callback.
    #[track_caller]
    pub fn js_async(&self, body: &str, args: &[Value]) -> Value {
        match self.block_on(self.driver().execute_async(body, args)) {
            Ok(value) => value.json().clone(),
            Err(error) => panic!("{body}\nfails in the page: {error}"),
        }
    }

    /// Sends a command of the Chrome DevTools Protocol.
    #[track_caller]
    pub fn devtools(&self, method: &str, params: Value) -> Value {
        match self.block_on(self.driver().cdp().send_raw(method, params)) {
            Ok(value) => value,
            Err(error) => panic!("Chromium refuses {method}: {error}"),
        }
    }

    /// Returns the errors on the console since the last call.
    pub fn console_errors(&self) -> Vec<String> {
        let log = self.block_on(self.driver().browser_log()).expect("chromedriver keeps the log");
        log.into_iter().filter(|e| e.level == "SEVERE").map(|entry| entry.message).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            // The result does not matter, since the processes are terminated below.
            let _ = self.runtime.block_on(driver.quit());
        }
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Shell script that starts chromedriver, and terminates it and its Chromium when standard input is
/// closed. This also works if a test is interrupted or killed, in which case `drop` is not called.
const GUARD: &str = "chromedriver --port=0 & exec >/dev/null; cat; kill -KILL 0";

fn start_driver() -> (Child, u16) {
    let mut process = Command::new("sh")
        .args(["-c", GUARD])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("there is a shell");
    let output = process.stdout.take().expect("it was asked for");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let port = lines
        .find_map(|line| {
            line.strip_prefix("ChromeDriver was started successfully on port ")
                .and_then(|rest| rest.trim_end_matches('.').parse().ok())
        })
        .expect("chromedriver starts and says its port; without it, run `cargo xtask setup`");
    // Discards further output, since a full pipe would block the process.
    std::thread::spawn(move || lines.for_each(drop));
    (process, port)
}

fn capabilities(
    gpu: Gpu,
    proxy: &str,
    profile: &Path,
    settings: &Value,
) -> WebDriverResult<Capabilities> {
    let mut chromium = ChromiumCapabilities::new();
    chromium.set("browserName", json!("chrome"))?;
    let more: &[&str] = if gpu == Gpu::Software { &SOFTWARE_GPU } else { &[] };
    for flag in FLAGS.iter().chain(more) {
        chromium.add_arg(flag)?;
    }
    chromium.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    chromium.add_arg(&format!("--proxy-server=http://{proxy}"))?;
    chromium.add_experimental_option("prefs", settings)?;
    chromium.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(chromium.into())
}
