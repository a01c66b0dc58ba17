//! Data sets of the visitor's own: read by the reader, kept by the browser.

pub(crate) mod import;
pub(crate) mod kept;
pub(crate) mod port;
