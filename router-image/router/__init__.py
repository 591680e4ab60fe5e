"""What the programs of the router's image share. Which files there are, and all names in them, is said by the manifest."""
import sys


class Refused(Exception):
    """Something cannot be done; the text is for the person who ran the update."""


def say(text):
    print("router: " + text, flush=True)


def complain(text):
    print("router: " + text, file=sys.stderr, flush=True)
