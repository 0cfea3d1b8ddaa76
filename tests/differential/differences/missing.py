"""What is not there yet: the entry goes when the call comes."""

MISSING = []
