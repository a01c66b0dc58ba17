//! What a [`super::Site`] answers.

use std::fs;
use std::path::{Component, Path, PathBuf};

use tiny_http::{Header, Request, Response};

use super::{BASE, Fault, Shared};

/// Answers a request, or fails as told.
pub(super) fn answer(request: Request, mounts: &[(String, PathBuf)], shared: &Shared) {
    let url = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
    let Some(name) = url.strip_prefix(BASE).or(url.strip_prefix('/')) else {
        // A proxy request: `http://host/path`, or `host:443` to be tunnelled to.
        let host = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
        shared.foreign.lock().unwrap().insert(host.to_owned());
        let _ = request.respond(Response::from_string("").with_status_code(502));
        return;
    };
    shared.requests.lock().unwrap().push(url.clone());
    let folder = shared.folder.lock().unwrap().clone();
    let path = resolve(&folder, mounts, name);
    let name = match &path {
        Some(path) if path.ends_with("index.html") && !name.ends_with(".html") => "index.html",
        _ => name,
    };
    let fault = fault_of(shared, name);
    let packed = path.as_deref().filter(|_| fault.is_none() && takes_brotli(&request)).map(brotli);
    let packed = packed.filter(|copy| copy.is_file());
    let bytes = path.as_ref().and_then(|path| fs::read(packed.as_ref().unwrap_or(path)).ok());
    let bytes = match (bytes, fault) {
        (_, Some(Fault::Missing)) => None,
        (Some(bytes), Some(Fault::CutTo(share))) => {
            Some(bytes[..(bytes.len() as f64 * share) as usize].to_vec())
        }
        (Some(_), Some(Fault::Replace(bytes))) => Some(bytes),
        (bytes, Some(_) | None) => bytes,
    };
    // A browser that left before the answer came is no problem of ours.
    let _ = match path.zip(bytes) {
        Some((path, bytes)) => {
            let header = |name: &str, value: &str| Header::from_bytes(name, value).expect("ASCII");
            let mut response = Response::from_data(bytes)
                .with_chunked_threshold(usize::MAX)
                .with_header(header("Content-Type", mime(&path)))
                .with_header(header("Cache-Control", *shared.keep.lock().unwrap()));
            if packed.is_some() {
                response.add_header(header("Content-Encoding", "br"));
            }
            request.respond(response)
        }
        None => request.respond(Response::from_string("Not found.").with_status_code(404)),
    };
}

/// The copy in Brotli that a full build has beside a file.
fn brotli(path: &Path) -> PathBuf {
    let mut copy = path.as_os_str().to_owned();
    copy.push(".br");
    copy.into()
}

fn takes_brotli(request: &Request) -> bool {
    let accepted = request.headers().iter().find(|header| header.field.equiv("Accept-Encoding"));
    accepted.is_some_and(|header| header.value.as_str().split(',').any(|one| one.trim() == "br"))
}

/// The fault of that file; waits as long as it is [`Fault::Hold`].
fn fault_of(shared: &Shared, name: &str) -> Option<Fault> {
    let find = |faults: &Vec<(String, Fault)>| {
        faults.iter().find(|(pattern, _)| matches(pattern, name)).map(|(_, fault)| fault.clone())
    };
    let held = |faults: &mut Vec<(String, Fault)>| matches!(find(faults), Some(Fault::Hold));
    let faults = shared.faults.lock().unwrap();
    find(&shared.released.wait_while(faults, held).unwrap())
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => pattern == name,
    }
}

fn resolve(folder: &Path, mounts: &[(String, PathBuf)], name: &str) -> Option<PathBuf> {
    let relative = Path::new(name);
    if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    let mounted = mounts.iter().find_map(|(mount, path)| match name.strip_prefix(mount)? {
        "" => Some(path.clone()),
        rest => Some(path.join(rest.strip_prefix('/')?)),
    });
    let full = mounted.unwrap_or_else(|| folder.join(relative));
    let full = if full.is_dir() { full.join("index.html") } else { full };
    full.is_file().then_some(full)
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}
