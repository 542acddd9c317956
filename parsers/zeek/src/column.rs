//! The columns of `dns.log` that have a place of their own, under all the names that they come by.

use asim_parse::schema::JsonKey;

/// A column that the parser knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Column {
    Ts,
    Uid,
    OrigH,
    OrigP,
    RespH,
    RespP,
    Proto,
    TransId,
    Rtt,
    Query,
    Qclass,
    QclassName,
    Qtype,
    QtypeName,
    Rcode,
    RcodeName,
    Aa,
    Tc,
    Rd,
    Ra,
    Z,
    Answers,
    Ttls,
    Rejected,
    Opcode,
    OpcodeName,
    Path,
    SystemName,
}

/// The columns as they are declared, which is the order in which Zeek writes them.
const ORDER: [Column; 28] = [
    Column::Ts,
    Column::Uid,
    Column::OrigH,
    Column::OrigP,
    Column::RespH,
    Column::RespP,
    Column::Proto,
    Column::TransId,
    Column::Rtt,
    Column::Query,
    Column::Qclass,
    Column::QclassName,
    Column::Qtype,
    Column::QtypeName,
    Column::Rcode,
    Column::RcodeName,
    Column::Aa,
    Column::Tc,
    Column::Rd,
    Column::Ra,
    Column::Z,
    Column::Answers,
    Column::Ttls,
    Column::Rejected,
    Column::Opcode,
    Column::OpcodeName,
    Column::Path,
    Column::SystemName,
];

/// Zeek's own names for the columns, in their order.
static KEYS: [JsonKey; 28] = [
    JsonKey::new("ts"),
    JsonKey::new("uid"),
    JsonKey::new("id.orig_h"),
    JsonKey::new("id.orig_p"),
    JsonKey::new("id.resp_h"),
    JsonKey::new("id.resp_p"),
    JsonKey::new("proto"),
    JsonKey::new("trans_id"),
    JsonKey::new("rtt"),
    JsonKey::new("query"),
    JsonKey::new("qclass"),
    JsonKey::new("qclass_name"),
    JsonKey::new("qtype"),
    JsonKey::new("qtype_name"),
    JsonKey::new("rcode"),
    JsonKey::new("rcode_name"),
    JsonKey::new("AA"),
    JsonKey::new("TC"),
    JsonKey::new("RD"),
    JsonKey::new("RA"),
    JsonKey::new("Z"),
    JsonKey::new("answers"),
    JsonKey::new("TTLs"),
    JsonKey::new("rejected"),
    JsonKey::new("opcode"),
    JsonKey::new("opcode_name"),
    JsonKey::new("_path"),
    JsonKey::new("_system_name"),
];

impl Column {
    /// The column of a name: as Zeek writes it, or as a shipper writes the connection's four values (`id_orig_h`) or
    /// the log's name and origin (`@stream`, `@system`).
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "ts" => Self::Ts,
            "uid" => Self::Uid,
            "id.orig_h" | "id_orig_h" => Self::OrigH,
            "id.orig_p" | "id_orig_p" => Self::OrigP,
            "id.resp_h" | "id_resp_h" => Self::RespH,
            "id.resp_p" | "id_resp_p" => Self::RespP,
            "proto" => Self::Proto,
            "trans_id" => Self::TransId,
            "rtt" => Self::Rtt,
            "query" => Self::Query,
            "qclass" => Self::Qclass,
            "qclass_name" => Self::QclassName,
            "qtype" => Self::Qtype,
            "qtype_name" => Self::QtypeName,
            "rcode" => Self::Rcode,
            "rcode_name" => Self::RcodeName,
            "AA" => Self::Aa,
            "TC" => Self::Tc,
            "RD" => Self::Rd,
            "RA" => Self::Ra,
            "Z" => Self::Z,
            "answers" => Self::Answers,
            "TTLs" => Self::Ttls,
            "rejected" => Self::Rejected,
            "opcode" => Self::Opcode,
            "opcode_name" => Self::OpcodeName,
            "_path" | "@stream" => Self::Path,
            "_system_name" | "@system" => Self::SystemName,
            _ => return None,
        })
    }

    /// The column of one of the four values inside a nested `id` object.
    pub(crate) fn of_connection(name: &str) -> Option<Self> {
        Some(match name {
            "orig_h" => Self::OrigH,
            "orig_p" => Self::OrigP,
            "resp_h" => Self::RespH,
            "resp_p" => Self::RespP,
            _ => return None,
        })
    }

    /// The column that Zeek writes after this one.
    pub(crate) fn next(self) -> Option<Self> {
        ORDER.get(self as usize + 1).copied()
    }

    /// Zeek's own name for the column.
    pub(crate) fn name(self) -> &'static str {
        self.key().name()
    }

    /// Zeek's own name for the column, to look for in a row.
    #[inline]
    pub(crate) fn key(self) -> &'static JsonKey {
        &KEYS[self as usize]
    }
}

/// A set of columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Columns(u32);

impl Columns {
    /// Adds a column; false if it was there already.
    pub(crate) fn insert(&mut self, column: Column) -> bool {
        let new = !self.contains(column);
        self.0 |= 1 << column as u8;
        new
    }

    pub(crate) const fn contains(self, column: Column) -> bool {
        self.0 & (1 << column as u8) != 0
    }

    /// Whether only the DNS log has such columns: Zeek writes the flags in every row of it, and `trans_id` with them.
    pub(crate) const fn tell_of_dns(self) -> bool {
        self.contains(Column::TransId)
            && (self.contains(Column::Qtype)
                || self.contains(Column::QtypeName)
                || self.contains(Column::Rcode)
                || self.contains(Column::Aa))
            || self.contains(Column::Query) && self.contains(Column::Qtype)
    }
}

/// Whether a log of this name is the DNS log: `dns`, or Corelight's reduced `dns_red`.
pub(crate) fn is_dns_log(path: &str) -> bool {
    matches!(path, "dns" | "dns_red")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_numbers() {
        for (number, column) in ORDER.into_iter().enumerate() {
            assert_eq!(column as usize, number);
            assert_eq!(Column::of(column.name()), Some(column));
        }
    }
}
