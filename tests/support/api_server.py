"""An emulated Kubernetes API server on loopback, that knows Experiments and asks the course's rules.

It has what `kubectl` and the Python client ask for: discovery, and objects that can be created, applied, read
and deleted. It is no Kubernetes: no schema, no controllers, no Katib. What stands in for Katib's webhooks is
`helpers.katib.check_experiment`.
"""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from helpers.katib import Shows, check_experiment

GROUP, VERSION, PLURAL = "kubeflow.org", "v1beta1", "experiments"
GROUP_VERSION = f"{GROUP}/{VERSION}"
_NAMED = {"groupVersion": GROUP_VERSION, "version": VERSION}
DISCOVERY = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": []},
    "/apis": {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [{"name": GROUP, "versions": [_NAMED], "preferredVersion": _NAMED}],
    },
    f"/apis/{GROUP_VERSION}": {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": GROUP_VERSION,
        "resources": [
            {
                "name": PLURAL,
                "singularName": "experiment",
                "namespaced": True,
                "kind": "Experiment",
                "verbs": ["create", "delete", "get", "list", "patch"],
            }
        ],
    },
    # With these parameters kubectl leaves validation and rehearsals to the server.
    "/openapi/v3": {
        "paths": {f"apis/{GROUP_VERSION}": {"serverRelativeURL": f"/openapi/v3/apis/{GROUP_VERSION}"}}
    },
    f"/openapi/v3/apis/{GROUP_VERSION}": {
        "openapi": "3.0.0",
        "info": {"title": "emulated", "version": "1"},
        "components": {"schemas": {}},
        "paths": {
            f"/apis/{GROUP_VERSION}/namespaces/{{namespace}}/{PLURAL}/{{name}}": {
                "patch": {
                    "parameters": [{"name": name, "in": "query"} for name in ("fieldValidation", "dryRun")],
                    "x-kubernetes-action": "patch",
                    "x-kubernetes-group-version-kind": {
                        "group": GROUP,
                        "version": VERSION,
                        "kind": "Experiment",
                    },
                }
            }
        },
    },
}


def refusal(experiment):
    """What the webhooks say to an Experiment, as one line, None where they accept it."""
    refused = [finding for finding in check_experiment(experiment) if finding.shows is Shows.REFUSED]
    if not refused:
        return None
    told = ", ".join(f"{finding.field}: {finding.message}" for finding in refused)
    return f'admission webhook "validator.experiment.katib.kubeflow.org" denied the request: [{told}]'


class Handler(BaseHTTPRequestHandler):
    """One request. Objects and requests live in the server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urlsplit(self.path).path
        if path in DISCOVERY:
            return self.answer(200, DISCOVERY[path])
        if path.endswith(f"/{PLURAL}"):
            items = list(self.server.objects.values())
            return self.answer(200, {"apiVersion": GROUP_VERSION, "kind": "ExperimentList", "items": items})
        if path in self.server.objects:
            return self.answer(200, self.server.objects[path])
        return self.fail(404, "NotFound", f"{path} not found")

    def do_POST(self):
        body = self.body()
        return self.keep(f"{urlsplit(self.path).path}/{body['metadata']['name']}", body, 201)

    def do_PATCH(self):
        # Server-side apply sends all of it; a patch of a part is more than this server knows.
        assert self.headers["Content-Type"].startswith("application/apply-patch+yaml"), self.headers
        path = urlsplit(self.path).path
        return self.keep(path, self.body(), 200 if path in self.server.objects else 201)

    def do_DELETE(self):
        self.body()
        path = urlsplit(self.path).path
        if self.server.objects.pop(path, None) is None:
            return self.fail(404, "NotFound", f"{path} not found")
        return self.answer(200, {"kind": "Status", "apiVersion": "v1", "status": "Success"})

    def body(self):
        # Both clients send JSON, also where the header says YAML.
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")

    def keep(self, path, experiment, code):
        """Store an object, unless the webhooks refuse it or the request is a rehearsal."""
        message = refusal(experiment)
        if message:
            return self.fail(400, "BadRequest", message)
        namespace = path.split("/")[-3]
        stored = {**experiment, "metadata": {"namespace": namespace, "uid": "1", **experiment["metadata"]}}
        if "dryRun" not in parse_qs(urlsplit(self.path).query):
            self.server.objects[path] = stored
        return self.answer(code, stored)

    def fail(self, code, reason, message):
        status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code}
        return self.answer(code, {**status, "message": message})

    def answer(self, code, content):
        data = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Say nothing: the tests look at what is stored."""


@contextlib.contextmanager
def api_server():
    """Run the server while the block does; yields its address and the objects that it holds, by path."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.objects = {}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.objects
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
