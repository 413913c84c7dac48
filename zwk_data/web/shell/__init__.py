"""What surrounds every page: the HTML page, the middleware, the start, the menu."""
