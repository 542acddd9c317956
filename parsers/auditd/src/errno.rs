//! Why a program could not be executed.

/// The name of an error number, by the list of `execve(2)` (Linux man-pages 6.16) and `errno(3)`; none of any other.
///
/// These numbers are the same on every architecture that is read here.
pub(crate) fn name(number: i64) -> Option<&'static str> {
    Some(match number {
        1 => "EPERM",
        2 => "ENOENT",
        4 => "EINTR",
        5 => "EIO",
        7 => "E2BIG",
        8 => "ENOEXEC",
        9 => "EBADF",
        11 => "EAGAIN",
        12 => "ENOMEM",
        13 => "EACCES",
        14 => "EFAULT",
        16 => "EBUSY",
        20 => "ENOTDIR",
        21 => "EISDIR",
        22 => "EINVAL",
        23 => "ENFILE",
        24 => "EMFILE",
        26 => "ETXTBSY",
        36 => "ENAMETOOLONG",
        40 => "ELOOP",
        80 => "ELIBBAD",
        116 => "ESTALE",
        _ => return None,
    })
}
