"""Requests that once were answered wrongly, each with what was wrong."""

JSON = {"Content-Type": "application/json"}

CASES = []
