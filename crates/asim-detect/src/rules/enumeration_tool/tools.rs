//! The tools, and what gives them away when they run under another name.

use super::tokens::{program, words};

/// Programs that enumerate names: those of the published query, and `dnsenum`'s and `fierce`'s kin by their own
/// projects' names (read 2026-11-21).
const TOOLS: [&str; 24] = [
    "aiodnsbrute",
    "altdns",
    "amass",
    "assetfinder",
    "dnscan",
    "dnsenum",
    "dnsgen",
    "dnsmap",
    "dnsrecon",
    "dnstwist",
    "dnswalk",
    "dnsx",
    "fierce",
    "findomain",
    "gobuster-dns",
    "knockpy",
    "massdns",
    "puredns",
    "shuffledns",
    "subbrute",
    "subfinder",
    "sublist3r",
    "theharvester",
    "turbolist3r",
];

/// What a script's name may end with.
const SCRIPTS: [&str; 4] = [".py", ".pl", ".rb", ".sh"];

/// Programs that run the command that follows them.
const WRAPPERS: [&str; 22] = [
    "bash",
    "busybox",
    "cmd",
    "doas",
    "env",
    "ionice",
    "nice",
    "nohup",
    "perl",
    "pipx",
    "powershell",
    "proxychains",
    "proxychains4",
    "pwsh",
    "ruby",
    "setsid",
    "sh",
    "stdbuf",
    "sudo",
    "time",
    "timeout",
    "zsh",
];

/// Programs that ask a server for what they are told to.
const CLIENTS: [&str; 8] = ["delv", "dig", "doggo", "drill", "host", "kdig", "nslookup", "q"];

/// What was found in a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// The tool, or what was asked for.
    pub(super) tool: &'static str,
    /// What gave it away.
    pub(super) by: &'static str,
}

/// The tool that a process is, by the name of its program, the name that it was built with, or its command line.
pub(super) fn tool(path: Option<&str>, original: Option<&str>, line: Option<&str>) -> Option<Hit> {
    let by_name = path.and_then(|path| named(&program(path)));
    let by_name = by_name.map(|tool| Hit {
        tool,
        by: "program name",
    });
    let built = || {
        let tool = named(&program(original?))?;
        Some(Hit {
            tool,
            by: "original file name",
        })
    };
    by_name.or_else(built).or_else(|| commands(&words(line?), 0))
}

/// The tool of a program's or a script's name.
fn named(name: &str) -> Option<&'static str> {
    let stem = SCRIPTS
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    // `dnsrecon-1.2`, `fierce_v2` and `subfinder_2.6.3_linux` are what archives call them.
    let stem = stem.split_once(['-', '_']).map_or(stem, |(front, rest)| {
        if rest.starts_with(|letter: char| letter.is_ascii_digit() || letter == 'v') {
            front
        } else {
            stem
        }
    });
    TOOLS.iter().copied().find(|tool| *tool == stem)
}

/// Looks at each command of a line: the first word, and what wrappers and separators let follow.
fn commands(line: &[String], depth: u8) -> Option<Hit> {
    let mut rest = line;
    while let Some((word, behind)) = rest.split_first() {
        rest = behind;
        if is_separator(word) {
            continue;
        }
        let end = behind
            .iter()
            .position(|word| is_separator(word))
            .unwrap_or(behind.len());
        let (arguments, after) = behind.split_at(end);
        if let Some(hit) = command(word, arguments, depth) {
            return Some(hit);
        }
        if !is_wrapper(&program(word)) {
            rest = after;
        }
    }
    None
}

fn is_separator(word: &str) -> bool {
    matches!(word, ";" | "|" | "&")
}

fn is_wrapper(name: &str) -> bool {
    WRAPPERS.contains(&name) || name.starts_with("python") || name.starts_with("pypy")
}

/// Options of wrappers behind which a word of their own stands.
const VALUED: [&str; 5] = ["-u", "-g", "-n", "-k", "-s"];

/// How many command lines may stand inside each other.
const DEPTH: u8 = 3;

fn command(word: &str, arguments: &[String], depth: u8) -> Option<Hit> {
    let name = program(word);
    if let Some(tool) = named(&name) {
        return Some(Hit {
            tool,
            by: "command line",
        });
    }
    if is_wrapper(&name) && depth < DEPTH {
        return wrapped(arguments, depth);
    }
    let arguments: Vec<_> = arguments.iter().map(|word| word.to_lowercase()).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    if CLIENTS.contains(&name.as_str()) && asks_for_transfer(&name, &arguments) {
        return Some(Hit {
            tool: "zone transfer",
            by: "arguments",
        });
    }
    renamed(&name, &arguments)
}

/// What a wrapper runs: a module, a command line in one word, or the first word that is no option.
fn wrapped(arguments: &[String], depth: u8) -> Option<Hit> {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word == "-m" {
            let tool = named(&words.next()?.to_lowercase())?;
            return Some(Hit {
                tool,
                by: "command line",
            });
        }
        if VALUED.contains(&word.as_str()) {
            words.next();
            continue;
        }
        if word.contains(char::is_whitespace) {
            return commands(&self::words(word), depth + 1);
        }
        let is_option = word.starts_with('-') || word.starts_with('/') && word.len() <= 3;
        if !is_option && !word.contains('=') && !word.chars().all(|letter| letter.is_ascii_digit()) {
            let position = arguments.len() - words.len() - 1;
            return commands(arguments.get(position..)?, depth + 1);
        }
    }
    None
}

/// Whether the arguments of a DNS client ask for a zone transfer, in any of the spellings that the clients know.
fn asks_for_transfer(name: &str, arguments: &[&str]) -> bool {
    let is_type = |text: &str| text == "axfr" || text.starts_with("ixfr");
    let spelled = arguments.iter().any(|word| {
        is_type(word)
            || word.strip_prefix("-t").is_some_and(is_type)
            || word.split_once('=').is_some_and(|(option, value)| {
                matches!(
                    option,
                    "-type" | "-ty" | "-t" | "-querytype" | "-query" | "-q" | "--type"
                ) && is_type(value)
            })
    });
    spelled || (name == "host" && arguments.contains(&"-l"))
}

/// Sets of arguments that only these tools take together, whatever the program is called.
fn renamed(name: &str, arguments: &[&str]) -> Option<Hit> {
    let has = |word: &str| {
        arguments
            .iter()
            .any(|own| *own == word || own.strip_prefix(word).is_some_and(|rest| rest.starts_with('=')))
    };
    let any = |words: &[&str]| words.iter().any(|word| has(word));
    let hit = |tool| {
        Some(Hit {
            tool,
            by: "arguments",
        })
    };
    let first = arguments.first().copied().unwrap_or_default();
    if name == "nmap" {
        let scripts = arguments.iter().any(|word| {
            [
                "dns-zone-transfer",
                "dns-brute",
                "dns-nsec-enum",
                "dns-nsec3-enum",
            ]
            .iter()
            .any(|script| word.split(['=', ',']).any(|part| part == *script))
        });
        return if scripts { hit("nmap") } else { None };
    }
    if name == "gobuster" {
        return if first == "dns" { hit("gobuster") } else { None };
    }
    if matches!(first, "enum" | "intel")
        && any(&["-d", "-df"])
        && any(&["-passive", "-active", "-brute", "-src"])
    {
        return hit("amass");
    }
    if any(&["-d", "-dl"]) && has("-silent") && any(&["-all", "-recursive", "-sources", "-es"]) {
        return hit("subfinder");
    }
    if has("--axfr")
        || (any(&["-d", "--domain"])
            && arguments.windows(2).any(|pair| {
                matches!(
                    pair,
                    [
                        "-t" | "--type",
                        "axfr" | "brt" | "std" | "zonewalk" | "crt" | "snoop"
                    ]
                )
            }))
    {
        return hit("dnsrecon");
    }
    if any(&["--dnsserver"]) && any(&["--enum", "--noreverse", "--threads"]) {
        return hit("dnsenum");
    }
    if has("--domain")
        && any(&[
            "--subdomain-file",
            "--subdomains",
            "--traverse",
            "--dns-servers",
            "--dns-file",
        ])
    {
        return hit("fierce");
    }
    if any(&["-r", "--resolvers"])
        && any(&["-t", "--type"])
        && any(&["-s", "--hashmap-size", "--processes"])
        && has("-o")
    {
        return hit("massdns");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: &str) -> Option<&'static str> {
        tool(None, None, Some(line)).map(|hit| hit.tool)
    }

    #[test]
    fn tools_are_found_by_their_program_wherever_it_stands() {
        for (text, tool) in [
            ("dnsrecon -d example.com", "dnsrecon"),
            ("/opt/tools/dnsrecon.py -d example.com -t axfr", "dnsrecon"),
            ("python3 /opt/dnsrecon/dnsrecon.py -d example.com", "dnsrecon"),
            ("/usr/bin/python3.11 -m dnsrecon -d example.com", "dnsrecon"),
            ("sudo -u kim fierce --domain example.com", "fierce"),
            ("sudo fierce --domain example.com", "fierce"),
            ("perl dnsenum.pl --enum example.com", "dnsenum"),
            (
                r#"bash -c "cd /tmp && subfinder -d example.com -o out.txt""#,
                "subfinder",
            ),
            (r#"cmd.exe /c "C:\Tools\amass.exe enum -d example.com""#, "amass"),
            (
                r"C:\Users\kim\subfinder_2.6.3_windows\subfinder.exe -d example.com",
                "subfinder",
            ),
            ("amass  enum  -d example.com", "amass"),
            (
                "env FOO=1 timeout 60 massdns -r resolvers.txt names.txt",
                "massdns",
            ),
            ("echo x | dnsx -silent", "dnsx"),
            ("nmap --script=dns-zone-transfer -p 53 192.0.2.53", "nmap"),
            ("nmap -sn --script dns-brute example.com", "nmap"),
            ("gobuster dns -d example.com -w words.txt", "gobuster"),
        ] {
            assert_eq!(line(text), Some(tool), "{text}");
        }
    }

    #[test]
    fn zone_transfers_are_found_in_every_spelling() {
        for text in [
            "dig AXFR zonetransfer.example @ns1.zonetransfer.example",
            "dig zonetransfer.example AXFR",
            "dig @192.0.2.53 -t axfr example.com",
            "dig -taxfr example.com",
            "dig example.com ixfr=2026112101",
            r"C:\Windows\System32\nslookup.exe -type=AXFR example.com ns1.example.com",
            "nslookup -querytype=axfr example.com",
            "nslookup -q=AXFR example.com 192.0.2.53",
            "host -l example.com ns1.example.com",
            "host -t axfr example.com",
            "kdig -t AXFR example.com",
        ] {
            assert_eq!(line(text), Some("zone transfer"), "{text}");
        }
    }

    #[test]
    fn a_tool_under_another_name_is_found_by_what_it_was_built_as_or_by_its_arguments() {
        let renamed = tool(
            Some(r"C:\Temp\svc.exe"),
            Some("subfinder.exe"),
            Some("svc.exe -h"),
        );
        assert_eq!(renamed.map(|hit| hit.by), Some("original file name"));
        for (text, tool) in [
            ("./svc enum -passive -d example.com", "amass"),
            ("./svc -d example.com -all -silent", "subfinder"),
            ("./svc -d example.com -t brt -D names.txt", "dnsrecon"),
            ("./svc -d example.com --axfr", "dnsrecon"),
            ("./svc --domain example.com --subdomain-file names.txt", "fierce"),
            ("./svc --dnsserver 192.0.2.53 --enum example.com", "dnsenum"),
        ] {
            assert_eq!(line(text), Some(tool), "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_a_tool_are_quiet() {
        for text in [
            "vim fierce-competition.txt",
            "cat /usr/share/doc/fierce/README",
            "digraph -type=axfr",
            "pip install dnsrecon",
            "apt-get install -y fierce dnsenum",
            "grep -r amass .",
            "git clone https://git.example/dnsrecon",
            "dig www.example.com",
            "dig axfr.example.com",
            "nslookup www.example.com",
            "nslookup -type=mx example.com",
            "host example.com",
            "nmap -sV 192.0.2.1",
            "python3 -m http.server",
            "curl -d name=fierce https://example.com",
            "tar -t -s archive -o",
            "ls -l | less",
            "rsync --files-from=massdns.txt a b",
            "",
        ] {
            assert_eq!(line(text), None, "{text}");
        }
        assert_eq!(tool(Some("/usr/bin/fiercely"), None, None), None);
    }
}
