"""The stage: an animation component that owns its plots for its whole life and is updated in place."""

from views.player.player import ask_to_follow, has_followed, record_stage, send_anatomy, send_terrain, stage
from views.player.show import Opening, Record, Show, ShownRun

__all__ = [
    "Opening",
    "Record",
    "Show",
    "ShownRun",
    "ask_to_follow",
    "has_followed",
    "record_stage",
    "send_anatomy",
    "send_terrain",
    "stage",
]
