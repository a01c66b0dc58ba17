//! State of a [`super::Site`]: its folders, faults and requests.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Condvar, Mutex};

use site_server::{file_at, resolve};

/// A fault in the delivery of a file.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Status 404.
    Missing,
    /// Only this fraction of the file, 0 to 1, as a complete response.
    Truncate(f64),
    /// Different content.
    Replace(Vec<u8>),
    /// No response until [`super::Site::clear_faults`].
    Hold,
}

/// Path of the site on the server. Real hosts rarely serve it from the root, so no test does.
pub(crate) const BASE: &str = "/some/course/";

/// State shared by a site and the threads that respond to requests.
#[derive(Default)]
pub(super) struct Host {
    pub folder: Mutex<PathBuf>,
    /// Additional folders or files, with the names under which they are mounted.
    pub mounts: Vec<(String, PathBuf)>,
    pub cache_control: Mutex<&'static str>,
    pub faults: Mutex<Vec<(String, Fault)>>,
    pub released: Condvar,
    pub requests: Mutex<Vec<String>>,
    /// Other hosts from which the browser requested files, through this server as its proxy.
    pub foreign: Mutex<HashSet<String>>,
}

impl Host {
    /// Returns the fault of a file. Blocks while it is [`Fault::Hold`].
    pub fn fault_of(&self, name: &str) -> Option<Fault> {
        let find = |faults: &Vec<(String, Fault)>| {
            let fault = faults.iter().find(|(pattern, _)| matches(pattern, name));
            fault.map(|(_, fault)| fault.clone())
        };
        let held = |faults: &mut Vec<(String, Fault)>| matches!(find(faults), Some(Fault::Hold));
        let faults = self.faults.lock().unwrap();
        find(&self.released.wait_while(faults, held).unwrap())
    }

    /// Returns the file with this name, in a mounted folder or in the folder of the site.
    pub fn resolve(&self, name: &str) -> Option<PathBuf> {
        let relative = Path::new(name);
        if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
            return None;
        }
        let mounted =
            self.mounts.iter().find_map(|(mount, path)| match name.strip_prefix(mount)? {
                "" => Some(path.clone()),
                rest => Some(path.join(rest.strip_prefix('/')?)),
            });
        match mounted {
            Some(path) => file_at(path),
            None => resolve(&self.folder.lock().unwrap(), name),
        }
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => pattern == name,
    }
}
