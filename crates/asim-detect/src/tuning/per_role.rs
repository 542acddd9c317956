//! A number that may differ by the role of the client.

/// A rule's parameter for each role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PerRole {
    /// By the number of the role; the first is that of clients without one.
    values: Vec<u64>,
}

impl PerRole {
    pub(super) fn new(values: Vec<u64>) -> Self {
        Self { values }
    }

    /// The least value of any role.
    pub fn least(&self) -> u64 {
        self.values.iter().copied().min().unwrap_or_default()
    }

    /// The value for a role.
    #[inline]
    pub fn of(&self, role: u8) -> u64 {
        let value = self.values.get(usize::from(role)).or_else(|| self.values.first());
        value.copied().unwrap_or_default()
    }

    /// The largest value for any role.
    pub fn most(&self) -> u64 {
        self.values.iter().copied().max().unwrap_or_default()
    }
}
