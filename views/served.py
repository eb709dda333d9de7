"""Files that the browser loads by itself: served by Streamlit, at an address that changes with what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import streamlit.components.v1 as components_v1


def serve(name: str, folder: Path, files: Iterable[Path]) -> str:
    """Have Streamlit serve a folder; its address ends with a hash of the files, so that no browser runs an old one."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:12]
    components_v1.declare_component(f"{name}-{digest}", path=folder)
    return f"component/{__name__}.{name}-{digest}"
