"""What the page says when something was refused or not understood: text, whatever is in it."""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def problem(*sentences: str, place: DeltaGenerator | None = None) -> None:
    """Show sentences that may repeat a reader's own words, a line each, here or in a place that was made for them.

    Not with ``st.warning``: that takes Markdown, in which an address from a link becomes a link, and no escaping helps.
    """
    (place or st).html(problem_html(*sentences))


def problem_html(*sentences: str) -> str:
    """The sentences as HTML that shows them letter by letter.

    >>> problem_html("I did not understand <i> or https://b.example; using 0.9.")
    '<p class="rv-problem" role="alert">I did not understand &lt;i&gt; or https://b.example; using 0.9.</p>'
    """
    return f'<p class="rv-problem" role="alert">{"<br>".join(map(escape, sentences))}</p>'
