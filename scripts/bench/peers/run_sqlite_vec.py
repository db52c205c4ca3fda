"""sqlite-vec on vectors of a file: prints one JSON object a form of its vectors.

usage: run_sqlite_vec.py FOLDER DIMENSION; FOLDER has base.f32 and queries.f32, row after row.
"""

import array
import json
import os
import statistics
import sys
import time

import apsw
import sqlite_vec

folder, dimension = sys.argv[1], int(sys.argv[2])


def rows_of(name):
    values = array.array("f")
    path = os.path.join(folder, name)
    values.fromfile(open(path, "rb"), os.path.getsize(path) // 4)
    return [values[i : i + dimension].tobytes() for i in range(0, len(values), dimension)]


def opened(path):
    database = apsw.Connection(path)
    database.enable_load_extension(True)
    database.load_extension(sqlite_vec.loadable_path())
    return database


base, queries = rows_of("base.f32"), rows_of("queries.f32")
for form, column, value in (
    ("f32", f"float[{dimension}]", "?"),
    ("int8", f"int8[{dimension}]", "vec_quantize_int8(?, 'unit')"),
):
    path = os.path.join(folder, f"sqlite-{form}")
    start = time.perf_counter()
    database = opened(path)
    database.execute(f"create virtual table items using vec0(vector {column} distance_metric=cosine)")
    with database:
        for row, vector in enumerate(base):
            database.execute(f"insert into items(rowid, vector) values (?, {value})", (row, vector))
    database.close()
    build = time.perf_counter() - start
    start = time.perf_counter()
    database = opened(path)
    ask = f"select rowid from items where vector match {value} and k = 10 order by distance"
    list(database.execute(ask, (queries[0],)))
    load = time.perf_counter() - start
    found, times = [], []
    for query in queries:
        start = time.perf_counter()
        found.append([row for (row,) in database.execute(ask, (query,))])
        times.append(time.perf_counter() - start)
    database.close()
    print(
        json.dumps(
            {
                "form": form,
                "bytes": os.path.getsize(path),
                "buildSeconds": build,
                "loadMs": 1000 * load,
                "queryMs": 1000 * statistics.median(times),
                "found": found,
            }
        )
    )
