//! What a [`super::Site`] serves, and what goes wrong on the way.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Condvar, Mutex};

use site_server::{file_at, resolve};

/// What goes wrong with a file on its way.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is not there: 404.
    Missing,
    /// Only this share of it, 0 to 1, arrives, as a complete answer.
    CutTo(f64),
    /// Other bytes arrive.
    Replace(Vec<u8>),
    /// Nothing arrives until [`Site::release`].
    Hold,
}

/// The folder on the host in which the site lies. Real hosts seldom give it the root, so no test does.
pub(crate) const BASE: &str = "/some/course/";

/// State of a host, for the site that sets it and the answers that follow it.
#[derive(Default)]
pub(super) struct Host {
    pub folder: Mutex<PathBuf>,
    /// More folders or files, under names of their own.
    pub mounts: Vec<(String, PathBuf)>,
    pub keep: Mutex<&'static str>,
    pub faults: Mutex<Vec<(String, Fault)>>,
    pub released: Condvar,
    pub requests: Mutex<Vec<String>>,
    /// Hosts other than ours that the browser asked for, through us as its proxy.
    pub foreign: Mutex<HashSet<String>>,
}

impl Host {
    /// Fault of that file; waits as long as it is [`Fault::Hold`].
    pub fn fault_of(&self, name: &str) -> Option<Fault> {
        let find = |faults: &Vec<(String, Fault)>| {
            let fault = faults.iter().find(|(pattern, _)| matches(pattern, name));
            fault.map(|(_, fault)| fault.clone())
        };
        let held = |faults: &mut Vec<(String, Fault)>| matches!(find(faults), Some(Fault::Hold));
        let faults = self.faults.lock().unwrap();
        find(&self.released.wait_while(faults, held).unwrap())
    }

    /// File of that name: of a mount, or below the site's folder.
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
