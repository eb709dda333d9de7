"""The moving pictures of the page of losses: curves with a handle, and lines that follow a point."""

from views.loss_curves.component import show_curves, show_outlier
from views.loss_curves.message import OUTLIER_PLACES, nearest_place

__all__ = ["OUTLIER_PLACES", "nearest_place", "show_curves", "show_outlier"]
