"""What the tests of the Python package share. Nothing here is skipped: a library that is missing is a failure."""

import io
import json
import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

ZEEK_HEADER = (
    b"#separator \\x09\n#path\tdns\n"
    b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\tquery\tqtype\trcode\tanswers\n"
)


def zeek_row(number: int) -> bytes:
    """A row of a Zeek log; every seventh is an NXDOMAIN."""
    rcode = 3 if number % 7 == 0 else 0
    return (
        f"{1795251600 + number}.000000\tC{number}\t192.0.2.{number % 250}\t{1024 + number % 60000}\t192.0.2.53\t53\tudp\t"
        f"{number % 65536}\th{number}.example.com\t1\t{rcode}\t198.51.100.7\n"
    ).encode()


def zeek_json(number: int) -> bytes:
    """The same as a line of JSON."""
    return (
        json.dumps(
            {
                "ts": 1795251600 + number,
                "uid": f"C{number}",
                "id.orig_h": f"192.0.2.{number % 250}",
                "id.orig_p": 1024 + number % 60000,
                "id.resp_h": "192.0.2.53",
                "id.resp_p": 53,
                "proto": "udp",
                "trans_id": number % 65536,
                "query": f"h{number}.example.com",
                "qtype": 1,
                "rcode": 3 if number % 7 == 0 else 0,
                "answers": ["198.51.100.7"],
            }
        )
        + "\n"
    ).encode()


class Broken(io.BytesIO):
    """A file whose line goes dead behind its bytes."""

    name = "sensor-1"

    def read(self, size=-1):
        piece = super().read(size)
        if not piece:
            raise ConnectionError("the line is dead")
        return piece


@pytest.fixture(scope="session")
def root() -> pathlib.Path:
    """The project's root."""
    return ROOT


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """One session for all tests: two processors, four attempts of a task."""
    # Spark's workers must be of this interpreter, which has the package.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    session = (
        SparkSession.builder.master("local[2,4]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(folder))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
