"""Names that a test can take away: Python reads this at its start when the folder is on PYTHONPATH."""
import os
import socket

_table = os.environ["FAKE_DNS"]
_real = socket.getaddrinfo


def getaddrinfo(host, *args, **kwargs):
    if not isinstance(host, str) or not host.endswith(".test"):
        return _real(host, *args, **kwargs)
    with open(_table, encoding="utf-8") as file:
        addresses = dict(line.split() for line in file)
    if host not in addresses:
        with open(_table + ".missed", "a", encoding="utf-8") as file:
            file.write(host + "\n")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _real(addresses[host], *args, **kwargs)


socket.getaddrinfo = getaddrinfo
