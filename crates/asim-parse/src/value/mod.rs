//! Values that several sources write in their own ways, and the one way in which events hold them.

pub mod additional;
pub mod address;
pub mod common;
pub mod device;
pub mod domain_name;
pub mod local_time;
pub mod number;
pub mod process;
pub mod text;
pub mod time;
pub mod user;
