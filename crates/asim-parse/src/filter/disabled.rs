//! Sources that are left out.

use asim_schema::Event;

use crate::manifest::Manifest;

/// What stands before vendor and product in the names of ASIM's functions for one source.
///
/// The functions for process events have names of their own for the start and the end of a process.
const FUNCTIONS: [&str; 12] = [
    "vimDns",
    "ASimDns",
    "_Im_Dns_",
    "_ASim_Dns_",
    "vimProcessCreate",
    "ASimProcessCreate",
    "vimProcessTerminate",
    "ASimProcessTerminate",
    "vimProcessEvent",
    "ASimProcessEvent",
    "_Im_ProcessEvent_",
    "_ASim_ProcessEvent_",
];

/// Whether a name means a source, or a part of what its parser reads.
pub(super) fn means(name: &str, manifest: &Manifest) -> bool {
    is_id(name, manifest) || function_of(name, manifest).is_some() || is_product(name, manifest)
}

/// Whether an event of a parser is among what a name means.
pub(super) fn means_event(name: &str, event: &Event<'_>, manifest: &Manifest) -> bool {
    if is_id(name, manifest) {
        return true;
    }
    let (vendor, product) = match event {
        Event::Dns(event) => (event.event_vendor(), event.event_product()),
        Event::Process(event) => (event.event_vendor(), event.event_product()),
        _ => return false,
    };
    let vendor = vendor.unwrap_or_default();
    if let Some(function) = function_of(name, manifest) {
        // One parser may read products of two vendors; a function's name begins with the one that it is for.
        return starts_with(function, &without_blanks(vendor));
    }
    is_product(name, manifest) && vendor == manifest.vendor && product == Some(manifest.product)
}

fn is_id(name: &str, manifest: &Manifest) -> bool {
    name.eq_ignore_ascii_case(manifest.id)
}

/// Vendor and product as a function of the parser names them, if the name is one of these functions.
fn function_of<'n>(name: &'n str, manifest: &Manifest) -> Option<&'n str> {
    let named = stem(name)?;
    let known = manifest
        .asim_functions
        .iter()
        .filter_map(|function| stem(function));
    known
        .into_iter()
        .any(|known| known.eq_ignore_ascii_case(named))
        .then_some(named)
}

/// A function's name without what all of them begin with.
fn stem(function: &str) -> Option<&str> {
    FUNCTIONS
        .iter()
        .find(|prefix| starts_with(function, prefix))
        .and_then(|prefix| function.get(prefix.len()..))
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
