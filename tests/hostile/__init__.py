"""True reports, printed in thousands of ways and damaged where a reader of the file can see it."""
