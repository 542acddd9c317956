//! What rules tell at a glance: a few bits of each observation, which stand close together.

use super::batch::Row;

/// Bits that say what an observation may matter for.
///
/// A rule that names its [`traits`](crate::Rule::traits) is not shown observations that have none of them, and most
/// events have none of most rules'. They are a first look: the rule still decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits(u32);

/// Where the bits of [`NameKind`](super::NameKind) begin.
const KINDS: u32 = 16;

impl Traits {
    /// All of them: the rule looks at every event.
    pub const ANY: Self = Self(u32::MAX);
    /// A process that started.
    pub const PROCESS: Self = Self(1);
    /// Of the Dns schema.
    pub const DNS: Self = Self(1 << 1);
    /// A name that does not exist (NXDOMAIN).
    pub const NONEXISTENT: Self = Self(1 << 2);
    /// A response code other than NOERROR.
    pub const FAILURE: Self = Self(1 << 3);
    /// Over TCP.
    pub const TCP: Self = Self(1 << 4);
    /// AXFR or IXFR.
    pub const TRANSFER: Self = Self(1 << 5);
    /// Addresses among the answers.
    pub const ADDRESSES: Self = Self(1 << 6);

    /// A name of this kind.
    pub const fn named(kind: super::NameKind) -> Self {
        Self((kind as u32) << KINDS)
    }

    /// Whether both have one of them.
    #[inline]
    pub const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those of a row.
    pub(super) fn of(row: &Row) -> Self {
        if row.is_process {
            return Self::PROCESS;
        }
        let bits = [
            (Self::NONEXISTENT, row.response_code == Some(3)),
            (Self::FAILURE, row.response_code.is_some_and(|code| code != 0)),
            (Self::TCP, row.tcp == Some(true)),
            (Self::TRANSFER, matches!(row.query_type, Some(251 | 252))),
            (Self::ADDRESSES, row.has_addresses),
        ];
        let bits = bits.into_iter().filter(|(_, has)| *has);
        let bits = bits.fold(Self::DNS.0, |sum, (bit, _)| sum | bit.0);
        Self(bits | u32::from(row.kinds.bits()) << KINDS)
    }
}
