"""What `make` runs: the demonstration and the tests. Python 3.9 or later, no other packages."""
