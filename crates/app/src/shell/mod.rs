//! Frame around the labs: header, transport bar, notices, dialogs.

pub mod app;
mod device;
mod header;
pub(crate) mod help;
mod lab_switch;
mod labels;
mod loading;
mod notices;
mod share;
mod shortcuts;
mod test_now;
mod theme;
mod transport;
