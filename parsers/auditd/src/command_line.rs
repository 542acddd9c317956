//! A command line from arguments, as a POSIX shell takes it.

/// Writes arguments with blanks between them, each so that a shell reads it as it is.
///
/// An argument of letters, digits and `%+,-./:=@_` stands as it is. Any other stands in single quotes; a single quote
/// in it is written `'"'"'`.
pub(crate) fn of(arguments: &[impl AsRef<str>]) -> String {
    let mut line = String::new();
    for argument in arguments {
        if !line.is_empty() {
            line.push(' ');
        }
        let argument = argument.as_ref();
        if !argument.is_empty() && argument.bytes().all(is_plain) {
            line.push_str(argument);
            continue;
        }
        line.push('\'');
        for (place, part) in argument.split('\'').enumerate() {
            if place > 0 {
                line.push_str("'\"'\"'");
            }
            line.push_str(part);
        }
        line.push('\'');
    }
    line
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"%+,-./:=@_".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        let arguments = [
            "dig",
            "@192.0.2.1",
            "-t",
            "axfr",
            "a b",
            "it's",
            "",
            "$HOME",
            "тест",
        ];
        assert_eq!(
            of(&arguments),
            r#"dig @192.0.2.1 -t axfr 'a b' 'it'"'"'s' '' '$HOME' 'тест'"#
        );
        assert_eq!(of(&[""]), "''");
        assert_eq!(of(&[""; 0]), "");
    }

    proptest! {
        /// Another reader of shell words finds the arguments again.
        #[test]
        fn a_shell_finds_the_arguments_again(arguments: Vec<String>) {
            prop_assert_eq!(shlex::split(&of(&arguments)), Some(arguments));
        }
    }
}
