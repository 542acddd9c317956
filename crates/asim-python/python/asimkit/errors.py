"""What can go wrong.

A bad record is no error: it is rejected, counted and kept, unless `on_reject="raise"` asks for an error.
"""

from __future__ import annotations

from typing import Any

from ._report import Reject


class AsimError(Exception):
    """The base of all errors of this package.

    `file` is the input or the output that the error is about, if it has a name.
    """

    def __init__(self, message: str, *, file: str | None = None) -> None:
        super().__init__(message)
        self.file = file


class OptionError(AsimError, ValueError):
    """A choice that cannot be used; `option` is its name."""

    def __init__(self, message: str, *, option: str | None = None, file: str | None = None) -> None:
        super().__init__(message, file=file)
        self.option = option


class FilterError(OptionError):
    """A filter that cannot be used; `parameter` is the one whose value is wrong, if it is one of them."""

    def __init__(self, message: str, *, option: str | None = "filter", parameter: str | None = None) -> None:
        super().__init__(message, option=option)
        self.parameter = parameter


class SourceError(OptionError):
    """No source was chosen: there is none of that name, none recognizes the input, or more than one does."""


class UndecidedError(AsimError, ValueError):
    """The input leaves open what must be known, such as the order of day and month; the message asks for it."""


class ReadError(AsimError, OSError):
    """An input cannot be read, or not to its end. The error of a Python file is its `__cause__`."""


class WriteError(AsimError, OSError):
    """An output cannot be written."""


class RecordError(AsimError, ValueError):
    """A record was rejected, and `on_reject="raise"` was chosen; `reject` tells where it stands and why."""

    def __init__(self, message: str, *, file: str | None = None, reject: tuple[Any, ...] | None = None) -> None:
        super().__init__(message, file=file)
        self.reject = Reject(*reject) if reject else None


class DecodeError(AsimError, ValueError):
    """A text is in no form of the source that was named."""


class RejectedWarning(UserWarning):
    """Records were rejected where only a table is returned."""
