//! Which schemas are wanted.

use asim_schema::SchemaKind;

/// A set of schemas.
///
/// ```
/// use asim_parse::Schemas;
/// use asim_parse::schema::SchemaKind;
///
/// assert!(Schemas::default().contains(SchemaKind::Dns));
/// assert!(!Schemas::default().contains(SchemaKind::Process));
/// assert!(Schemas::ALL.contains(SchemaKind::Process));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Schemas(u8);

impl Schemas {
    /// No schema.
    pub const NONE: Self = Self(0);

    /// Every schema.
    pub const ALL: Self = {
        let mut all = Self::NONE;
        let mut place = 0;
        while place < SchemaKind::ALL.len() {
            all = all.with(SchemaKind::ALL[place]);
            place += 1;
        }
        all
    };

    /// One schema and no other.
    pub const fn only(schema: SchemaKind) -> Self {
        Self::NONE.with(schema)
    }

    /// The set with one more schema.
    #[must_use]
    pub const fn with(self, schema: SchemaKind) -> Self {
        Self(self.0 | 1 << schema as u8)
    }

    /// Whether a schema is among them.
    pub const fn contains(self, schema: SchemaKind) -> bool {
        self.0 & 1 << schema as u8 != 0
    }

    /// Whether a schema of the other set is among them.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The schemas, in their order.
    pub fn iter(self) -> impl Iterator<Item = SchemaKind> {
        let all = SchemaKind::ALL.into_iter();
        all.filter(move |schema| self.contains(*schema))
    }

    /// The only schema, if there is just one.
    pub fn single(self) -> Option<SchemaKind> {
        let mut schemas = self.iter();
        schemas.next().filter(|_| schemas.next().is_none())
    }
}

/// The Dns schema alone.
impl Default for Schemas {
    fn default() -> Self {
        Self::only(SchemaKind::Dns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_in() {
        assert_eq!(Schemas::ALL.iter().collect::<Vec<_>>(), SchemaKind::ALL);
        assert_eq!(Schemas::ALL.single(), None);
        assert_eq!(Schemas::NONE.single(), None);
        for schema in SchemaKind::ALL {
            assert_eq!(Schemas::only(schema).single(), Some(schema));
        }
    }
}
