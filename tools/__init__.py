"""Tools for whoever works on the product; the running app needs none of them."""
