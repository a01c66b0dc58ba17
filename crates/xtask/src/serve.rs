//! `cargo xtask serve`: serves the built site on the local machine.

use std::fs;

use site_server::{Server, header, not_found, ok, resolve};

use crate::build;
use crate::profile::Profile;
use crate::shell::{Failure, say};

/// Builds the site if `build` is set, and serves it until interrupted.
pub fn run(port: u16, profile: Profile, build: bool) -> Result<(), Failure> {
    let folder = if build { build::site(profile)? } else { profile.site() };
    if !folder.join("index.html").is_file() {
        let command = match profile {
            Profile::Full => "build",
            Profile::Quick => "build --quick",
        };
        return Err(Failure::new(format!(
            "there is no site yet. Run `cargo xtask {command}`, or leave out --no-build."
        )));
    }
    let server = Server::start(("127.0.0.1", port), move |request| {
        let file = resolve(&folder, request.url());
        let response = match file.and_then(|path| Some((fs::read(&path).ok()?, path))) {
            Some((bytes, path)) => {
                ok(&path, bytes).with_header(header("Cache-Control", "no-cache"))
            }
            None => not_found(),
        };
        // Fails if the client has disconnected, which is harmless.
        let _ = request.respond(response);
    })
    .map_err(|error| {
        Failure::new(format!("port {port} cannot be used ({error}). Choose another with --port."))
    })?;
    say(format_args!("serving at http://localhost:{port}/ (stop with Ctrl+C)"));
    server.join();
    Err(Failure::new("the server stopped unexpectedly."))
}
