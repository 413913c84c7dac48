"""Draws the invented data set for training and tests (``ZWK_DATA=demo``), frei erfunden: nothing in it is true."""
