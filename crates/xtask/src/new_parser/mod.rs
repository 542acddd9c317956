//! A new parser that works: its folder, its place in the registry, its goldens.

mod id;
mod template;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::codegen;
use crate::registry::{self, FOLDER};
use template::Values;

/// How the command is called.
pub(crate) const USAGE: &str = "cargo xtask new-parser ID [--vendor V] [--product P]";

/// What the caller asks for.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    id: String,
    vendor: String,
    product: String,
}

/// Makes a parser and says what to do next.
pub(crate) fn run(arguments: &[&str]) -> Result<String, String> {
    let root = codegen::root();
    let request = request(arguments)?;
    write_folder(&root, &request)?;
    if let Err(error) = codegen::write() {
        // Without its place in the registry the folder would only be in the way of the next try.
        let _ = fs::remove_dir_all(root.join(FOLDER).join(&request.id));
        return Err(error);
    }
    write_goldens(&root, &request.id)?;
    let id = request.id;
    Ok(format!(
        "{FOLDER}/{id} works: an invented format, its sample and its goldens are there, and the registry knows it.\n\
         Now make it yours; docs/adding-a-parser.md says how. Its tests:\n  cargo test -p {}",
        registry::crate_name(&id)
    ))
}

fn request(arguments: &[&str]) -> Result<Request, String> {
    let usage = || format!("usage: {USAGE}");
    let (mut id, mut vendor, mut product) = (None, None, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (*argument, None),
        };
        let slot = match name {
            "--vendor" => &mut vendor,
            "--product" => &mut product,
            name if !name.starts_with('-') && id.is_none() => {
                id = Some(name);
                continue;
            }
            _ => return Err(usage()),
        };
        let value = value.or_else(|| arguments.next().copied()).ok_or_else(usage)?;
        check_text(name, value)?;
        *slot = Some(value.to_owned());
    }
    let id = id.ok_or_else(usage)?;
    id::check(id)?;
    let prose = id::prose(id);
    Ok(Request {
        id: id.to_owned(),
        vendor: vendor.unwrap_or_else(|| prose.clone()),
        product: product.unwrap_or(prose),
    })
}

/// Fails unless a name can stand in Rust, TOML and Markdown as it is.
fn check_text(name: &str, value: &str) -> Result<(), String> {
    let may_stand = |letter: char| letter.is_alphanumeric() || " .,:+-&/()'".contains(letter);
    if value.trim() != value || value.is_empty() || !value.chars().all(may_stand) {
        return Err(format!(
            "{name} `{value}`: letters, digits, blanks inside and .,:+-&/()' can be part of a name"
        ));
    }
    Ok(())
}

/// Writes the parser's folder, all but its goldens.
fn write_folder(root: &Path, request: &Request) -> Result<(), String> {
    let Request { id, vendor, product } = request;
    let folder = root.join(FOLDER).join(id);
    if folder.exists() {
        return Err(format!("{FOLDER}/{id} is there already"));
    }
    let type_name = id::type_name(id);
    let mut files = template::files(&Values {
        id,
        type_name: &type_name,
        vendor,
        product,
    })?;
    for (path, text) in &mut files {
        if Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            *text = codegen::formatted(root, text)?;
        }
    }
    for (path, text) in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Has the parser's own test write its goldens, so that they are what the parser says in this state of the schema.
fn write_goldens(root: &Path, id: &str) -> Result<(), String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "so cargo tells a tool which cargo it is"
    )]
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let crate_name = registry::crate_name(id);
    let output = Command::new(cargo)
        .args([
            "test",
            "--quiet",
            "--lib",
            "--package",
            &crate_name,
            "goldens_match",
        ])
        .env("ASIM_UPDATE_GOLDENS", "1")
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{}\n{FOLDER}/{id} is written, its goldens are not. When what is said above is mended:\n  \
         ASIM_UPDATE_GOLDENS=1 cargo test -p {crate_name} goldens_match",
        String::from_utf8_lossy(&output.stdout)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_from_the_id_unless_they_are_given() {
        let all = Request {
            id: "a-b".to_owned(),
            vendor: "Voe & Co.".to_owned(),
            product: "Pod".to_owned(),
        };
        assert_eq!(
            request(&["a-b", "--vendor", "Voe & Co.", "--product=Pod"]),
            Ok(all)
        );
        let alone = Request {
            id: "a-b".to_owned(),
            vendor: "A B".to_owned(),
            product: "A B".to_owned(),
        };
        assert_eq!(request(&["a-b"]), Ok(alone));
    }

    #[test]
    fn what_cannot_be_a_request_is_refused() {
        for arguments in [
            &[][..],
            &["a", "b"],
            &["a", "--vendor"],
            &["a", "--other", "x"],
            &["-a"],
        ] {
            assert_eq!(
                request(arguments),
                Err(format!("usage: {USAGE}")),
                "{arguments:?}"
            );
        }
        for vendor in ["", " V", "a\"b", "a\\b", "a\nb", "{{id}}", "<b>"] {
            assert!(request(&["a", "--vendor", vendor]).is_err(), "{vendor}");
        }
    }

    #[test]
    fn a_folder_is_written_once_and_its_rust_is_formatted() {
        let root = tempfile::tempdir().unwrap();
        fs::copy(
            codegen::root().join(".rustfmt.toml"),
            root.path().join(".rustfmt.toml"),
        )
        .unwrap();
        let request = request(&["a-name-that-is-so-long-that-lines-break", "--product", "X"]).unwrap();
        write_folder(root.path(), &request).unwrap();
        let lib = root.path().join(FOLDER).join(&request.id).join("src/lib.rs");
        let text = fs::read_to_string(lib).unwrap();
        assert_eq!(
            codegen::formatted(root.path(), &text).as_deref(),
            Ok(text.as_str())
        );
        assert!(text.contains("product: \"X\""), "{text}");
        let error = write_folder(root.path(), &request).unwrap_err();
        assert!(error.ends_with("is there already"), "{error}");
    }
}
