"""The stage: an animation component that owns its plots for its whole life and is updated in place."""

from views.player.player import record_stage, send_anatomy, send_terrain, stage
from views.player.show import Opening, Record, Show, ShownRun

__all__ = ["Opening", "Record", "Show", "ShownRun", "record_stage", "send_anatomy", "send_terrain", "stage"]
