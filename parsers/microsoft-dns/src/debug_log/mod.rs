//! The debug log of the server: text, a line a packet, with or without the details of each.
//!
//! ```text
//! 8/13/2025 4:02:03 PM 1674 PACKET  0000018CEDDB1140 UDP Rcv 192.0.2.101     7653   Q [0001   D   NOERROR] A      (3)www(7)example(0)
//! ```
//!
//! Lines are read word by word and never by column: copies collapse blanks, and addresses of IPv6 move what follows.

mod date;
mod details;
mod line;
mod name;
mod order;
mod packet;
mod starts;

pub(crate) use details::Details;
pub(crate) use line::decode;
pub(crate) use order::settle;
pub(crate) use packet::is_packet;
pub(crate) use starts::Starts;
