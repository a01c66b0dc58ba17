//! Responses of a [`super::Site`].

use std::fs;
use std::path::{Path, PathBuf};

use site_server::{Request, Response, header, not_found, ok};

use super::host::{BASE, Fault, Host};

/// Responds to a request, with the injected fault if there is one.
pub(super) fn answer(request: Request, host: &Host) {
    let url = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
    let Some(name) = url.strip_prefix(BASE).or(url.strip_prefix('/')) else {
        // A request to the proxy: `http://host/path`, or `host:443` for a tunnel.
        let other = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
        host.foreign.lock().unwrap().insert(other.to_owned());
        let _ = request.respond(Response::from_string("").with_status_code(502));
        return;
    };
    host.requests.lock().unwrap().push(url.clone());
    let path = host.resolve(name);
    let name = match &path {
        Some(path) if path.ends_with("index.html") && !name.ends_with(".html") => "index.html",
        _ => name,
    };
    let fault = host.fault_of(name);
    let packed = path.as_deref().filter(|_| fault.is_none() && takes_brotli(&request)).map(brotli);
    let packed = packed.filter(|copy| copy.is_file());
    let bytes = path.as_ref().and_then(|path| fs::read(packed.as_ref().unwrap_or(path)).ok());
    let bytes = match (bytes, fault) {
        (_, Some(Fault::Missing)) => None,
        (Some(bytes), Some(Fault::Truncate(share))) => {
            Some(bytes[..(bytes.len() as f64 * share) as usize].to_vec())
        }
        (Some(_), Some(Fault::Replace(bytes))) => Some(bytes),
        (bytes, Some(_) | None) => bytes,
    };
    // Fails if the browser has disconnected, which is harmless.
    let _ = match path.zip(bytes) {
        Some((path, bytes)) => {
            let keep = header("Cache-Control", *host.cache_control.lock().unwrap());
            let mut response = ok(&path, bytes).with_header(keep);
            if packed.is_some() {
                response.add_header(header("Content-Encoding", "br"));
            }
            request.respond(response)
        }
        None => request.respond(not_found()),
    };
}

/// Returns the path of the Brotli copy of a file, which exists in a release build.
fn brotli(path: &Path) -> PathBuf {
    let mut copy = path.as_os_str().to_owned();
    copy.push(".br");
    copy.into()
}

fn takes_brotli(request: &Request) -> bool {
    let accepted = request.headers().iter().find(|header| header.field.equiv("Accept-Encoding"));
    accepted.is_some_and(|header| header.value.as_str().split(',').any(|one| one.trim() == "br"))
}
