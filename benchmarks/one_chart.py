"""The least that a Streamlit page with a Plotly figure can be; bench_page_ready.py holds Ravine against it.

Run with: streamlit run one_chart.py
"""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

x = np.linspace(0, 10, 301)
st.plotly_chart(go.Figure(go.Scatter(x=x, y=np.sin(x), mode="lines")))
