"""Pages without Streamlit: the wall, the remote, and the phones in the room."""
