//! `asim man`: the manual pages.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::arguments::{Arguments, ManArguments};
use crate::message::shown;
use crate::output::{Output, Replace, answer, cannot_write};

/// A manual page.
struct Page {
    /// The file's name.
    name: String,
    /// The page as roff.
    text: String,
}

pub(super) fn run(arguments: &ManArguments) -> Result<(), String> {
    let pages = pages().map_err(|error| format!("the manual pages cannot be made: {error}"))?;
    match &arguments.output {
        Some(directory) => write(&pages, directory),
        None => answer(&pages.into_iter().map(|page| page.text).collect::<String>()),
    }
}

/// The page of the program and those of its subcommands.
fn pages() -> io::Result<Vec<Page>> {
    // The help subcommand would only say again what the pages say.
    let mut program = Arguments::command().disable_help_subcommand(true);
    program.build();
    let subcommands = program.get_subcommands().cloned();
    let commands: Vec<_> = subcommands.collect();
    std::iter::once(program).chain(commands).map(page).collect()
}

fn page(command: Command) -> io::Result<Page> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let name = format!("{name}.1");
    let last = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let has_subcommands = command.has_subcommands();
    let page = Man::new(command.version(env!("CARGO_PKG_VERSION"))).manual("asim");
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    if has_subcommands {
        page.render_subcommands_section(&mut text)?;
    }
    sections(&last).to_writer(&mut text)?;
    page.render_version_section(&mut text)?;
    Ok(Page {
        name,
        text: String::from_utf8_lossy(&text).into_owned(),
    })
}

/// The last part of a help text: paragraphs under a heading of their own, whose lines stay as they are.
fn sections(text: &str) -> Roff {
    let mut sections = Roff::new();
    for paragraph in text.split("\n\n") {
        let (heading, lines) = paragraph.split_once('\n').unwrap_or_default();
        let heading = heading.trim_end_matches(':').to_uppercase();
        sections.control("SH", [heading.as_str()]).control("nf", []);
        for line in lines.lines() {
            sections.text([roman(line)]);
        }
        sections.control("fi", []);
    }
    sections
}

fn write(pages: &[Page], directory: &Path) -> Result<(), String> {
    fs::create_dir_all(directory).map_err(|error| cannot_write(&shown(directory), &error))?;
    for page in pages {
        let mut file = Output::open(&directory.join(&page.name), Replace::AtTheEnd)?;
        file.put(&page.text)?;
        file.finish()?;
    }
    Ok(())
}
