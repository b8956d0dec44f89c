"""Everything the lessons lean on: data, training, pictures, checks.

Importing the package imports nothing heavy; each room loads what it needs where it needs it.
"""

import os

from helpers import instructions, quiet

# TensorFlow logs to stderr, and nbgrader reads any stderr output in a graded cell as a failure.
# The settings count only if they are made before TensorFlow is first imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# oneDNN's own operations round differently from processor to processor; the lessons' numbers should not.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
# Networks of a few thousand weights: a second thread for one matrix product costs up to half as much CPU
# again, and no lesson ends earlier for it.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
# The compiled training is TensorFlow's; a keras.json in somebody's home may name another backend.
os.environ["KERAS_BACKEND"] = "tensorflow"
instructions.use_common(os.environ)
quiet.install()
