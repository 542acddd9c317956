//! KQL and stream declarations with which Microsoft's log platforms take in and show events.
//!
//! The tables hold events as [`NdJson`](crate::NdJson) writes them without aliases; the function shows them with all
//! aliases and takes ASIM's filtering parameters.

use std::fmt::Write;

use asim_parse::Manifest;
use asim_schema::table::ASIM_DNS_ACTIVITY_LOGS;
use asim_schema::{DnsField, FieldInfo, KustoType, SchemaVersion};

use crate::sentinel;

/// The name of the custom table, unless the caller gives another.
pub const TABLE: &str = "AsimDns_CL";

/// The fields that a table holds: all of a version that are not aliases.
fn stored(version: SchemaVersion) -> impl Iterator<Item = &'static FieldInfo> {
    let fields = DnsField::ALL.into_iter();
    let fields = fields.filter(move |field| version.fields().contains(*field));
    fields.map(DnsField::info).filter(|info| info.alias_of.is_empty())
}

/// The command that makes a table for events of a schema version.
///
/// ```
/// use asimkit::{SchemaVersion, kql};
///
/// let command = kql::create_table("AsimDns_CL", SchemaVersion::DEFAULT);
/// assert!(command.starts_with(".create-merge table AsimDns_CL (\n    TimeGenerated: datetime,\n"));
/// ```
pub fn create_table(table: &str, version: SchemaVersion) -> String {
    let columns: Vec<_> = stored(version)
        .map(|info| format!("    {}: {}", info.name, info.kusto_type.as_str()))
        .collect();
    format!(".create-merge table {table} (\n{}\n)\n", columns.join(",\n"))
}

/// The name of a type in a data collection rule.
fn stream_type(column_type: KustoType) -> &'static str {
    match column_type {
        KustoType::Bool => "boolean",
        other => other.as_str(),
    }
}

/// The parts of a data collection rule, as JSON, that take events of the profile `sentinel` into
/// `ASimDnsActivityLogs`: the declaration of the stream, and the flow with its output stream.
pub fn stream_declaration() -> String {
    let columns = sentinel::columns();
    let columns: Vec<_> = ASIM_DNS_ACTIVITY_LOGS
        .columns
        .iter()
        .filter(|column| DnsField::from_name(column.name).is_some_and(|field| columns.contains(field)))
        .map(|column| {
            format!(
                "        {{ \"name\": \"{}\", \"type\": \"{}\" }}",
                column.name,
                stream_type(column.column_type)
            )
        })
        .collect();
    format!(
        r#"{{
  "streamDeclarations": {{
    "Custom-AsimDns": {{
      "columns": [
{}
      ]
    }}
  }},
  "dataFlows": [
    {{
      "streams": ["Custom-AsimDns"],
      "destinations": ["workspace"],
      "transformKql": "source",
      "outputStream": "Microsoft-{}"
    }}
  ]
}}
"#,
        columns.join(",\n"),
        ASIM_DNS_ACTIVITY_LOGS.name
    )
}

/// The name of the function that shows a source's events: `vimDns`, vendor and product.
///
/// ```
/// let zeek = asimkit::registry::parser("zeek").unwrap().manifest();
/// assert_eq!(asimkit::kql::function_name(Some(zeek)), "vimDnsCorelightZeek");
/// assert_eq!(asimkit::kql::function_name(None), "vimDnsAsimkit");
/// ```
pub fn function_name(source: Option<&Manifest>) -> String {
    let Some(source) = source else {
        return "vimDnsAsimkit".to_owned();
    };
    let letters = source.vendor.chars().chain(source.product.chars());
    let letters: String = letters.filter(char::is_ascii_alphanumeric).collect();
    format!("vimDns{letters}")
}

/// The parameters of a filtering parser: name, type and default.
const PARAMETERS: [(&str, &str, &str); 9] = [
    ("starttime", "datetime", "datetime(null)"),
    ("endtime", "datetime", "datetime(null)"),
    ("srcipaddr", "string", "'*'"),
    ("domain_has_any", "dynamic", "dynamic([])"),
    ("responsecodename", "string", "'*'"),
    ("response_has_ipv4", "string", "'*'"),
    ("response_has_any_prefix", "dynamic", "dynamic([])"),
    ("eventtype", "string", "'Query'"),
    ("disabled", "bool", "false"),
];

/// The text of a filtering parser over a table of events: those of one source, or all.
pub fn function(source: Option<&Manifest>, table: &str, version: SchemaVersion) -> String {
    let parameters: Vec<_> = PARAMETERS
        .iter()
        .map(|(name, kind, default)| format!("    {name}: {kind} = {default}"))
        .collect();
    let arguments: Vec<_> = PARAMETERS
        .iter()
        .map(|(name, ..)| format!("{name} = {name}"))
        .collect();
    let mut text = format!("let parser = (\n{}\n) {{\n{table}\n", parameters.join(",\n"));
    text.push_str("| where not(disabled)\n");
    if let Some(source) = source {
        let [vendor, product] = [source.vendor, source.product].map(literal);
        let _ = writeln!(
            text,
            "| where EventVendor == {vendor} and EventProduct == {product}"
        );
    }
    text.push_str(
        "| where (isnull(starttime) or TimeGenerated >= starttime) and (isnull(endtime) or TimeGenerated <= endtime)
| where srcipaddr == '*' or SrcIpAddr == srcipaddr
| where array_length(domain_has_any) == 0 or DnsQuery has_any (domain_has_any)
| where responsecodename == '*' or EventResultDetails =~ responsecodename
| where response_has_ipv4 == '*' or has_ipv4(DnsResponseName, response_has_ipv4)
    or has_ipv4_prefix(DnsResponseName, response_has_ipv4)
| where array_length(response_has_any_prefix) == 0 or has_any_ipv4_prefix(DnsResponseName, response_has_any_prefix)
| where eventtype == '*' or EventType =~ iff(eventtype =~ 'lookup', 'Query', eventtype)
| extend\n",
    );
    let aliases: Vec<_> = DnsField::ALL
        .into_iter()
        .filter(|field| version.fields().contains(*field))
        .map(DnsField::info)
        .filter(|info| !info.deprecated)
        .filter_map(alias)
        .collect();
    let _ = writeln!(text, "{}\n}};", aliases.join(",\n"));
    let _ = writeln!(text, "parser({})", arguments.join(", "));
    text
}

/// The expression for an alias.
fn alias(info: &FieldInfo) -> Option<String> {
    let name = info.name;
    match info.alias_of {
        [] => None,
        [target] => Some(format!("    {name} = {target}")),
        choice => {
            // A host name that is the address again is passed over, as in the events themselves.
            let address = choice.iter().find(|name| name.ends_with("IpAddr"));
            let cases: Vec<_> = choice
                .iter()
                .map(|field| match address {
                    Some(address) if info.not_an_address.contains(field) => {
                        format!("isnotempty({field}) and {field} != {address}, {field}")
                    }
                    _ => format!("isnotempty({field}), {field}"),
                })
                .collect();
            Some(format!("    {name} = case({}, '')", cases.join(", ")))
        }
    }
}

/// A text as KQL writes it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Everything for a custom table and for `ASimDnsActivityLogs` in one text, with remarks between the parts.
pub fn all(source: Option<&Manifest>, version: SchemaVersion) -> String {
    let mut text = format!(
        "// A table for events of ASIM Dns {version}, as `asim normalize --no-aliases --schema-version {version}` writes them.\n\
         {}\n\
         // A filtering parser over it. Save it as the function {} with the parameters of its first lines.\n{}\n\
         // For the built-in table {} instead: events of `asim normalize --profile sentinel`, and in the data\n\
         // collection rule:\n",
        create_table(TABLE, version),
        function_name(source),
        function(source, TABLE, version),
        ASIM_DNS_ACTIVITY_LOGS.name,
    );
    for line in stream_declaration().lines() {
        let _ = writeln!(text, "// {line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_has_every_parameter_and_every_alias() {
        let text = function(None, TABLE, SchemaVersion::DEFAULT);
        for (name, ..) in PARAMETERS {
            assert!(text.matches(name).count() > 2, "{name}");
        }
        for alias in [
            "Domain = DnsQuery",
            "IpAddr = SrcIpAddr",
            "SessionId = DnsSessionId",
        ] {
            assert!(text.contains(alias), "{alias}");
        }
        assert!(text.contains(
            "Dst = case(isnotempty(DstFQDN), DstFQDN, isnotempty(DstHostname) and DstHostname != DstIpAddr, DstHostname, \
             isnotempty(DstIpAddr), DstIpAddr, isnotempty(DstDvcId), DstDvcId, '')"
        ));
        assert!(!text.contains("RuleName") && !text.contains("    Query ="));
        assert_eq!(text.matches('(').count(), text.matches(')').count());
    }

    #[test]
    fn a_table_has_the_columns_of_its_version() {
        for version in SchemaVersion::SELECTABLE {
            let text = create_table(TABLE, *version);
            assert_eq!(
                text.contains("RuleName: string"),
                *version >= SchemaVersion::V0_1_7
            );
            assert!(
                !text.contains("Domain: string,\n    DnsQueryType")
                    && text.contains("AdditionalFields: dynamic")
            );
        }
    }

    #[test]
    fn the_stream_is_json_with_the_columns_of_the_profile() {
        let json: serde_json::Value = serde_json::from_str(&stream_declaration()).unwrap();
        let columns = json["streamDeclarations"]["Custom-AsimDns"]["columns"]
            .as_array()
            .unwrap();
        assert_eq!(columns.len(), sentinel::columns().len());
        assert!(columns.iter().any(|column| column["type"] == "boolean"));
    }
}
