"""The programme store's first content: documented facts, or the invented data set for training."""
