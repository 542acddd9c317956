//! The rules for DNS of `SigmaHQ`, as they are.

use std::collections::BTreeSet;
use std::sync::Arc;

use asim_detect::Severity;
use asim_detect::sigma::SigmaRules;
use asim_schema::{DnsEvent, Rcode, RrType};

use crate::data::{beside, rules_below};
use crate::events::{client_log, fulfilled, lookup, lookup_by};

const EDGE: &str = r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe";
const LOADER: &str = r"C:\Users\Public\loader.exe";

fn rules() -> Option<Arc<SigmaRules>> {
    let folder = beside("data/detect/sigma-dns")?;
    Some(Arc::new(SigmaRules::load(rules_below(&folder))))
}

#[test]
fn fifty_five_of_sixty_two_load_and_the_others_say_why() {
    let Some(rules) = rules() else { return };
    assert_eq!(rules.loaded().count(), 55);
    assert!(rules.loaded().all(|rule| rule.unmapped.is_empty()));
    let ids: BTreeSet<_> = rules.infos().map(|info| &info.id).collect();
    assert_eq!(ids.len(), 55);
    let old: Vec<_> = rules
        .unloadable()
        .iter()
        .filter(|rule| rule.reason.contains("old notation"))
        .filter_map(|rule| rule.title.as_deref())
        .collect();
    assert_eq!(rules.unloadable().len(), 7);
    assert_eq!(
        old,
        [
            "Possible DNS Tunneling",
            "High DNS Bytes Out",
            "High NULL Records Requests Rate",
            "High DNS Requests Rate",
            "High DNS subdomain requests rate per domain",
            "High TXT Records Requests Rate",
            "Possible DNS Rebinding",
        ]
    );
    let idle: Vec<_> = rules.loaded().filter(|rule| rule.idle.is_some()).collect();
    let titles: Vec<_> = idle.iter().map(|rule| &*rule.info.title).collect();
    assert_eq!(
        titles,
        [
            "DNS Request From Windows Script Host",
            "Failed DNS Zone Transfer",
            "DNS Server Error Failed Loading the ServerLevelPluginDLL",
        ]
    );
    assert!(idle[0].idle.as_deref().unwrap().contains("%internal_domains%"));
    assert!(idle[1].idle.as_deref().unwrap().contains("audit log"));
}

#[test]
fn metadata_become_the_fields_of_alerts() {
    let Some(rules) = rules() else { return };
    let found = rules
        .loaded()
        .find(|rule| rule.info.title == "Cobalt Strike DNS Beaconing");
    let rule = found.unwrap();
    assert_eq!(rule.info.id, "2975af79-28c4-4d2f-a951-9095f229df29");
    assert_eq!((rule.info.severity, rule.info.risk_score), (Severity::High, 95));
    assert_eq!(*rule.info.tactics, ["Command and Control"]);
    assert_eq!(rule.info.techniques[0].id, "T1071.004");
    assert_eq!(rule.info.references.len(), 2);
    assert_eq!(*rule.info.false_positives, ["Unknown"]);
    assert_eq!(rule.author.as_deref(), Some("Florian Roth (Nextron Systems)"));
    assert_eq!(rule.info.schema, Some("Dns"));
    assert_eq!(rule.columns, ["DnsQuery"]);
}

fn answered(mut event: DnsEvent<'static>, kind: RrType, answers: &'static str) -> DnsEvent<'static> {
    event.set_dns_query_type(kind);
    event.set_dns_response_code(Rcode::NOERROR);
    event.set_dns_response_name(answers);
    event
}

fn with_reserved_bit(name: &str) -> DnsEvent<'static> {
    let mut event = lookup(name);
    event.set_dns_flags_z(true);
    event.set_dst_port_number(53);
    event
}

fn of_the_server(name: &str) -> DnsEvent<'static> {
    let mut event = lookup(name);
    event.set_event_product("DNS Server");
    event.set_event_original_type("257");
    event
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line an event")]
fn each_event_fulfils_the_rules_that_it_was_made_for() {
    let Some(rules) = rules() else { return };
    let cases: Vec<(DnsEvent<'static>, &[&str])> = vec![
        (
            lookup("aaa.stage.4578.bad.example"),
            &[
                "Cobalt Strike DNS Beaconing",
                "Suspicious Cobalt Strike DNS Beaconing - Sysmon",
            ],
        ),
        (
            client_log("post.1a2b.bad.example"),
            &[
                "Cobalt Strike DNS Beaconing",
                "Suspicious Cobalt Strike DNS Beaconing - DNS Client",
                "Suspicious Cobalt Strike DNS Beaconing - Sysmon",
            ],
        ),
        (
            lookup("3g2upl4pq6kufc4m.onion"),
            &["DNS TOR Proxies", "DNS Query Tor .Onion Address - Sysmon"],
        ),
        (
            lookup("3g2upl4pq6kufc4m.tor2web.org"),
            &["DNS TOR Proxies", "DNS Query Tor .Onion Address - Sysmon"],
        ),
        (
            lookup("xmr-eu1.nanopool.org"),
            &[
                "Monero Crypto Coin Mining Pool Lookup",
                "DNS Events Related To Mining Pools",
            ],
        ),
        (
            lookup("gfs270n069.userstorage.mega.co.nz"),
            &["DNS Query To MEGA Hosting Website"],
        ),
        (
            client_log("gfs270n069.userstorage.mega.co.nz"),
            &[
                "DNS Query To MEGA Hosting Website - DNS Client",
                "DNS Query To MEGA Hosting Website",
            ],
        ),
        (
            lookup("aGVsbG8gd29ybGQ==.bad.example"),
            &["Suspicious DNS Query with B64 Encoded String"],
        ),
        (
            answered(
                lookup("update.bad.example"),
                RrType::TXT,
                r#"{"answers":["TXT 44 IEX (New-Object Net.WebClient).DownloadString"],"ttls":[60]}"#,
            ),
            &["DNS TXT Answer with Possible Execution Strings"],
        ),
        (lookup("api.telegram.org"), &["Telegram Bot API Request"]),
        (
            lookup_by(r"C:\Windows\System32\regsvr32.exe", "cdn.bad.example"),
            &["DNS Query Request By Regsvr32.EXE"],
        ),
        (
            lookup_by(LOADER, "relay-1.net.anydesk.com"),
            &["DNS Query To Remote Access Software Domain From Non-Browser App"],
        ),
        (
            lookup_by(LOADER, "rs-ny.rustdesk.com"),
            &["DNS Query To Remote Access Software Domain From Non-Browser App"],
        ),
        (
            lookup("c9q2.oast.fun"),
            &["DNS Query to External Service Interaction Domains"],
        ),
        (
            lookup_by(LOADER, "api.ipify.org"),
            &["Suspicious DNS Query for IP Lookup Service APIs"],
        ),
        (
            with_reserved_bit("www.bad.example"),
            &["Suspicious DNS Z Flag Bit Set"],
        ),
        (
            lookup("ifferfsodp9ifjaposdfjhgosurijfaewrwergwea.com"),
            &["Wannacry Killswitch Domain"],
        ),
        (
            lookup_by(r"C:\Windows\System32\finger.exe", "bad.example"),
            &["DNS Query by Finger Utility"],
        ),
        (
            lookup_by(
                r"C:\Program Files\WindowsApps\Microsoft.DesktopAppInstaller_1.2\AppInstaller.exe",
                "bad.example",
            ),
            &["AppX Package Installation Attempts Via AppInstaller.EXE"],
        ),
        (
            lookup("mainnet-seed-0001.nkn.org"),
            &["New Kind of Network (NKN) Detection"],
        ),
        (
            lookup("srv1UWhRCAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABAAAA.corp.example"),
            &[
                "Suspicious DNS Query Indicating Kerberos Coercion via DNS Object SPN Spoofing - Network",
                "Suspicious DNS Query Indicating Kerberos Coercion via DNS Object SPN Spoofing",
            ],
        ),
        (
            of_the_server("rosaf112.ddns.net"),
            &[
                "GALLIUM Artefacts - Builtin",
                "Low Reputation Effective Top-Level Domain (eTLD)",
            ],
        ),
        (
            lookup("msedgeupdate.net"),
            &["Potential Compromised 3CXDesktopApp Beaconing Activity - DNS"],
        ),
        (
            lookup_by(
                r"C:\Windows\System32\wscript.exe",
                "1a2b3c.files.bad-host.example",
            ),
            &["Potential SocGholish Second Stage C2 DNS Query"],
        ),
        (
            lookup_by(LOADER, "_ldap._tcp.dc._msdcs.corp.example"),
            &["DNS Server Discovery Via LDAP Query"],
        ),
        (
            lookup("x1.euw.devtunnels.ms"),
            &["DNS Query To Devtunnels Domain"],
        ),
        (client_log("upload.put.io"), &["DNS Query To Put.io - DNS Client"]),
        (
            lookup("a123456789.b123456789.c123456789.d123456789.e123456789.f123456789.g1.bad.example"),
            &["Large domain name request"],
        ),
        (
            lookup_by(r"C:\Program Files\Notepad++\updater\gup.exe", "cdn.bad.example"),
            &["Notepad++ Updater DNS Query to Uncommon Domains"],
        ),
    ];
    let mut reached = BTreeSet::new();
    for (event, expected) in cases {
        let name = event.dns_query().unwrap().to_owned();
        let found = fulfilled(&rules, event);
        assert_eq!(found, expected, "{name}");
        reached.extend(found);
    }
    assert!(reached.len() >= 30, "{} rules", reached.len());
}

#[test]
fn letter_case_and_a_final_dot_change_nothing() {
    let Some(rules) = rules() else { return };
    for name in ["API.Telegram.ORG", "api.telegram.org."] {
        assert_eq!(
            fulfilled(&rules, lookup(name)),
            ["Telegram Bot API Request"],
            "{name}"
        );
    }
    let shouted = fulfilled(&rules, lookup("3G2UPL4PQ6KUFC4M.ONION."));
    assert_eq!(shouted.len(), 2);
    let program = lookup_by(r"C:\WINDOWS\SYSTEM32\REGSVR32.EXE", "cdn.bad.example");
    assert_eq!(fulfilled(&rules, program), ["DNS Query Request By Regsvr32.EXE"]);
}

#[test]
fn harmless_lookups_fulfil_nothing() {
    let Some(rules) = rules() else { return };
    let told = |event| fulfilled(&rules, event);
    for event in [
        lookup("www.example.com"),
        lookup("3g2upl4pq6kufc4m.onion.example.com"),
        lookup("api.telegram.org.example.com"),
        lookup_by(EDGE, "net.anydesk.com"),
        lookup_by(EDGE, "api.ipify.org"),
        // No program is known, so nobody can say that it was no browser.
        lookup("net.anydesk.com"),
        lookup("api.ipify.org"),
        lookup("_ldap._tcp.dc._msdcs.corp.example"),
        with_reserved_bit("7.2.0.192.in-addr.arpa"),
        answered(
            lookup("t.example"),
            RrType::TXT,
            r#"{"answers":["TXT 9 v=spf1 -all"],"ttls":[60]}"#,
        ),
        answered(
            lookup("nanopool.org"),
            RrType::A,
            r#"{"answers":["0.0.0.0"],"ttls":[60]}"#,
        ),
    ] {
        let name = event.dns_query().unwrap().to_owned();
        assert!(told(event.clone()).is_empty(), "{name}: {:?}", told(event));
    }
    let mut refused = lookup("nanopool.org");
    refused.set_dns_response_code(Rcode::REFUSED);
    assert!(told(refused).is_empty());
}

#[test]
fn a_placeholder_with_values_makes_its_rule_work() {
    let Some(folder) = beside("data/detect/sigma-dns") else {
        return;
    };
    let values = [("internal_domains".to_owned(), vec!["*.corp.example".to_owned()])];
    let rules = SigmaRules::load_with(rules_below(&folder), &values.into());
    let rules = Arc::new(rules);
    assert_eq!(rules.loaded().filter(|rule| rule.idle.is_some()).count(), 2);
    let by = |name| lookup_by(r"C:\Windows\System32\cscript.exe", name);
    assert_eq!(
        fulfilled(&rules, by("www.bad.example")),
        ["DNS Request From Windows Script Host"]
    );
    assert!(fulfilled(&rules, by("files.corp.example")).is_empty());
}
