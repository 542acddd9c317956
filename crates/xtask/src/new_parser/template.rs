//! The files of a new parser.

/// What differs from parser to parser.
#[derive(Debug)]
pub(super) struct Values<'v> {
    pub(super) id: &'v str,
    pub(super) type_name: &'v str,
    pub(super) vendor: &'v str,
    pub(super) product: &'v str,
}

/// Paths inside the parser's folder, and texts in which `{{name}}` stands for a value.
const FILES: [(&str, &str); 8] = [
    (
        "Cargo.toml",
        include_str!("../../templates/parser/Cargo.toml.template"),
    ),
    (
        "README.md",
        include_str!("../../templates/parser/README.md.template"),
    ),
    (
        "samples/README.md",
        include_str!("../../templates/parser/samples/README.md.template"),
    ),
    (
        "samples/basic.log",
        include_str!("../../templates/parser/samples/basic.log.template"),
    ),
    (
        "src/lib.rs",
        include_str!("../../templates/parser/src/lib.rs.template"),
    ),
    (
        "src/map.rs",
        include_str!("../../templates/parser/src/map.rs.template"),
    ),
    (
        "src/provenance.rs",
        include_str!("../../templates/parser/src/provenance.rs.template"),
    ),
    (
        "src/raw.rs",
        include_str!("../../templates/parser/src/raw.rs.template"),
    ),
];

/// The files of a new parser: paths inside its folder, and texts.
pub(super) fn files(values: &Values<'_>) -> Result<Vec<(&'static str, String)>, String> {
    FILES
        .into_iter()
        .map(
            |(path, template)| match filled(&template.replace("\r\n", "\n"), values) {
                Some(text) => Ok((path, text)),
                None => Err(format!("the template of {path} names a value that there is not")),
            },
        )
        .collect()
}

/// The text with the values in their places; none if it asks for one that there is not.
fn filled(template: &str, values: &Values<'_>) -> Option<String> {
    let mut pieces = template.split("{{");
    let mut text = pieces.next()?.to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}")?;
        text.push_str(match name {
            "id" => values.id,
            "Type" => values.type_name,
            "vendor" => values.vendor,
            "product" => values.product,
            _ => return None,
        });
        text.push_str(rest);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: Values<'_> = Values {
        id: "a-b",
        type_name: "AB",
        vendor: "V",
        product: "P",
    };

    #[test]
    fn values_take_their_places() {
        assert_eq!(
            filled("{{id}}: {{Type}}{} {{vendor}}{{product}}", &VALUES).as_deref(),
            Some("a-b: AB{} VP")
        );
        assert_eq!(filled("{{other}}", &VALUES), None);
        assert_eq!(filled("{{id", &VALUES), None);
    }

    #[test]
    fn all_files_can_be_filled() {
        for (path, text) in files(&VALUES).unwrap() {
            assert!(!text.contains("{{") && text.ends_with('\n'), "{path}");
        }
    }
}
