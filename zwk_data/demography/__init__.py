"""Demographic questions answered from the warehouse: functions that return frames."""
