"""What each endpoint adds to Envoy's files, and how these are put together. Pure, but for reading and writing folders.

A fragment is <endpoint>.json and, with all that is secret of it, <endpoint>.secret.json. Both say by file and JSON pointer
what is added to the file's first content.
"""
import contextlib
import copy
import json
import os
from typing import NamedTuple

from router import Refused
from router.files import digest, replace
from router.manifest import CLUSTERS, FILES, OPEN_MODE, SECRET_MODE

SECRET, OPEN = ".secret.json", ".json"
FOLDER = "endpoints"


class Fragment(NamedTuple):
    text: str
    secret: str

    @property
    def version(self):
        return json.loads(self.text)["version"]

    def parts(self):
        """By file and pointer; new objects each time."""
        for text in (self.text, self.secret):
            for name, parts in json.loads(text)["parts"].items():
                for pointer, part in parts.items():
                    yield name, pointer, part

    def backends(self):
        return [cluster["name"] for name, _, part in self.parts() if name == CLUSTERS for cluster in part]


def load(folder):
    """The fragments in a folder, by endpoint."""
    folder = os.path.join(folder, FOLDER)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    texts = {name: _read(os.path.join(folder, name)) for name in names if name.endswith(OPEN) and name[0] != "."}
    endpoints = sorted(name[: -len(OPEN)] for name in texts if not name.endswith(SECRET))
    missing = [name for name in endpoints if name + SECRET not in texts]
    if missing:
        raise Refused(f"there is no {missing[0]}{SECRET} in {folder}")
    try:
        return {name: _checked(Fragment(texts[name + OPEN], texts[name + SECRET])) for name in endpoints}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"a file in {folder} is no fragment of an endpoint") from None


def store(folder, fragments):
    """Makes the folder hold these and no others."""
    folder = os.path.join(folder, FOLDER)
    os.makedirs(folder, exist_ok=True)
    wanted = {name + OPEN: (fragment.text, OPEN_MODE) for name, fragment in fragments.items()}
    wanted.update({name + SECRET: (fragment.secret, SECRET_MODE) for name, fragment in fragments.items()})
    for name, (text, mode) in wanted.items():
        path = os.path.join(folder, name)
        if not os.path.exists(path) or _read(path) != text:
            replace(path, text, mode)
    for name in set(os.listdir(folder)) - set(wanted):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(folder, name))


def assemble(fragments):
    """Resources by file."""
    files = {name: copy.deepcopy(entry["first"]) for name, entry in FILES.items()}
    for endpoint in sorted(fragments):
        for name, pointer, part in fragments[endpoint].parts():
            try:
                _add(_at(files[name], pointer), part)
            except (KeyError, IndexError, ValueError, TypeError) as problem:
                raise Refused(f"the fragment of {endpoint} does not fit this router: {name} {pointer} ({problem})") from None
    return _named_by_content(files)


def backend_of(cluster):
    """The name that the fragments use; see _named_by_content."""
    return cluster.split("~")[0]


def _named_by_content(files):
    """Gives each state of a backend a name of its own.

    Envoy would replace a changed cluster of the same name at once: by one that may not have seen a ready instance yet, and
    nobody could tell when the last request of the old one is answered. Two names stand side by side.
    """
    clusters = files.pop(CLUSTERS)
    names = {cluster["name"]: f"{cluster['name']}~{digest(cluster, 8)}" for cluster in clusters}
    renamed = {name: _with_names(resources, names) for name, resources in files.items()}
    return {**renamed, CLUSTERS: [{**cluster, "name": names[cluster["name"]]} for cluster in clusters]}


def _with_names(value, names):
    if isinstance(value, list):
        return [_with_names(item, names) for item in value]
    if isinstance(value, dict):
        return {
            key: names.get(item, item) if key == "cluster" and isinstance(item, str) else _with_names(item, names)
            for key, item in value.items()
        }
    return value


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def _checked(fragment):
    fragment.version
    list(fragment.parts())
    return fragment


def _at(value, pointer):
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        value = value[int(step) if isinstance(value, list) else step]
    return value


def _add(target, part):
    if isinstance(target, list):
        target.extend(part)
        return
    for key, value in part.items():
        if target.setdefault(key, value) != value:
            raise ValueError(f"another endpoint has a different {key}")
