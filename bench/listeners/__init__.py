"""A crowd of WebSocket listeners in a process of its own, what they listen to, and its cost."""
