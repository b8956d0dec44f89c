# /// script
# requires-python = ">=3.11"
# dependencies = ["kubernetes-validate==1.37.0"]
# ///
"""Make helpers/katib/job_schema.json: what Kubernetes 1.37 takes as a Job of batch/v1, and nothing else.

`kubernetes-validate` brings the schemas of all kinds and versions, 17,000 files and 108 MB on disk; a learner
needs one. So it is none of the course's dependencies: run this script as `uv run scripts/make_job_schema.py`.
The schemas are Kubernetes' own OpenAPI description (Apache-2.0, see helpers/katib/job_schema.LICENSE.txt).
"""

import argparse
import json
import os
import sys
import tempfile
from importlib import resources
from pathlib import Path

VERSION = "1.37.0"
TARGET = Path(__file__).resolve().parents[1] / "helpers" / "katib" / "job_schema.json"


def job_schema():
    """Return the strict schema: a key that Job does not know is an error."""
    folder = resources.files("kubernetes_validate") / "kubernetes-json-schema" / f"v{VERSION}-local-strict"
    schema = json.loads((folder / "job-batch-v1.json").read_text())
    definitions = json.loads((folder / "_definitions.json").read_text())["$defs"]
    used = {}
    collect(schema, definitions, used)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"Kubernetes {VERSION}, batch/v1 Job, strict; made by scripts/make_job_schema.py",
        **{key: bare(schema[key]) for key in ("type", "properties", "additionalProperties")},
        "required": ["apiVersion", "kind", "spec"],
        "$defs": {name: bare(used[name]) for name in sorted(used)},
    }


def collect(part, definitions, used):
    """Put every definition that a part of the schema leads to into `used`."""
    if isinstance(part, dict):
        name = part.get("$ref", "").rpartition("/")[2]
        if name and name not in used:
            used[name] = definitions[name]
            collect(used[name], definitions, used)
        for value in part.values():
            collect(value, definitions, used)
    elif isinstance(part, list):
        for value in part:
            collect(value, definitions, used)


def bare(part):
    """Return a part without descriptions and Kubernetes' notes, its references pointing into this file."""
    if isinstance(part, list):
        return [bare(value) for value in part]
    if not isinstance(part, dict):
        return part
    kept = {}
    for key, value in part.items():
        is_note = key in ("description", "default") and not isinstance(value, dict)
        if not is_note and not key.startswith("x-"):
            kept[key] = f"#/$defs/{value.rpartition('/')[2]}" if key == "$ref" else bare(value)
    return kept


def main():
    """Write the schema, or with --check compare it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    text = json.dumps(job_schema(), separators=(",", ":"), sort_keys=True) + "\n"
    if not parser.parse_args().check:
        with tempfile.NamedTemporaryFile("w", dir=TARGET.parent, delete=False) as beside:
            beside.write(text)
        os.replace(beside.name, TARGET)
        TARGET.chmod(0o644)
    if TARGET.read_text() != text:
        sys.exit(f"{TARGET.name}: not what this script makes; run it.")
    print(f"{TARGET.name}: {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
