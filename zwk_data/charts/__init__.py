"""Frame in, Plotly figure out: one template, alt text and source line included."""
