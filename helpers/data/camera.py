"""A bad camera: the capstone's photographs were taken through it."""

from __future__ import annotations

import numpy as np

MAX_SHIFT, LOWEST_CONTRAST, NOISE = 3, 0.5, 0.08


def through_a_bad_camera(
    images: np.ndarray, rng: np.random.Generator, max_shift: int = MAX_SHIFT
) -> np.ndarray:
    """Return images (n, 28, 28) moved, paler, smaller and noisy: uint8, (n, 14, 14).

    max_shift: by how many pixels of the 28 an image may be moved, each way.
    """
    n, shifts = len(images), rng.integers(0, 2 * max_shift + 1, size=(2, len(images)))
    framed = np.pad(images, [(0, 0), (max_shift, max_shift), (max_shift, max_shift)])
    windows = np.lib.stride_tricks.sliding_window_view(framed, (28, 28), axis=(1, 2))
    moved = windows[np.arange(n), shifts[0], shifts[1]] / 255
    pooled = moved.reshape(n, 14, 2, 14, 2).mean(axis=(2, 4))
    paler = pooled * rng.uniform(LOWEST_CONTRAST, 1, size=(n, 1, 1))
    return np.round(255 * np.clip(paler + NOISE * rng.normal(size=paler.shape), 0, 1)).astype(np.uint8)
