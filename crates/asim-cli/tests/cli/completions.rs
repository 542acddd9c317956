//! What the program writes about itself for shells and for man.

use crate::support::{Place, Run, asim};

/// The flags of a subcommand, from its help.
fn flags(place: &Place, command: &str) -> Vec<String> {
    let help = place.run(&[command, "--help"]).ended(0).stdout;
    let found: Vec<_> = help
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-'))
        .filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")))
        .map(|flag| flag.trim_end_matches([',', '.']).to_owned())
        .collect();
    assert!(found.contains(&"--help".to_owned()), "{help}");
    found
}

/// The subcommands, from the program's help.
fn commands(place: &Place) -> Vec<String> {
    let help = place.run(&["--help"]).ended(0).stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let names = list
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned());
    let names: Vec<_> = names.filter(|name| name != "help").collect();
    for name in ["normalize", "completions", "man"] {
        assert!(names.contains(&name.to_owned()), "{help}");
    }
    names
}

#[test]
fn every_shell_learns_every_flag() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.run(&["completions", shell]).ended(0).stdout;
        for command in commands(&place) {
            assert!(script.contains(&command), "{shell}: {command}");
            for flag in flags(&place, &command) {
                let written = if shell == "fish" {
                    format!("-l {}", flag.trim_start_matches('-'))
                } else {
                    flag
                };
                assert!(script.contains(&written), "{shell}: {command} {written}");
            }
        }
    }
    let run = place.run(&["completions", "tcsh"]).ended(2);
    assert!(run.stderr.contains("bash, elvish, fish"), "{}", run.stderr);
}

#[test]
fn every_command_has_a_page_that_explains_every_flag() {
    let place = Place::new();
    place.run(&["man", "--output", "man/man1"]).ended(0);
    let program = place.read("man/man1/asim.1");
    assert!(program.contains(".TH asim 1") && program.contains("asim\\-normalize(1)"));
    let mut pages = program;
    for command in commands(&place) {
        let page = place.read(&format!("man/man1/asim-{command}.1"));
        assert!(page.contains(&format!(".TH asim-{command} 1")), "{page}");
        assert!(page.contains("\n.SH EXAMPLES\n.nf\n"), "{page}");
        for flag in flags(&place, &command) {
            let escaped = flag.replace('-', "\\-");
            assert!(page.contains(&escaped), "{command}: {flag}");
        }
        pages.push_str(&page);
    }
    assert_eq!(
        std::fs::read_dir(place.path().join("man/man1")).unwrap().count(),
        commands(&place).len() + 1
    );
    assert_eq!(place.run(&["man"]).ended(0).stdout, pages);
}

#[test]
#[cfg(unix)]
fn a_directory_that_cannot_be_made_is_2() {
    let place = Place::new().with("taken", "");
    let run: Run = asim(place.path(), &["man", "--output", "taken/man1"])
        .output()
        .unwrap()
        .into();
    let run = run.ended(2);
    assert!(
        run.stderr.contains("asim: taken/man1: cannot be written: "),
        "{}",
        run.stderr
    );
}
