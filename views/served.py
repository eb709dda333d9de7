"""Files that the browser loads by itself: served by Streamlit, at an address that changes with what is in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import streamlit.components.v1 as components_v1


def serve(name: str, folder: Path, files: Iterable[Path]) -> str:
    """Have Streamlit serve a folder; its address ends with a hash of the files, so that no browser runs an old one."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:12]
    components_v1.declare_component(f"{name}-{digest}", path=folder)
    return f"component/{__name__}.{name}-{digest}"


_LOADER = """
const spelt = (path, tries, at = path.lastIndexOf('/') - tries) =>
  tries ? path.slice(0, at) + '%' + path.charCodeAt(at).toString(16) + path.slice(at + 1) : path
const get = (path, tries = 0) => import(new URL(spelt(path, tries), document.baseURI)).catch((error) => {
  if (tries > 3) throw error
  return new Promise((then) => setTimeout(then, 500 * 3 ** tries)).then(() => get(path, tries + 1))
})
const once = (path) => document[Symbol.for(path)] ??= get(path).catch((error) => {
  delete document[Symbol.for(path)]
  throw error
})
export default async (component) => {
  const what = @what, place = component.parentElement
  const say = (words) => {
    place.querySelector(':scope > .rv-late')?.remove()
    const note = { className: 'rv-late', role: 'status', textContent: what + words }
    if (what && words) place.prepend(Object.assign(document.createElement('p'), note))
  }
  const late = setTimeout(say, 2000, ' has not loaded yet. Still trying.')
  const modules = await Promise.all(@paths.map(once)).catch(console.warn)
  clearTimeout(late)
  say(modules ? '' : ' did not load. Load the page again.')
  return modules && (@show)(modules)
}
"""
# Another address for another attempt, since Firefox remembers of a module's that it failed, and so of each module that
# this one imports. So the folder is spelt another way, one of its letters as a code, which they all inherit. What was
# imported is kept with the document: each element has a loader of its own, and two copies of a module know nothing of
# each other.


def loader(paths: Sequence[str], show: str, what: str) -> str:
    """The inline JavaScript of a component: it imports modules and calls ``show``, a function of them in JavaScript.

    Modules that do not come are asked for again, a few times, and ``what`` is said to be missing if it has a name.

    >>> "import(" in loader(["component/x/y.js"], "([y]) => y.show(component)", "The picture")
    True
    """
    return _LOADER.replace("@what", json.dumps(what)).replace("@paths", json.dumps(paths)).replace("@show", show)
