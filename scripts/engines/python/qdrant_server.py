"""The part of Qdrant's REST API that Soutu uses, on Qdrant Edge: Qdrant's own engine as a library.

Points, filters, scores, graphs and payload indexes are Qdrant's own code. Collections, aliases, API keys and HTTP are
written here. Every request is checked against the models of `qdrant-client`, which are generated from the OpenAPI
description of the server and refuse unknown fields.

    python qdrant_server.py --data FOLDER --port PORT --key KEY --read-only-key KEY
"""

import argparse
import json
import os
import shutil
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, unquote, urlsplit

import qdrant_edge as edge
from pydantic import TypeAdapter, ValidationError
from qdrant_client.http import models

# Of a server: 10,000 kB, and 10,000 kB. Small, so that graphs are built and walked for some hundred vectors.
INDEXING_THRESHOLD_KB = 100
FULL_SCAN_THRESHOLD_KB = 50
MOST_BYTES = 32 * 2**20


class Fault(Exception):
    def __init__(self, status, error):
        super().__init__(error)
        self.status = status


def model(kind, value):
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise Fault(400, f"Format error in JSON body: {first['loc']}: {first['msg']}") from None


class Collection:
    """A shard of Qdrant Edge in a folder. It was created from the body of the request."""

    def __init__(self, folder, body=None):
        self.lock = threading.RLock()
        self.folder = folder
        described = os.path.join(folder, "collection.json")
        is_new = body is not None
        if is_new:
            os.makedirs(folder)
            with open(described, "w") as file:
                json.dump(body, file)
        with open(described) as file:
            self.body = json.load(file)
        given = model(models.CreateCollection, self.body)
        vectors = {
            name: edge.EdgeVectorParams(size=one.size, distance=getattr(edge.Distance, one.distance.value))
            for name, one in given.vectors.items()
        }
        hnsw = given.hnsw_config or models.HnswConfigDiff()
        config = edge.EdgeConfig(
            vectors=vectors,
            hnsw_config=edge.HnswIndexConfig(
                m=hnsw.m if hnsw.m is not None else 16,
                ef_construct=hnsw.ef_construct or 100,
                full_scan_threshold=FULL_SCAN_THRESHOLD_KB,
            ),
            optimizers=edge.EdgeOptimizersConfig(indexing_threshold=INDEXING_THRESHOLD_KB),
        )
        shard = os.path.join(folder, "shard")
        if is_new:
            os.makedirs(shard)
            self.shard = edge.EdgeShard.create(shard, config)
        else:
            self.shard = edge.EdgeShard.load(shard)

    def update(self, operation):
        with self.lock:
            self.shard.update(operation)
            self.shard.flush()

    def drop(self):
        with self.lock:
            self.shard.close()
        shutil.rmtree(self.folder)


class Server:
    def __init__(self, data):
        self.data = data
        self.lock = threading.RLock()
        os.makedirs(self.path("collections"), exist_ok=True)
        self.collections = {
            name: Collection(self.path("collections", name)) for name in os.listdir(self.path("collections"))
        }
        self.aliases = {}
        if os.path.exists(self.path("aliases.json")):
            with open(self.path("aliases.json")) as file:
                self.aliases = json.load(file)

    def path(self, *parts):
        return os.path.join(self.data, *parts)

    def collection(self, name):
        with self.lock:
            found = self.collections.get(self.aliases.get(name, name))
        if found is None:
            raise Fault(404, f"Not found: Collection `{name}` doesn't exist!")
        return found

    def answer(self, method, path, query, body):
        parts = [unquote(part) for part in path.strip("/").split("/")]
        if (method, path) == ("GET", "/aliases"):
            return {"aliases": [{"alias_name": a, "collection_name": c} for a, c in self.aliases.items()]}
        if (method, path) == ("GET", "/collections"):
            return {"collections": [{"name": name} for name in sorted(self.collections)]}
        if (method, path) == ("POST", "/collections/aliases"):
            return self.change_aliases(model(models.ChangeAliasesOperation, body))
        if parts[0] != "collections" or len(parts) < 2:
            raise Fault(404, "")
        name, rest = parts[1], "/".join(parts[2:])
        if rest == "":
            if method == "PUT":
                return self.create(name, body)
            if method == "DELETE":
                return self.delete(name)
            return self.describe(self.collection(name))
        call = ENDPOINTS.get((method, rest))
        if call is None:
            raise Fault(404, "")
        kind, work = call
        if (method != "POST" or rest == "points/delete") and query.get("wait") != ["true"]:
            raise Fault(400, "this server is for tests: they wait for what they write")
        return work(self.collection(name), model(kind, body))

    def create(self, name, body):
        model(models.CreateCollection, body)
        with self.lock:
            if name in self.collections or name in self.aliases:
                raise Fault(409, f"Wrong input: Collection `{name}` already exists!")
            self.collections[name] = Collection(self.path("collections", name), body)
        return True

    def delete(self, name):
        with self.lock:
            found = self.collections.pop(name, None)
            self.aliases = {a: c for a, c in self.aliases.items() if c != name}
            self.write_aliases()
        if found is None:
            return False
        found.drop()
        return True

    def describe(self, collection):
        # A server optimizes by itself, and is yellow meanwhile.
        with collection.lock:
            collection.shard.optimize()
            info = collection.shard.info()
        return {
            "status": "green",
            "optimizer_status": "ok",
            "points_count": info.points_count,
            "indexed_vectors_count": info.indexed_vectors_count,
            "config": {"params": collection.body},
        }

    def change_aliases(self, operation):
        with self.lock:
            changed = dict(self.aliases)
            for action in operation.actions:
                if isinstance(action, models.DeleteAliasOperation):
                    if changed.pop(action.delete_alias.alias_name, None) is None:
                        raise Fault(404, f"Not found: Alias {action.delete_alias.alias_name} does not exists!")
                elif isinstance(action, models.CreateAliasOperation):
                    made = action.create_alias
                    if made.collection_name not in self.collections:
                        raise Fault(404, f"Not found: Collection `{made.collection_name}` doesn't exist!")
                    if made.alias_name in self.collections:
                        raise Fault(409, f"Wrong input: Collection `{made.alias_name}` already exists!")
                    changed[made.alias_name] = made.collection_name
            self.aliases = changed
            self.write_aliases()
        return True

    def write_aliases(self):
        with open(self.path("aliases.new"), "w") as file:
            json.dump(self.aliases, file)
        os.replace(self.path("aliases.new"), self.path("aliases.json"))


# From the models of qdrant-client to those of Qdrant Edge.


def conditions(given):
    if given is None:
        return None
    return [condition(one) for one in (given if isinstance(given, list) else [given])]


def condition(given):
    if isinstance(given, models.HasIdCondition):
        return edge.HasIdCondition(set(given.has_id))
    if not isinstance(given, models.FieldCondition):
        raise Fault(400, f"this server for tests does not know the condition {given}")
    if given.range is not None:
        ends = given.range.model_dump(exclude_none=True)
        return edge.FieldCondition(given.key, range=edge.RangeFloat(**ends))
    if isinstance(given.match, models.MatchAny):
        return edge.FieldCondition(given.key, match=edge.MatchAny(list(given.match.any)))
    if isinstance(given.match, models.MatchValue):
        return edge.FieldCondition(given.key, match=edge.MatchValue(given.match.value))
    raise Fault(400, f"this server for tests does not know the condition {given}")


def filter_of(given):
    if given is None:
        return None
    return edge.Filter(
        must=conditions(given.must), should=conditions(given.should), must_not=conditions(given.must_not)
    )


def upsert(collection, body):
    points = [edge.Point(one.id, one.vector or {}, one.payload or {}) for one in body.points]
    collection.update(edge.UpdateOperation.upsert_points(points))
    return {"status": "completed"}


def delete_points(collection, body):
    collection.update(edge.UpdateOperation.delete_points(list(body.points)))
    return {"status": "completed"}


def create_index(collection, body):
    kind = getattr(edge.PayloadSchemaType, body.field_schema.value.capitalize())
    collection.update(edge.UpdateOperation.create_field_index(body.field_name, kind))
    return {"status": "completed"}


def point_of(record):
    point = {"id": str(record.id)}
    if record.payload is not None:
        point["payload"] = record.payload
    if record.vector is not None:
        point["vector"] = record.vector
    return point


def retrieve(collection, body):
    with collection.lock:
        found = collection.shard.retrieve(list(body.ids), with_payload=body.with_payload, with_vector=body.with_vector)
    return [point_of(one) for one in found]


def scroll(collection, body):
    request = edge.ScrollRequest(
        offset=body.offset, limit=body.limit, filter=filter_of(body.filter), with_payload=body.with_payload
    )
    with collection.lock:
        points, after = collection.shard.scroll(request)
    return {"points": [point_of(one) for one in points], "next_page_offset": None if after is None else str(after)}


def count(collection, body):
    with collection.lock:
        found = collection.shard.count(edge.CountRequest(exact=body.exact is not False, filter=filter_of(body.filter)))
    return {"count": found}


def query(collection, body):
    params = body.params or models.SearchParams()
    request = edge.QueryRequest(
        limit=body.limit,
        query=edge.Query.Nearest(list(body.query), using=body.using),
        filter=filter_of(body.filter),
        params=edge.SearchParams(hnsw_ef=params.hnsw_ef, exact=bool(params.exact)),
        with_payload=body.with_payload,
    )
    with collection.lock:
        found = collection.shard.query(request)
    return {"points": [{**point_of(one), "version": one.version, "score": one.score} for one in found]}


ENDPOINTS = {
    ("PUT", "points"): (models.PointsList, upsert),
    ("POST", "points"): (models.PointRequest, retrieve),
    ("POST", "points/delete"): (models.PointIdsList, delete_points),
    ("POST", "points/scroll"): (models.ScrollRequest, scroll),
    ("POST", "points/count"): (models.CountRequest, count),
    ("POST", "points/query"): (models.QueryRequest, query),
    ("PUT", "index"): (models.CreateFieldIndex, create_index),
}
READS = {"points", "points/scroll", "points/count", "points/query"}


def handler_of(server, key, read_only_key):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self):
            length = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(length)
            url = urlsplit(self.path)
            if url.path == "/readyz":
                return self.send(200, b"all shards are ready", "text/plain")
            given = self.headers.get("api-key")
            if given not in (key, read_only_key):
                return self.send(401, b"Must provide an API key or an Authorization bearer token", "text/plain")
            is_read = self.command == "GET" or (
                self.command == "POST" and "/".join(url.path.split("/")[3:]) in READS
            )
            if (self.command, url.path) == ("GET", "/"):
                # The client has the version of the server whose API it describes.
                about = {"title": "qdrant - vector search engine", "version": version("qdrant-client")}
                return self.send(200, json.dumps(about).encode(), "application/json")
            try:
                if given != key and not is_read:
                    raise Fault(403, "Forbidden: Global manage access is required")
                if length > MOST_BYTES:
                    raise Fault(413, f"JSON payload ({length} bytes) is larger than allowed (limit: {MOST_BYTES} bytes).")
                body = json.loads(raw) if raw else None
                result = server.answer(self.command, url.path, parse_qs(url.query), body)
                status, answer = 200, {"result": result, "status": "ok", "time": 0.001}
            except Fault as error:
                status, answer = error.status, {"status": {"error": str(error)}, "time": 0.001}
            except (AssertionError, AttributeError, LookupError, NameError, OSError, TypeError) as error:
                # A fault of this server.
                traceback.print_exc()
                status, answer = 500, {"status": {"error": f"{type(error).__name__}: {error}"}, "time": 0.001}
            except Exception as error:  # What the engine refuses.
                status, answer = 400, {"status": {"error": f"Wrong input: {error}"}, "time": 0.001}
            return self.send(status, json.dumps(answer).encode(), "application/json")

        do_GET = do_PUT = do_POST = do_DELETE = handle_any

        def send(self, status, body, kind):
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser()
    for name in ["data", "key", "read-only-key"]:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    handler = handler_of(Server(given.data), given.key, given.read_only_key)
    ThreadingHTTPServer(("127.0.0.1", given.port), handler).serve_forever()


main()
