"""The page Monitoring."""
