"""Data sets, offline, as named tuples of arrays.

folds      cross-validation: each part of the examples held out once
images     photographs of clothes, the capstone's set, digits
generated  sequences, moons, sparse regression: drawn from a seed
camera     the bad camera of the capstone
related    some of the classes, some of the images, the same clothes by another camera
labels     labels made wrong on purpose
packaged   what comes with the course, compared with its checksums
originals  the files that Fashion-MNIST was published as
"""

from helpers.data.folds import without_each_fold
from helpers.data.generated import m1d, sparse_regression, two_moons
from helpers.data.images import capstone, digits, fashion_mnist
from helpers.data.labels import flip_labels, with_label_noise
from helpers.data.packaged import read_packaged
from helpers.data.records import CLASS_NAMES, NUM_CLASSES, Dataset, Points, Regression
from helpers.data.related import balanced_subset, by_another_camera, only_classes

__all__ = [
    "CLASS_NAMES",
    "NUM_CLASSES",
    "Dataset",
    "Points",
    "Regression",
    "balanced_subset",
    "by_another_camera",
    "capstone",
    "digits",
    "fashion_mnist",
    "flip_labels",
    "m1d",
    "only_classes",
    "read_packaged",
    "sparse_regression",
    "two_moons",
    "with_label_noise",
    "without_each_fold",
]
