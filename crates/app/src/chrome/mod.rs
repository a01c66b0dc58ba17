//! The frame around the views: header, transport bar, notices, dialogs.

mod device;
mod header;
mod help;
mod lab_switch;
mod loading;
mod notices;
mod share;
mod shortcuts;
mod theme;
mod transport;
mod words;

pub use device::DeviceChip;
pub use header::Header;
pub use help::HelpButton;
pub use lab_switch::LabSwitch;
pub use loading::Loading;
pub use notices::Notices;
pub use share::ShareButton;
pub use shortcuts::listen_to_keys;
pub use theme::ThemeSwitch;
pub use transport::TransportBar;
