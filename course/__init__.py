"""What authors and instructors use: lessons made from their sources, and classes graded.

`helpers` never imports it, and no sandbox shows it.
"""

import helpers  # noqa: F401  first, for its settings: they count until TensorFlow is imported
