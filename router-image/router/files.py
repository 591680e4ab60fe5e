"""Files on the volume: whole or not there at all, whenever the machine stops."""
import contextlib
import hashlib
import json
import os

from router.manifest import FILES, LIVE


def replace(path, text, mode):
    """Envoy reads a file when another one is moved onto its path, and only then."""
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name}.new")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(beside)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(beside, path)
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def digest(value, length=12):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:length]


def as_text(resources):
    """A file for Envoy. Its version is its content, and what Envoy reports when it has accepted it."""
    return json.dumps({"version_info": digest(resources), "resources": resources}, sort_keys=True)


def version(text):
    return json.loads(text)["version_info"]


def first_text(name):
    return as_text(FILES[name]["first"])


def live_path(name):
    return os.path.join(LIVE, name)


def read_live(name):
    """What an empty volume holds is what a router without endpoints serves."""
    try:
        with open(live_path(name), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return first_text(name)


def write_live(name, text):
    replace(live_path(name), text, FILES[name]["mode"])


def write_first_files():
    for name in FILES:
        if not os.path.exists(live_path(name)):
            write_live(name, first_text(name))
