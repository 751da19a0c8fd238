"""One way to open a shipped network: on the CPU, with as many threads as asked for, and silent."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_network(path: Path, threads: int) -> Any:
    """An onnxruntime session over a file. onnxruntime is imported here, since commands that read nothing need not pay."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Processors without VNNI would add 8-bit products in 16 bits, which overflow: trees and types then differ from machine
    # to machine, for the worse. Where there is VNNI this changes nothing.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
