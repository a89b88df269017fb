"""What is timed, as Python; worker.py runs it."""
