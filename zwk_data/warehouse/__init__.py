"""The warehouse of official figures: collected, built, checked, and brought up to date."""
