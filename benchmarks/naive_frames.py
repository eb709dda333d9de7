"""The baseline that Ravine's stage is measured against: Streamlit + Plotly frames, the way most apps do it.

Run with: streamlit run naive_frames.py
One slider, six Adam runs of 300 steps on Rosenbrock, a contour and a loss curve, every frame a copy of the paths so
far.
"""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def adam_paths(steps, runs=6):
    paths = []
    for run in range(runs):
        lr, p, m, v = 0.02 * (run + 1), np.array([-1.5, 2.0]), np.zeros(2), np.zeros(2)
        path = [p.copy()]
        for t in range(1, steps + 1):
            x, y = p
            g = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            p = p - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
            path.append(p.copy())
        paths.append(np.array(path))
    return np.array(paths)


st.set_page_config(layout="wide")
steps = st.slider("steps", 50, 600, 300)
view = st.radio("view", ["2d", "3d"], horizontal=True)

paths = adam_paths(steps)
xs, ys = np.linspace(-2, 2, 120), np.linspace(-1, 3, 120)
terrain = np.log1p(rosenbrock(xs[None, :], ys[:, None]))
losses = np.log1p(rosenbrock(paths[..., 0], paths[..., 1]))

figure = make_subplots(1, 2, specs=[[{"type": "scene" if view == "3d" else "xy"}, {"type": "xy"}]])
if view == "3d":
    figure.add_trace(go.Surface(x=xs, y=ys, z=terrain, showscale=False, opacity=0.9), 1, 1)
else:
    figure.add_trace(go.Contour(x=xs, y=ys, z=terrain, ncontours=25, showscale=False), 1, 1)


def traces(run, upto):
    path, loss, line = paths[run, :upto], losses[run, :upto], {"color": COLOURS[run]}
    if view == "3d":
        trail = go.Scatter3d(x=path[:, 0], y=path[:, 1], z=loss, mode="lines", line=line)
    else:
        trail = go.Scatter(x=path[:, 0], y=path[:, 1], mode="lines", line=line)
    return trail, go.Scatter(x=np.arange(upto), y=loss, mode="lines", line=line)


for run in range(len(paths)):
    for column, trace in enumerate(traces(run, steps + 1), start=1):
        figure.add_trace(trace, 1, column)
figure.frames = [
    go.Frame(
        data=[t for run in range(len(paths)) for t in traces(run, upto + 1)], traces=list(range(1, 1 + 2 * len(paths)))
    )
    for upto in np.unique(np.linspace(1, steps, min(steps, 150)).astype(int))
]
play = {"frame": {"duration": 0, "redraw": view == "3d"}, "transition": {"duration": 0}, "fromcurrent": True}
figure.update_layout(
    height=560,
    updatemenus=[{"type": "buttons", "buttons": [{"label": "Play", "method": "animate", "args": [None, play]}]}],
)
st.plotly_chart(figure, key="chart")
