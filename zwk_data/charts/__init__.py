"""From a frame to a Plotly figure with its title, alternative text and source line."""
