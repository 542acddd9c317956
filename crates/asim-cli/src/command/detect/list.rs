//! `asim detect --list`: what the rules are.

use std::fmt::Write;
use std::sync::Arc;

use asim_detect::RuleInfo;

use crate::arguments::{AlertForm, DetectArguments};
use crate::output::answer;

/// Writes what is known of the rules, as text or, with another form than a table, as NDJSON.
pub(super) fn run(arguments: &DetectArguments, infos: &[Arc<RuleInfo>]) -> Result<(), String> {
    let mut out = String::new();
    for info in infos {
        if arguments.output.to == AlertForm::Table {
            text(&mut out, info);
        } else {
            out.push_str(&serde_json::to_string(&**info).map_err(|error| error.to_string())?);
            out.push('\n');
        }
    }
    answer(&out)
}

fn text(out: &mut String, info: &RuleInfo) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}: {}", info.id, info.title);
    let _ = writeln!(out, "    {}", info.description);
    let techniques: Vec<_> = info.techniques.iter().map(|technique| &*technique.id).collect();
    let _ = writeln!(
        out,
        "    {} severity, risk {}; {} ({})",
        info.severity,
        info.risk_score,
        info.tactics.join(", "),
        techniques.join(", ")
    );
    let needs: Vec<_> = info.needs.iter().map(|group| group.join(" or ")).collect();
    if !needs.is_empty() {
        let _ = writeln!(out, "    needs {}", needs.join("; "));
    }
    for parameter in info.parameters {
        let _ = writeln!(
            out,
            "    {} = {} {}: {}",
            parameter.name, parameter.default, parameter.unit, parameter.about
        );
    }
    for harmless in info.false_positives.iter() {
        let _ = writeln!(out, "    harmless: {harmless}");
    }
    out.push('\n');
}
