"""What can be read: paths, bytes, files that are open, and lists of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, Union


class Readable(Protocol):
    """A file that is open in binary mode, or whatever else has its `read`."""

    def read(self, size: int, /) -> bytes: ...


Path = Union[str, "os.PathLike[str]"]
Bytes = Union[bytes, bytearray, memoryview]
#: A path of a file or a directory; the bytes of a log; a file that is open in binary mode; a list of paths or of such
#: files; or a list of bytes, which are pieces of one log, each a record or several.
Input = Union[Path, Bytes, Readable, Sequence[Path], Sequence[Bytes], Sequence[Readable]]


def native(given: Input, options: dict[str, Any]) -> list[dict[str, Any]]:
    """The inputs as the native module takes them; `options` are completed."""
    file_time = options["assume_time"] == "mtime"
    if file_time:
        options["assume_time"] = None
    if isinstance(given, (list, tuple)) and given and all(_is_bytes(item) for item in given):
        return [_input(None, [bytes(item) for item in given])]
    items = given if isinstance(given, (list, tuple)) else [given]
    found: list[dict[str, Any]] = []
    for item in items:
        found.extend(_found(item, file_time))
    return found


def _is_bytes(item: object) -> bool:
    return isinstance(item, (bytes, bytearray, memoryview))


def _found(item: Any, file_time: bool) -> Iterator[dict[str, Any]]:
    if _is_bytes(item):
        yield _input(None, [item if isinstance(item, bytes) else bytes(item)])
    elif isinstance(item, (str, os.PathLike)):
        path = os.fspath(item)
        if os.path.isdir(path):
            for file in walk(path):
                yield of_path(file, named=False, file_time=file_time)
        else:
            yield of_path(path, file_time=file_time)
    elif hasattr(item, "read"):
        name = getattr(item, "name", None)
        yield _input(name if isinstance(name, str) else None, item)
    else:
        raise TypeError(
            f"cannot read {type(item).__name__}: give a path, bytes, a file that is open in binary mode, "
            "or a list of one kind of them"
        )


def of_path(path: str, *, named: bool = True, file_time: bool = False) -> dict[str, Any]:
    """A file as an input."""
    return {**_input(path, path, named=named), "changed": changed(path), "assume_changed": file_time}


def part_of(path: str, start: int, end: int, header: bytes, changed: int | None) -> dict[str, Any]:
    """The lines of a file that begin from `start` on and before `end`, behind a header."""
    return {**_input(path, (path, start, end, header)), "changed": changed}


def of_values(data: bytes, ends: bytes, wide: bool) -> dict[str, Any]:
    """The values of an Arrow column of texts: their bytes, and its offsets."""
    return _input(None, (data, ends, wide))


def changed(path: str) -> int | None:
    """When a stored file was last changed, in nanoseconds since 1970."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns if stat.S_ISREG(status.st_mode) else None


def walk(directory: str) -> Iterator[str]:
    """The files below a directory, sorted by name."""
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path)
        elif entry.is_file():
            yield entry.path


def _input(name: str | None, origin: Any, *, named: bool = True) -> dict[str, Any]:
    return {"name": name, "named": named, "changed": None, "assume_changed": False, "origin": origin}
