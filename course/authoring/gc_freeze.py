"""Imported last by the server of which answers are forked: no collection looks again at what it has imported.

A collection writes to every object that it looks at. Each fork would copy all of TensorFlow so, 260 MB.
"""

import gc

gc.collect()
gc.freeze()
