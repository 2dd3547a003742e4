"""What a browser sees of the stand-in: the page a buyer pays on, and the developer's dashboard."""
