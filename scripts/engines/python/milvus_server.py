"""The part of version 2 of Milvus' REST API that Soutu uses, on Milvus Lite: Milvus' own implementation for one process.

Rows, expressions, scores, graphs and aliases are Milvus Lite's. It speaks gRPC only; HTTP, users and the translation of
requests are written here. The names of fields are those of the server's request_v2.go; unknown ones are refused.

    python milvus_server.py --data FOLDER --port PORT --owner USER:PASSWORD --reader USER:PASSWORD
"""

import argparse
import json
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from milvus_lite.adapter.grpc.server import start_server_in_thread
from pymilvus import DataType, MilvusClient
from pymilvus.exceptions import MilvusException

TYPES = {
    "VarChar": DataType.VARCHAR,
    "Array": DataType.ARRAY,
    "JSON": DataType.JSON,
    "FloatVector": DataType.FLOAT_VECTOR,
}
MOST_ROWS = 16384


class Fault(Exception):
    def __init__(self, code, message, status=200):
        super().__init__(message)
        self.code = code
        self.status = status


class Server:
    def __init__(self, data):
        self.grpc, self.db, port = start_server_in_thread(data)
        self.client = MilvusClient(uri=f"http://127.0.0.1:{port}")
        # Milvus Lite has one writer for a collection.
        self.lock = threading.RLock()

    def answer(self, action, body):
        call = ACTIONS.get(action)
        if call is None:
            raise Fault(404, "404 page not found", 404)
        work, fields = call
        unknown = set(body) - fields - {"dbName"}
        if unknown:
            raise Fault(1801, f"can only accept json format request, unknown: {sorted(unknown)}")
        if "limit" in body and body["limit"] > MOST_ROWS:
            raise Fault(65535, f"invalid max query result window, (offset+limit) should be in range [1, {MOST_ROWS}]")
        with self.lock:
            return work(self.client, body)


def has(client, body):
    return {"has": client.has_collection(body["collectionName"])}


def create(client, body):
    given = body["schema"]
    assert set(given) <= {"fields", "functions", "autoID", "enableDynamicField"}, given
    schema = MilvusClient.create_schema(auto_id=given["autoID"], enable_dynamic_field=given["enableDynamicField"])
    for field in given["fields"]:
        params = {name: int(value) for name, value in (field.get("elementTypeParams") or {}).items()}
        if "elementDataType" in field:
            params["element_type"] = TYPES[field["elementDataType"]]
        schema.add_field(
            field["fieldName"], TYPES[field["dataType"]], is_primary=field.get("isPrimary", False), **params
        )
    indexes = client.prepare_index_params()
    for one in body["indexParams"]:
        indexes.add_index(
            field_name=one["fieldName"],
            index_name=one["indexName"],
            index_type=one["indexType"],
            metric_type=one["metricType"],
            params=one["params"],
        )
    client.create_collection(body["collectionName"], schema=schema, index_params=indexes)
    return {}


def drop(client, body):
    client.drop_collection(body["collectionName"])
    return {}


def load(client, body):
    client.load_collection(body["collectionName"])
    return {}


def load_state(client, body):
    return {"loadState": "LoadState" + client.get_load_state(body["collectionName"])["state"].name, "loadProgress": 100}


def flush(client, body):
    client.flush(body["collectionName"])
    return {}


def index(client, body):
    found = client.describe_index(body["collectionName"], body["indexName"])
    return [
        {
            "indexName": body["indexName"],
            "fieldName": found["field_name"],
            "indexType": found["index_type"],
            "metricType": found["metric_type"],
            "totalRows": found.get("total_rows", 0),
            "pendingRows": found.get("pending_index_rows", 0),
            "indexedRows": found.get("indexed_rows", 0),
            "indexState": "Finished",
            "failReason": "",
        }
    ]


def upsert(client, body):
    found = client.upsert(body["collectionName"], body["data"])
    return {"upsertCount": found["upsert_count"], "upsertIds": list(found.get("primary_keys", []))}


def delete(client, body):
    client.delete(body["collectionName"], filter=body["filter"])
    return {}


def plain(value):
    """As JSON: numpy's numbers are not."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (str, bool, int, type(None))):
        return value
    return float(value)


def query(client, body):
    more = {"limit": body["limit"]} if "limit" in body else {}
    found = client.query(
        body["collectionName"], filter=body.get("filter", ""), output_fields=body["outputFields"], **more
    )
    return [plain(dict(row)) for row in found]


def search(client, body):
    given = body["searchParams"]
    assert set(given) <= {"metricType", "params"}, given
    found = client.search(
        body["collectionName"],
        data=body["data"],
        anns_field=body["annsField"],
        filter=body.get("filter", ""),
        limit=body["limit"],
        output_fields=body["outputFields"],
        search_params={"metric_type": given["metricType"], "params": given["params"]},
    )
    return [plain({"distance": hit["distance"], **hit["entity"]}) for hit in found[0]]


def describe_alias(client, body):
    found = client.describe_alias(body["aliasName"])
    return {"aliasName": body["aliasName"], "collectionName": found["collection_name"], "dbName": "default"}


def create_alias(client, body):
    client.create_alias(body["collectionName"], body["aliasName"])
    return {}


def alter_alias(client, body):
    client.alter_alias(body["collectionName"], body["aliasName"])
    return {}


ACTIONS = {
    "collections/has": (has, {"collectionName"}),
    "collections/create": (create, {"collectionName", "schema", "indexParams", "params", "description"}),
    "collections/drop": (drop, {"collectionName"}),
    "collections/get_load_state": (load_state, {"collectionName"}),
    "collections/load": (load, {"collectionName"}),
    "collections/flush": (flush, {"collectionName"}),
    "indexes/describe": (index, {"collectionName", "indexName"}),
    "entities/upsert": (upsert, {"collectionName", "data"}),
    "entities/delete": (delete, {"collectionName", "filter"}),
    "entities/query": (query, {"collectionName", "filter", "outputFields", "limit", "consistencyLevel"}),
    "entities/search": (
        search,
        {"collectionName", "data", "annsField", "filter", "limit", "outputFields", "searchParams", "consistencyLevel"},
    ),
    "aliases/describe": (describe_alias, {"aliasName"}),
    "aliases/create": (create_alias, {"aliasName", "collectionName"}),
    "aliases/alter": (alter_alias, {"aliasName", "collectionName"}),
}
READS = {
    "collections/has", "collections/get_load_state", "indexes/describe", "entities/query", "entities/search",
    "aliases/describe",
}  # fmt: skip


def handler_of(server, owner, reader):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            self.send(200, {})

        def do_POST(self):
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            action = self.path.removeprefix("/v2/vectordb/")
            token = (self.headers.get("authorization") or "").removeprefix("Bearer ")
            try:
                if token not in (owner, reader):
                    raise Fault(1800, "user hasn't authenticated", 401)
                if token != owner and action not in READS:
                    raise Fault(1401, f"PrivilegeUpsert: permission deny to {token.split(':')[0]}")
                self.send(200, {"code": 0, "data": server.answer(action, json.loads(raw))})
            except Fault as error:
                self.send(error.status, {"code": error.code, "message": str(error)})
            except MilvusException as error:
                self.send(200, {"code": error.code, "message": error.message})
            except Exception as error:  # A fault of this server, or a request that it does not know.
                traceback.print_exc()
                self.send(500, {"code": 65535, "message": f"{type(error).__name__}: {error}"})

        def send(self, status, body):
            answer = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser()
    for name in ["data", "owner", "reader"]:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    handler = handler_of(Server(given.data), given.owner, given.reader)
    ThreadingHTTPServer(("127.0.0.1", given.port), handler).serve_forever()


main()
