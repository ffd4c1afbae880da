"""How Amparo understands: what is done to a message between the Rasa server and its topic."""
