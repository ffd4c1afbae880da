"""How often messages are understood: runs, figures, and the page that shows them. Started by evaluate.py."""
