//! Rules that were written for these tests.

use std::sync::Arc;

use asim_detect::sigma::{SigmaRules, Unloadable};
use asim_detect::{EntityKind, Tuning};
use asim_schema::Rcode;

use crate::events::{NINE, alerts, at, fulfilled, lookup, lookup_by, process};

const NAMES: &str = include_str!("rules/names.yml");
const TOOLS: &str = include_str!("rules/tools.yml");

fn load(files: &[(&str, &str)]) -> Arc<SigmaRules> {
    Arc::new(SigmaRules::load(files.iter().copied()))
}

/// A rule with this log source and detection.
fn rule(source: &str, detection: &str) -> String {
    format!("title: T\nlogsource:\n  {source}\ndetection:\n  {detection}\n")
}

#[test]
fn process_rules_look_at_their_platform() {
    let rules = load(&[("tools.yml", TOOLS)]);
    assert_eq!(rules.loaded().count(), 2);
    let dig = process("/usr/bin/dig", "dig @192.0.2.53 example.com AXFR");
    assert_eq!(fulfilled(&rules, dig), ["Transfer by dig"]);
    let quiet = process("/usr/bin/dig", "dig example.com MX");
    assert!(fulfilled(&rules, quiet).is_empty());
    let mut renamed = process(r"C:\Users\Public\n.exe", "n.exe -type=AXFR example.com");
    assert!(fulfilled(&rules, renamed.clone()).is_empty());
    renamed.set_target_process_file_original_name("nslookup.exe");
    assert_eq!(fulfilled(&rules, renamed.clone()), ["Transfer by nslookup"]);
    renamed.set_target_user_session_id("999");
    assert!(fulfilled(&rules, renamed).is_empty());
    let mut mac = process("/usr/bin/dig", "dig example.com axfr");
    mac.set_dvc_os("macOS");
    assert!(fulfilled(&rules, mac).is_empty());
}

#[test]
fn an_alert_tells_rule_author_and_events() {
    let rules = load(&[("names.yml", NAMES)]);
    let told = alerts(
        &rules,
        &Arc::new(Tuning::default()),
        [
            at(0, lookup_by(r"C:\x.exe", "a.bad.example")),
            at(5, lookup_by(r"C:\x.exe", "A.BAD.example.")),
            at(7, lookup("b.bad.example")),
        ],
    );
    let [first, second] = &told[..] else {
        panic!("{told:#?}")
    };
    assert_eq!(first.title, "Name of the tests");
    assert_eq!(first.count, 2);
    assert_eq!(first.first.ticks(), NINE * 10_000_000);
    assert_eq!(first.client.as_deref(), Some("192.0.2.9"));
    assert_eq!(first.item.as_deref(), Some("a.bad.example"));
    assert_eq!(first.columns.name.as_deref(), Some("a.bad.example"));
    assert_eq!(first.columns.query_type.as_deref(), Some("A"));
    assert_eq!(&*first.columns.detection_branch, "Sigma: Name of the tests");
    assert_eq!(first.details, [("RuleAuthor", "asimkit".to_owned())]);
    assert_eq!(*first.tactics, ["Command and Control"]);
    let has = |kind, value: &str| {
        let mut entities = first.entities.iter();
        entities.any(|entity| entity.kind == kind && entity.value == value)
    };
    assert!(has(EntityKind::Ip, "192.0.2.9"));
    assert!(has(EntityKind::Dns, "a.bad.example"));
    assert!(has(EntityKind::Process, r"C:\x.exe"));
    assert_eq!(second.item.as_deref(), Some("b.bad.example"));
}

#[test]
fn tuning_reaches_each_rule_by_its_id() {
    let rules = load(&[("names.yml", NAMES)]);
    let tuning = |text: &str| -> Arc<Tuning> { Arc::new(text.parse().unwrap()) };
    let id = "0b6f7c9e-5a3d-4f5e-9a57-3d1f0a6c2e01";
    let events = || [at(0, lookup("a.bad.example"))];
    let off = tuning(&format!("[rule.{id}]\ndisabled = true\n"));
    off.check(rules.infos().map(|info| &**info)).unwrap();
    assert!(alerts(&rules, &off, events()).is_empty());
    let shadow = tuning(&format!("[rule.{id}]\nshadow = true\n"));
    assert!(alerts(&rules, &shadow, events())[0].shadow);
    let exempt = tuning(&format!(
        "[[exemption]]\nname = 'test'\nreason = 'planned'\nrules = ['{id}']\nclients = ['192.0.2.0/24']\n"
    ));
    assert!(!alerts(&rules, &exempt, events())[0].is_open());
}

#[test]
fn a_filter_makes_an_exception_of_its_rules() {
    let filter = "title: Known name\nlogsource:\n  category: dns\nfilter:\n  rules:\n    - test_name\n    - Name of the \
                  tests\n  selection:\n    query: known.bad.example\n  condition: not selection\n";
    let rules = load(&[("names.yml", NAMES), ("filter.yml", filter)]);
    assert!(rules.unloadable().is_empty(), "{:?}", rules.unloadable());
    assert!(fulfilled(&rules, lookup("known.bad.example")).is_empty());
    assert_eq!(
        fulfilled(&rules, lookup("other.bad.example")),
        ["Name of the tests"]
    );
    let lost = load(&[("filter.yml", filter)]);
    assert_eq!(lost.unloadable().len(), 1);
    let broken = filter.replace("query: known", "query|re: '(' #");
    let rules = load(&[("names.yml", NAMES), ("filter.yml", &broken)]);
    assert_eq!(rules.unloadable().len(), 1, "{:?}", rules.unloadable());
    assert_eq!(
        fulfilled(&rules, lookup("other.bad.example")),
        ["Name of the tests"]
    );
}

#[test]
fn fields_may_have_the_names_of_the_schema_or_of_the_source() {
    let schema = rule(
        "category: dns",
        "s:\n    DnsQuery|startswith: 'a.'\n    SrcIpAddr|cidr: 192.0.2.0/24\n  condition: s",
    );
    let rules = load(&[("schema.yml", &schema)]);
    assert_eq!(fulfilled(&rules, lookup("a.example")), ["T"]);
    assert!(fulfilled(&rules, lookup("b.example")).is_empty());

    let source = rule(
        "category: dns",
        "s:\n    trans_depth: 7\n    query|contains: a\n  condition: s",
    );
    let rules = load(&[("source.yml", &source)]);
    assert_eq!(rules.loaded().next().unwrap().unmapped, ["trans_depth"]);
    let mut event = lookup("a.example");
    assert!(fulfilled(&rules, event.clone()).is_empty());
    let mut kept = asim_schema::AdditionalFields::new();
    kept.push("trans_depth", 7_i64);
    event.set_additional_fields(kept);
    assert_eq!(fulfilled(&rules, event), ["T"]);
}

#[test]
fn words_are_looked_for_in_all_texts() {
    let words = rule("category: dns", "s:\n    - badword\n  condition: s");
    let rules = load(&[("words.yml", &words)]);
    assert_eq!(fulfilled(&rules, lookup("x.BadWord.example")), ["T"]);
    assert!(fulfilled(&rules, lookup("x.good.example")).is_empty());
}

#[test]
fn a_rule_whose_fields_no_event_has_is_idle() {
    let other = rule(
        "category: dns",
        "s:\n    TargetObject|contains: Run\n  condition: s",
    );
    let rules = load(&[("other.yml", &other)]);
    let idle = rules.loaded().next().unwrap().idle.clone().unwrap();
    assert!(idle.contains("none of the fields"), "{idle}");
}

#[test]
fn what_cannot_be_loaded_is_told_and_changes_nothing_else() {
    let reason = |text: &str| -> String {
        let rules = load(&[("bad.yml", text), ("names.yml", NAMES)]);
        assert_eq!(rules.loaded().count(), 2, "{text}");
        let [Unloadable { file, reason, .. }] = rules.unloadable() else {
            panic!("{:?}", rules.unloadable())
        };
        assert_eq!(file, "bad.yml");
        assert!(!reason.contains('\n'));
        reason.clone()
    };
    let says = |text: &str, words: &str| {
        let reason = reason(text);
        assert!(reason.contains(words), "{reason}");
    };
    says(
        &rule("category: proxy", "s:\n    a: b\n  condition: s"),
        "neither DNS nor",
    );
    says(
        "title: T\ndetection:\n  s:\n    a: b\n  condition: s\n",
        "names no log source",
    );
    says(
        &rule("category: dns", "s:\n    query|wrong: b\n  condition: s"),
        "wrong",
    );
    says(
        &rule("category: dns", "s:\n    query|re: '('\n  condition: s"),
        "regex",
    );
    says(
        &rule("category: dns", "s:\n    query: a\n  condition: s and"),
        "ondition",
    );
    says(
        &rule(
            "category: dns",
            "s:\n    query: a\n  condition: s | count() by src_ip > 5",
        ),
        "old notation",
    );
    says("title: [", "YAML");
    says("just text", "mapping");
}

#[test]
fn the_second_rule_with_an_id_is_refused() {
    let rules = load(&[("one.yml", NAMES), ("two.yml", NAMES)]);
    assert_eq!((rules.loaded().count(), rules.unloadable().len()), (2, 2));
    assert!(rules.unloadable()[0].reason.contains("loaded before"));
}

#[test]
fn a_response_code_has_its_name_and_its_status_of_windows() {
    let status = rule("category: dns_query", "s:\n    QueryStatus: 9003\n  condition: s");
    let rules = load(&[("status.yml", &status), ("names.yml", NAMES)]);
    let mut event = lookup("www.example.com");
    event.set_dns_response_code(Rcode::NXDOMAIN);
    assert_eq!(fulfilled(&rules, event.clone()), ["T"]);
    event.set_dns_response_code(Rcode::REFUSED);
    event.set_event_result_details("REFUSED");
    assert_eq!(fulfilled(&rules, event), ["Refused name of the tests"]);
}
