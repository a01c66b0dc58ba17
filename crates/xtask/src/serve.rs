//! A static file server for one's own machine.

use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tiny_http::{Header, Request, Response, Server};

use crate::build::{self, Kind};
use crate::shell::{Failure, say};

/// Builds (where wanted) and serves until interrupted.
pub fn run(port: u16, kind: Kind, build: bool) -> Result<(), Failure> {
    let folder = if build { build::site(kind)? } else { kind.folder() };
    if !folder.join("index.html").is_file() {
        let command = match kind {
            Kind::Full => "build",
            Kind::Quick => "build --quick",
        };
        return Err(Failure::new(format!(
            "there is no site yet. Run `cargo xtask {command}`, or leave out --no-build."
        )));
    }
    let server = Server::http(("127.0.0.1", port)).map_err(|error| {
        Failure::new(format!("port {port} cannot be used ({error}). Choose another with --port."))
    })?;
    say(format!("serving at http://localhost:{port}/ (stop with Ctrl+C)"));
    let server = Arc::new(server);
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (server, folder) = (server.clone(), folder.clone());
            std::thread::spawn(move || {
                for request in server.incoming_requests() {
                    answer(request, &folder);
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().map_err(|_| Failure::new("the server stopped unexpectedly."))?;
    }
    Ok(())
}

fn answer(request: Request, folder: &Path) {
    let file =
        resolve(folder, request.url()).and_then(|path| Some((File::open(&path).ok()?, path)));
    // A visitor who left before the answer came is no problem of ours.
    let _ = match file {
        Some((file, path)) => {
            let kind = Header::from_bytes("Content-Type", mime(&path)).expect("valid header");
            let fresh = Header::from_bytes("Cache-Control", "no-cache").expect("valid header");
            request.respond(Response::from_file(file).with_header(kind).with_header(fresh))
        }
        None => request.respond(Response::from_string("Not found.").with_status_code(404)),
    };
}

/// The file for a request, never outside the folder.
fn resolve(folder: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let relative = Path::new(path);
    if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    let full = folder.join(relative);
    let full = if full.is_dir() { full.join("index.html") } else { full };
    full.is_file().then_some(full)
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_stay_inside_the_folder() {
        let folder = std::env::temp_dir().join(format!("serve-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("index.html"), "").unwrap();
        let index = Some(folder.join("index.html"));
        assert_eq!(resolve(&folder, "/?a=/../b"), index);
        assert_eq!(resolve(&folder, "/index.html#x"), index);
        assert_eq!(resolve(&folder, "/missing"), None);
        assert_eq!(resolve(&folder, "/../Cargo.toml"), None);
        assert_eq!(resolve(&folder, "//etc/passwd"), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
