//! Sources that are left out.

use asim_schema::{Event, ProcessEventType};

use crate::manifest::Manifest;
use crate::value::common::common;

/// What stands before vendor and product in the names of ASIM's functions for one source, and which events they make.
///
/// The functions for process events have names of their own for the start and the end of a process.
const FUNCTIONS: [(&str, Made); 12] = [
    ("vimDns", Made::Dns),
    ("ASimDns", Made::Dns),
    ("_Im_Dns_", Made::Dns),
    ("_ASim_Dns_", Made::Dns),
    (
        "vimProcessCreate",
        Made::Process(Some(ProcessEventType::ProcessCreated)),
    ),
    (
        "ASimProcessCreate",
        Made::Process(Some(ProcessEventType::ProcessCreated)),
    ),
    (
        "_Im_ProcessCreate_",
        Made::Process(Some(ProcessEventType::ProcessCreated)),
    ),
    (
        "vimProcessTerminate",
        Made::Process(Some(ProcessEventType::ProcessTerminated)),
    ),
    (
        "ASimProcessTerminate",
        Made::Process(Some(ProcessEventType::ProcessTerminated)),
    ),
    (
        "_Im_ProcessTerminate_",
        Made::Process(Some(ProcessEventType::ProcessTerminated)),
    ),
    ("vimProcessEvent", Made::Process(None)),
    ("ASimProcessEvent", Made::Process(None)),
];

/// Which events a function makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Dns,
    /// Process events of this type, or of all.
    Process(Option<ProcessEventType>),
}

impl Made {
    /// Whether an event is among them.
    fn has(self, event: &Event<'_>) -> bool {
        match (self, event) {
            (Self::Dns, Event::Dns(_)) | (Self::Process(None), Event::Process(_)) => true,
            (Self::Process(kind), Event::Process(event)) => event.event_type() == kind,
            _ => false,
        }
    }
}

/// Whether a name means a source, or a part of what its parser reads.
pub(super) fn means(name: &str, manifest: &Manifest) -> bool {
    is_id(name, manifest) || function_of(name, manifest).is_some() || is_product(name, manifest)
}

/// Whether an event of a parser is among what a name means.
pub(super) fn means_event(name: &str, event: &Event<'_>, manifest: &Manifest) -> bool {
    if is_id(name, manifest) {
        return true;
    }
    let Some(fields) = common(event) else { return false };
    let vendor = fields.event_vendor().unwrap_or_default();
    if let Some((function, made)) = function_of(name, manifest) {
        // One parser may read products of two vendors; a function's name begins with the one that it is for.
        return made.has(event) && starts_with(function, &without_blanks(vendor));
    }
    is_product(name, manifest)
        && vendor == manifest.vendor
        && fields.event_product() == Some(manifest.product)
}

fn is_id(name: &str, manifest: &Manifest) -> bool {
    name.eq_ignore_ascii_case(manifest.id)
}

/// Vendor and product as a function of the parser names them, and what it makes, if the name is one of these functions.
fn function_of<'n>(name: &'n str, manifest: &Manifest) -> Option<(&'n str, Made)> {
    let (named, made) = stem(name)?;
    let mut known = manifest
        .asim_functions
        .iter()
        .filter_map(|function| stem(function));
    known
        .any(|(known, makes)| makes == made && known.eq_ignore_ascii_case(named))
        .then_some((named, made))
}

/// A function's name without what all of them begin with.
fn stem(function: &str) -> Option<(&str, Made)> {
    let mut functions = FUNCTIONS.iter();
    let (prefix, made) = functions.find(|(prefix, _)| starts_with(function, prefix))?;
    Some((function.get(prefix.len()..)?, *made))
}

fn is_product(name: &str, manifest: &Manifest) -> bool {
    let words = name.split_whitespace();
    let known = [manifest.vendor, manifest.product];
    words.map(str::to_ascii_lowercase).eq(known
        .iter()
        .flat_map(|text| text.split_whitespace())
        .map(str::to_ascii_lowercase))
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}
