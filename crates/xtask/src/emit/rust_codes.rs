//! The code spaces: constants with names, and tables between names and numbers.

use std::fmt::Write;

use super::{hash_table, prose};
use crate::schema::check::spellings;
use crate::schema::names::constant;
use crate::schema::{CodeSpace, Codes};

/// What stands before a function with a line for each of many codes.
const LONG: &str = "#[expect(clippy::too_many_lines, reason = \"one line a code\")]\n";

/// A code space with its Rust names: type, number, prefix of functions and tables.
fn spaces(codes: &Codes) -> [(&CodeSpace, &'static str, &'static str, &'static str); 4] {
    [
        (&codes.rcode, "Rcode", "u16", "rcode"),
        (&codes.rr_type, "RrType", "u16", "rr_type"),
        (&codes.class, "DnsClass", "u16", "class"),
        (&codes.opcode, "Opcode", "u8", "opcode"),
    ]
}

/// The registered codes as associated constants.
pub(super) fn constants(codes: &Codes) -> String {
    let mut text =
        "//! The registered codes as constants.\n\nuse crate::{DnsClass, Opcode, Rcode, RrType};\n"
            .to_owned();
    for (space, type_name, ..) in spaces(codes) {
        let _ = writeln!(
            text,
            "\n/// The registered codes, complete up to {}.\n///\n/// Source: {}.\nimpl {type_name} {{",
            space.updated,
            prose(&space.source)
        );
        for code in &space.codes {
            let spelling = code
                .iana
                .as_ref()
                .map_or(String::new(), |iana| format!(" Registered as `{iana}`."));
            let obsolete = if code.obsolete { " Obsolete." } else { "" };
            let _ = writeln!(
                text,
                "/// `{}`: {} ({}).{spelling}{obsolete}\npub const {}: Self = Self({});",
                code.name,
                prose(code.meaning.trim_end_matches('.')),
                prose(&code.reference),
                constant(&code.name),
                code.number
            );
        }
        text.push_str("}\n");
    }
    text
}

/// The tables between names and numbers.
///
/// From numbers to names there is a function as well: the compiler makes a table of its match, which was measured to
/// answer in 3 ns where the hash table takes 23.
pub(super) fn tables(codes: &Codes) -> String {
    let mut text = "//! Tables between the names and the numbers of the DNS code spaces.
//!
//! Keys of names are in lower case and include all other spellings; look-ups in any letter case, and the generic
//! names of codes without one, are on the types: [`Rcode`](crate::Rcode), [`RrType`](crate::RrType),
//! [`DnsClass`](crate::DnsClass), [`Opcode`](crate::Opcode).
"
    .to_owned();
    for (space, type_name, number, prefix) in spaces(codes) {
        let upper = prefix.to_uppercase();
        let mut by_name = phf_codegen::Map::<String>::new();
        let mut arms = String::new();
        for code in &space.codes {
            for spelling in spellings(code) {
                by_name.entry(spelling, code.number.to_string());
            }
            let _ = writeln!(arms, "{} => Some({:?}),", code.number, code.name);
        }
        let _ = writeln!(
            text,
            "
/// The registered name of a [`{type_name}`](crate::{type_name}) number.
{long}pub const fn {prefix}_name(number: {number}) -> Option<&'static str> {{
    match number {{
        {arms}
        _ => None,
    }}
}}

/// The numbers of [`{type_name}`](crate::{type_name}) by name in lower case.
pub static {upper}_BY_NAME: phf::Map<&'static str, {number}> = {by_name};

/// The registered names of [`{type_name}`](crate::{type_name}) by number.
pub static {upper}_BY_NUMBER: phf::Map<{number}, &'static str> = {by_number};
",
            long = if space.codes.len() < 99 { "" } else { LONG },
            by_name = hash_table(&by_name.build()),
            by_number = by_number(space, number),
        );
    }
    text
}

/// The table of names by number.
fn by_number(space: &CodeSpace, number: &str) -> String {
    let name = |name: &str| format!("{name:?}");
    if number == "u8" {
        let mut table = phf_codegen::Map::<u8>::new();
        for code in &space.codes {
            // The check of the model keeps these numbers below 16.
            table.entry(u8::try_from(code.number).unwrap_or(u8::MAX), name(&code.name));
        }
        return hash_table(&table.build());
    }
    let mut table = phf_codegen::Map::<u16>::new();
    for code in &space.codes {
        table.entry(code.number, name(&code.name));
    }
    hash_table(&table.build())
}
