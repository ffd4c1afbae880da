"""The flow of a conversation: a function of data to data."""
