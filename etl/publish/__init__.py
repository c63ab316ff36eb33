"""The Word and Excel files that people send, sign and keep."""
