//! The system calls that execute a program.

/// A system call that replaces a process's program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemCall {
    /// `execve(2)`.
    Execve,
    /// `execveat(2)`.
    Execveat,
}

/// Numbers of execve and execveat by `arch=`, which is an `AUDIT_ARCH_*` of the kernel's `linux/audit.h` (2026); the
/// numbers are those of each architecture's table of system calls (Linux 6.18).
const NUMBERS: [(&str, &str, &str); 11] = [
    ("c000003e", "59", "322"),  // x86-64
    ("40000003", "11", "358"),  // i386
    ("c00000b7", "221", "281"), // AArch64
    ("40000028", "11", "387"),  // Arm
    ("c00000f3", "221", "281"), // RISC-V, 64 bits
    ("c0000102", "221", "281"), // LoongArch, 64 bits
    ("80000016", "11", "354"),  // s390x
    ("c0000015", "11", "362"),  // PowerPC, 64 bits, little endian
    ("80000015", "11", "362"),  // PowerPC, 64 bits
    ("14", "11", "362"),        // PowerPC, 32 bits
    // The x32 programs of x86-64 have numbers with bit 30 set.
    ("c000003e", "1073742344", "1073742369"),
];

impl SystemCall {
    /// The call of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "execve" => Some(Self::Execve),
            "execveat" => Some(Self::Execveat),
            _ => None,
        }
    }

    /// The call of this number on an architecture.
    pub fn numbered(arch: &str, number: &str) -> Option<Self> {
        let own = NUMBERS
            .iter()
            .filter(|(own, _, _)| own.eq_ignore_ascii_case(arch));
        own.into_iter().find_map(|(_, execve, execveat)| match number {
            number if number == *execve => Some(Self::Execve),
            number if number == *execveat => Some(Self::Execveat),
            _ => None,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Execve => "execve",
            Self::Execveat => "execveat",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_belong_to_an_architecture() {
        use SystemCall::{Execve, Execveat};
        for (arch, number, expected) in [
            ("c000003e", "59", Some(Execve)),
            ("c000003e", "322", Some(Execveat)),
            ("C000003E", "59", Some(Execve)),
            ("c000003e", "11", None),
            ("c000003e", "1073742344", Some(Execve)),
            ("40000003", "11", Some(Execve)),
            ("40000003", "59", None),
            ("c00000b7", "221", Some(Execve)),
            ("c00000b7", "281", Some(Execveat)),
            ("deadbeef", "59", None),
        ] {
            assert_eq!(SystemCall::numbered(arch, number), expected, "{arch} {number}");
        }
    }
}
