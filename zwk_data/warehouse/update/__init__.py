"""Fetch newer official figures with the user's own access data, compare them, and lay them over the shipped ones."""
