"""The running app: its pages, what pages share, and what surrounds Streamlit."""
