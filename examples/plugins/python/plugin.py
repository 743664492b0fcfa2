"""An example plugin of Hodu: the format IDX, in which MNIST comes, and a backend on numpy. Needs numpy."""

from hodu_plugin import Plugin

from idx import Idx
from numpy_backend import NumpyBackend

plugin = Plugin()
plugin.format("idx")(Idx)
plugin.backend("numpy")(NumpyBackend)

if __name__ == "__main__":
    plugin.serve()
