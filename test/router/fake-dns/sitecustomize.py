"""Names that a test can take away: Python reads this at its start when the folder is on PYTHONPATH.

Each line of the table is a name and its address, or `again` where the resolver has no answer. A name without a dot at its
end is looked up in a search domain, where everything exists.
"""
import os
import socket

_table = os.environ["FAKE_DNS"]
_real = socket.getaddrinfo
_FOREIGN = "127.0.0.66"


def _note(kind, host):
    with open(f"{_table}.{kind}", "a", encoding="utf-8") as file:
        file.write(host + "\n")


def getaddrinfo(host, *args, **kwargs):
    if not isinstance(host, str) or not host.rstrip(".").endswith(".test"):
        return _real(host, *args, **kwargs)
    with open(_table, encoding="utf-8") as file:
        addresses = dict(line.split() for line in file)
    name = host.rstrip(".")
    if host == name:
        return _real(_FOREIGN, *args, **kwargs)
    if name not in addresses:
        _note("missed", name)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if addresses[name] == "again":
        _note("unanswered", name)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return _real(addresses[name], *args, **kwargs)


socket.getaddrinfo = getaddrinfo
