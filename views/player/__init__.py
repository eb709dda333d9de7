"""The stage: an animation component that owns its plots for its whole life and is updated in place."""

from views.player.player import Opening, send_anatomy, send_terrain, stage

__all__ = ["Opening", "send_anatomy", "send_terrain", "stage"]
