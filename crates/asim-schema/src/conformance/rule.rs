//! The rules, each with its name and level.

use super::Level;

/// A rule that columns, values or records can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// Published: a mandatory column is missing.
    MissingMandatory,
    /// Published: a recommended column is missing.
    MissingRecommended,
    /// Published: the type column beside a column is missing.
    MissingConditional,
    /// Published: an alias is missing although its target is there, or the target is mandatory.
    MissingAlias,
    /// Published: an alias is missing, as is its target.
    MissingAliasAndTarget,
    /// Published: an optional column is missing.
    MissingOptional,
    /// Published: a column is not of the schema.
    ExtraColumn,
    /// Published: a column is of another type.
    TypeMismatch,
    /// Published: a column has no value in some records.
    Empty,
    /// Published: values do not have the form of their logical type.
    Invalid,
    /// Published: values are possible, and not what names usually look like.
    Abnormal,
    /// A rule of this project.
    Own(Own),
}

impl Rule {
    /// The name, in small letters with hyphens.
    pub const fn id(self) -> &'static str {
        match self {
            Self::MissingMandatory => "missing-mandatory",
            Self::MissingRecommended => "missing-recommended",
            Self::MissingConditional => "missing-conditional",
            Self::MissingAlias => "missing-alias",
            Self::MissingAliasAndTarget => "missing-alias-and-target",
            Self::MissingOptional => "missing-optional",
            Self::ExtraColumn => "extra-column",
            Self::TypeMismatch => "type-mismatch",
            Self::Empty => "empty-value",
            Self::Invalid => "invalid-value",
            Self::Abnormal => "abnormal-value",
            Self::Own(rule) => rule.id(),
        }
    }

    /// Whether it is a rule of this project, beyond what the published testers know.
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Own(_))
    }
}

/// The rules of this project, from one list.
macro_rules! own_rules {
    ($($(#[$meta:meta])* $name:ident, $id:literal, $level:ident, $phrase:literal;)*) => {
        /// A rule of this project: what the published testers leave unchecked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Own {
            $(#[doc = concat!("`", $id, "`: ", $phrase, ".")] $(#[$meta])* $name,)*
        }

        impl Own {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name, in small letters with hyphens.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// How bad it is to break it.
            pub const fn level(self) -> Level {
                match self { $(Self::$name => Level::$level,)* }
            }

            /// What is wrong, in a few words that follow the field's name.
            pub const fn phrase(self) -> &'static str {
                match self { $(Self::$name => $phrase,)* }
            }
        }
    };
}

own_rules! {
    NotARecord, "not-a-record", Error, "is not a record that can be read";
    DuplicateColumn, "duplicate-column", Warning, "occurs more than once in a record";
    DeprecatedColumn, "deprecated-column", Info, "is an old name that the schema has dropped";
    LaterColumn, "later-column", Warning, "came with a later schema version than the record's";
    WrongVersion, "wrong-version", Error, "is not the schema version asked for";
    UnknownVersion, "unknown-version", Warning, "is no version of the schema that is known";
    VersionForm, "version-form", Error, "is not three numbers with dots between them";
    LetterCase, "letter-case", Error, "is a listed value in other letters";
    FinalDot, "final-dot", Error, "ends with a dot, which is to be removed";
    ControlCharacter, "control-character", Error, "holds a control character";
    LabelLength, "label-length", Warning, "has an empty label, or one of more than 63 octets";
    HostIsAddress, "host-is-address", Warning, "is an address where the name of a host belongs";
    NameIsAddress, "name-is-address", Error, "is an address, or a part of one, where a name belongs";
    AddressForm, "address-form", Info, "is not written as RFC 5952 asks, or is IPv4 inside IPv6";
    GuidForm, "guid-form", Warning, "has braces, or lacks its hyphens";
    Hexadecimal, "hexadecimal", Error, "is not lower-case hexadecimal without prefix and padding";
    TransactionRange, "transaction-range", Error, "is no number of 16 bits";
    Url, "url", Error, "is not an absolute URL";
    OutOfRange, "out-of-range", Error, "is out of its range";
    ProcessId, "process-id", Warning, "is not a decimal number";
    AliasDiffers, "alias-differs", Error, "differs from the column that it is an alias of";
    LeadingIdentifier, "leading-identifier", Warning, "is none of the identifiers that it is to be taken from";
    TypeMissing, "type-missing", Error, "has a value, and the column that tells its type has none";
    TypeAlone, "type-alone", Warning, "tells the type of a column that has no value";
    DomainForm, "domain-form", Error, "has not the form that its type column tells";
    UserForm, "user-form", Warning, "has not the form that its type column tells";
    TimeOrder, "time-order", Error, "is before EventStartTime";
    DurationDiffers, "duration-differs", Warning, "is not the time between EventStartTime and EventEndTime";
    CodeAndName, "code-and-name", Error, "is the number of another name than the one beside it";
    RequestDetails, "request-details", Error, "is to be NA for a request";
    RequestResult, "request-result", Warning, "is to be NA for a request";
    ResultAndDetails, "result-and-details", Error, "contradicts EventResultDetails";
    ServerName, "server-name", Error, "is to be filled where DstIpAddr is, with the address if no name is known";
    NotAnObject, "not-an-object", Error, "is not a JSON object";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ() {
        let mut names: Vec<_> = Own::ALL.iter().map(|rule| rule.id()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Own::ALL.len());
    }
}
