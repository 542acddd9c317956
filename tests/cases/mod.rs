//! The cases, one concept a file.

mod data;
mod hostile;
mod layout;
mod registry;
mod schema;
mod twins;
mod zeek_data;
