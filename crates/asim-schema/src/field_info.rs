//! What the schema says of a column.

use crate::VersionNumber;

/// How much a schema asks for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Every event has it.
    Mandatory,
    /// An event has it whenever the source tells it.
    Recommended,
    /// Welcome when the source tells it.
    Optional,
    /// Present exactly when its partner is.
    Conditional,
    /// A second name for another column.
    Alias,
}

impl Class {
    /// The name as the schema documents write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mandatory => "Mandatory",
            Self::Recommended => "Recommended",
            Self::Optional => "Optional",
            Self::Conditional => "Conditional",
            Self::Alias => "Alias",
        }
    }
}

/// How an event holds a column's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Storage {
    /// Text, borrowed from the input where that is possible.
    Text,
    /// An IPv4 or IPv6 address.
    Ip,
    /// An instant in UTC.
    Time,
    /// A signed integer of 32 bits.
    Int32,
    /// A signed integer of 64 bits.
    Int64,
    /// A port number, 0 to 65535.
    Port,
    /// A whole percentage, 0 to 100.
    Percent,
    /// A finite real number.
    Real,
    /// True or false.
    Bool,
    /// A DNS response code.
    Rcode,
    /// A DNS resource record type.
    RrType,
    /// A DNS class.
    Class,
    /// A DNS operation code.
    Opcode,
    /// An object of further columns.
    Object,
    /// One of a closed list of values.
    Enumeration,
}

/// The type of a column in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KustoType {
    /// Text.
    String,
    /// A signed integer of 32 bits.
    Int,
    /// A signed integer of 64 bits.
    Long,
    /// A floating-point number of 64 bits.
    Real,
    /// True or false.
    Bool,
    /// An instant in UTC.
    Datetime,
    /// A JSON value.
    Dynamic,
}

impl KustoType {
    /// The name as Kusto writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Bool => "bool",
            Self::Datetime => "datetime",
            Self::Dynamic => "dynamic",
        }
    }
}

/// What a schema says of one column.
///
/// Other columns are named, so that code can serve all schemas; typed code asks the field itself, such as
/// [`DnsField::alias_of`](crate::DnsField::alias_of).
#[derive(Debug)]
#[non_exhaustive]
pub struct FieldInfo {
    /// The column's name, such as `SrcIpAddr`.
    pub name: &'static str,
    /// How much the schema asks for it.
    pub class: Class,
    /// The logical type of the schema data, such as `IpAddress`.
    pub logical_type: &'static str,
    /// How an event holds the value; for an alias, how its first target is held.
    pub storage: Storage,
    /// The type of the column in a table.
    pub kusto_type: KustoType,
    /// The unit of a number, such as `millisecond`.
    pub unit: Option<&'static str>,
    /// The schema version that brought the column.
    pub since: VersionNumber,
    /// The targets of an alias in order: the first that is present shows.
    pub alias_of: &'static [&'static str],
    /// The columns that stand in for this one while it is not set itself, in order.
    pub fallback: &'static [&'static str],
    /// Among the targets and stand-ins: those that are passed over while their text is an IP address.
    pub not_an_address: &'static [&'static str],
    /// Whether this is an old name, written only when asked for.
    pub deprecated: bool,
    /// Whether the value lives in the boxed part of the event, because sources rarely tell it.
    pub cold: bool,
    /// Whether the value follows from the schema and its version.
    pub constant: bool,
    /// The column that a conditional one belongs to.
    pub conditional_on: Option<&'static str>,
    /// The values of an enumeration, in the order of the schema; else empty.
    pub values: &'static [&'static str],
    /// What the column means.
    pub description: &'static str,
    /// A value as it may occur.
    pub example: Option<&'static str>,
}
