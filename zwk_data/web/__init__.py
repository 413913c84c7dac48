"""What only the running app needs: navigation, middleware, shared page parts."""
