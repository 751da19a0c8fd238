"""JSON lines → one Document a line, streamed. A line that cannot be read costs itself alone."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from comity.records import Document
from comity.sources.columns import json_name, record_document
from comity.sources.decoding import decode
from comity.sources.outcome import DEFAULT, Failure, Fault, Options
from comity.sources.streams import head_of, lines, whole

_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_ONE_A_LINE = "write one JSON object a line"


def read_jsonl(stream: BinaryIO, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The documents of a file of JSON lines, in order. Places are `origin:line`."""
    head, stream = (b"", stream) if options.before else head_of(stream, 3)
    if head.startswith(_MARKS[2]):
        stream.read(3)
    elif head.startswith(_MARKS[:2]):
        # UTF-16 has no line ends that could be looked for in bytes.
        text = decode(whole(stream, options.limits.file_bytes)).lstrip("\ufeff")
        stream = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    empty = options.before is None
    for number, line in lines(stream, options.limits.line_bytes, options.before or 0):
        place = f"{origin}:{number}"
        if isinstance(line, Fault):
            empty = False
            yield line.at(place)
        elif line.strip():
            empty = False
            yield _read_line(line, place, options)
    if empty:
        yield Failure(place=origin, problem="is empty", mend="give a file with one JSON object a line")


def _read_line(line: bytes, place: str, options: Options) -> Document | Failure:
    try:
        record = loads(decode(line), _ONE_A_LINE)
    except Fault as fault:
        return fault.at(place)
    if not isinstance(record, dict):
        return Failure(place=place, problem=f"is a JSON {json_name(record)}, not an object", mend=_ONE_A_LINE)
    return record_document(record, place, options)


def loads(text: str, mend: str) -> Any:
    """The value of some JSON. Raises Fault; Python's own reader would let NaN pass, which JSON does not have."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise Fault(f"is not JSON: {error.msg} at {line}column {error.colno}", mend) from error
    except ValueError as error:  # a number of thousands of digits
        raise Fault(f"is not JSON: {error}", mend) from error
    except RecursionError as error:
        raise Fault("is nested too deep", mend) from error


def _refuse(constant: str) -> NoReturn:
    raise Fault(f"is not JSON: {constant} is no value of JSON", "write null where a number is missing")
