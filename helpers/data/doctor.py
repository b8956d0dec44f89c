"""What `course doctor` asks of the packaged data."""

from __future__ import annotations

from helpers.errors import restoring
from helpers.learner.doctor import Finding, last_line


def packaged_data() -> Finding:
    """Find whether the images and measurements that the lessons read are there, and what they were."""
    name = "Data"
    try:
        from helpers.data import fashion_mnist, read_packaged
        from helpers.data.packaged import packaged_names

        num_images = sum(len(part) for part in fashion_mnist(num_train=3000, num_val=3000)[::2])
        names = packaged_names()
        for packaged in names:
            read_packaged(packaged)
    except (OSError, ImportError) as error:
        return Finding(name, False, last_line(str(error)), restoring("helpers/datasets"))
    return Finding(
        name, True, f"{num_images} images of Fashion-MNIST; all {len(names)} files, checksums right"
    )
