"""The proxied artifacts: PUT, GET, ranges, lists, DELETE, and paths that lead astray."""

from tests.differential.steps import ARTIFACTS, request, scenario

BYTES = bytes(range(256)) * 8
TYPES = [
    "a.txt a.log a.json a.js a.py a.csv a.tsv a.md a.rst a.yaml a.yml a.xml a.toml a.ini a.cfg",
    "a.html a.htm a.svg a.png a.jpg a.gif a.webp a.pdf a.zip a.tar.gz a.gz a.bin a.pkl a.parquet",
    "a.ipynb a.hocon a.prop a.properties a.conf a.cnf a.err MLmodel MLproject none a.UNKNOWN",
    "a.TXT a.mp4 a.css a.sh a.c a.onnx a.pt a.skops",
]
NAMES = {
    "blank": "a%20b.txt",
    "plus": "a+b.txt",
    "encoded plus": "a%2Bb.txt",
    "percent": "a%25b.txt",
    "percent that looks encoded": "a%2541.txt",
    "not ASCII": "%C3%BC.txt",
    "emoji": "%F0%9F%90%A7.txt",
    "quote": "a%22b.txt",
    "apostrophe": "a'b.txt",
    "semicolon": "a;b.txt",
    "backslash": "a%5Cb.txt",
    "newline": "a%0Ab.txt",
    "colon": "a:b.txt",
    "star": "a*b.txt",
    "tilde": "~a.txt",
    "dots": "a..b.txt",
    "hidden": ".hidden",
    "ampersand": "a&b.txt",
    "equals": "a=b.txt",
    "at": "a@b.txt",
}
ASTRAY = {
    "up": "../a",
    "up encoded": "%2e%2e/a",
    "up encoded twice": "%252e%252e/a",
    "up after a folder": "f/../../a",
    "up with an encoded slash": "..%2fa",
    "up with a backslash": "..%5ca",
    "absolute": "/etc/passwd",
    "absolute encoded": "%2fetc%2fpasswd",
    "dot": "./a",
    "double slash": "f//a",
    "number sign encoded": "a%23b",
    "question mark encoded": "a%3Fb",
    "drive": "c:%5ca",
    "file scheme": "file:%2f%2fa",
}


def path(name):
    return f"{ARTIFACTS}/${{s}}/{name}"


def put(label, name, body=b"hello", **headers):
    return request(label, "PUT", path(name), body, headers)


def read(label, name, method="GET", **headers):
    return request(
        label, method, path(name), headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def remove(label, name):
    return request(label, "DELETE", path(name))


def listing(label, name):
    return request(label, "GET", f"{ARTIFACTS}?path={name}")


SCENARIOS = [
    scenario(
        "artifacts/put, read, list, delete",
        put("put", "f/a.txt"),
        read("read", "f/a.txt"),
        read("HEAD", "f/a.txt", "HEAD"),
        put("overwrite", "f/a.txt", b"hello again"),
        read("read the new", "f/a.txt"),
        put("empty", "f/empty.txt", b""),
        read("read the empty", "f/empty.txt"),
        put("binary", "f/b.bin", BYTES),
        read("read the binary", "f/b.bin"),
        put("deep", "f/g/h/c.txt"),
        put("with a type", "f/t.txt", b"x", **{"Content-Type": "application/json"}),
        listing("the folder", "${s}/f"),
        listing("the folder with a slash", "${s}/f/"),
        listing("a deeper one", "${s}/f/g"),
        listing("list a file", "${s}/f/a.txt"),
        listing("list an unknown one", "${s}/none"),
        listing("up", ".."),
        listing("up encoded", "%2e%2e"),
        listing("up encoded twice", "%252e%252e"),
        listing("absolute", "/etc"),
        read("missing", "f/none.txt"),
        read("missing folder", "none/none.txt"),
        read("a folder", "f"),
        read("a folder with a slash", "f/"),
        read("read below a file", "f/a.txt/b"),
        put("onto a folder", "f"),
        put("below a file", "f/a.txt/b"),
        remove("a file", "f/a.txt"),
        read("it is gone", "f/a.txt"),
        remove("the file again", "f/a.txt"),
        remove("a folder with files", "f"),
        listing("all is gone", "${s}/f"),
        remove("an unknown one", "none"),
        request("GET without a path", "GET", ARTIFACTS + "/"),
        request("PUT without a path", "PUT", ARTIFACTS + "/", b"x"),
        request("POST is not there", "POST", ARTIFACTS + "/x", b"x"),
        request(
            "multipart create",
            "POST",
            "/api/2.0/mlflow-artifacts/mpu/create/a",
            b"{}",
            {"Content-Type": "application/json"},
        ),
        request("presigned", "GET", "/api/2.0/mlflow-artifacts/presigned/a"),
        request("below ajax-api", "GET", "/ajax-api/2.0/mlflow-artifacts/artifacts?path=${s}/none"),
    ),
    scenario(
        "artifacts/ranges",
        put("put", "r.bin", BYTES),
        read("the first ten", "r.bin", Range="bytes=0-9"),
        read("the last ten", "r.bin", Range="bytes=-10"),
        read("from the middle", "r.bin", Range="bytes=1000-"),
        read("beyond the end", "r.bin", Range="bytes=2040-9999"),
        read("past the end", "r.bin", Range="bytes=99999-"),
        read("backwards", "r.bin", Range="bytes=9-0"),
        read("two ranges", "r.bin", Range="bytes=0-1,4-5"),
        read("another unit", "r.bin", Range="lines=0-9"),
        read("nonsense", "r.bin", Range="bytes=a-b"),
        read("empty last", "r.bin", Range="bytes=-0"),
        read("of a missing file", "none.bin", Range="bytes=0-9"),
        read("HEAD with a range", "r.bin", "HEAD", Range="bytes=0-9"),
    ),
    scenario(
        "artifacts/types",
        [
            step
            for name in " ".join(TYPES).split()
            for step in (put(f"put {name}", name), read(f"read {name}", name))
        ],
    ),
    scenario(
        "artifacts/names",
        [
            step
            for label, name in NAMES.items()
            for step in (
                put(f"put {label}", f"n/{name}"),
                read(f"read {label}", f"n/{name}"),
            )
        ],
        listing("list them", "${s}/n"),
        [remove(f"remove {label}", f"n/{name}") for label, name in NAMES.items()],
        listing("list what is left", "${s}/n"),
    ),
    scenario(
        "artifacts/paths that lead astray",
        put("a file", "f/a.txt"),
        [
            step
            for label, name in ASTRAY.items()
            for step in (
                put(f"put {label}", name),
                read(f"read {label}", name),
                remove(f"delete {label}", name),
            )
        ],
    ),
]
