"""What is kept: letters until they are answered, conversations without names, counts without words."""
