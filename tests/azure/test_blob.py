"""Azure's storage client with the artifact service's signed URLs."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.support.certificates import Authority
from tests.support.server import Server
from tests.support.signed_urls import ACCOUNT, SignedUrls
from tests.support.split import SplitServer

blob = pytest.importorskip("azure.storage.blob", reason="NOT RUN: needs the environment azureml")
core = pytest.importorskip("azure.core", reason="NOT RUN: needs the environment azureml")

MIB = 1 << 20
# What a server may take for a file of any size, beside what it had.
MAX_GROWTH = 32 * MIB


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path) as running:
        yield running


@pytest.fixture
def urls(server):
    return urls_of(server)


def urls_of(server, base=None):
    return SignedUrls(server.url, server.folder / "artifacts", base)


def client(url, **options):
    """Fails at once where it would try again for minutes."""
    return blob.BlobClient.from_blob_url(url, retry_total=0, **options)


def listing(url):
    return blob.ContainerClient.from_container_url(url, retry_total=0)


def put(url, data, **options):
    return client(url).upload_blob(data, **options)


def get(url):
    return client(url).download_blob().readall()


def refusal(call, *words, **options):
    """Status and code of the error that it raises."""
    with pytest.raises(core.exceptions.HttpResponseError) as caught:
        call(*words, **options)
    return caught.value.status_code, caught.value.error_code


def pattern(size):
    """Bytes of which no part is another's."""
    return b"".join(i.to_bytes(8, "big") for i in range(size // 8))


def memory(server, name):
    with open(f"/proc/{server.pid}/status") as status:
        line = next(each for each in status if each.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


def reset_peak(server):
    with open(f"/proc/{server.pid}/clear_refs", "w") as file:
        file.write("5")


def test_a_small_file_goes_up_and_comes_down(server, urls):
    answer = put(urls.blob("0/r/artifacts/a.txt"), b"hello")
    assert (server.folder / "artifacts/0/r/artifacts/a.txt").read_bytes() == b"hello"
    downloaded = client(urls.blob("0/r/artifacts/a.txt", "r")).download_blob()
    assert downloaded.readall() == b"hello"
    assert downloaded.properties.etag == answer["etag"]
    # By MLflow's way it is the same file.
    path = "/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/a.txt"
    assert requests.get(server.url + path, timeout=60).content == b"hello"


def test_a_file_that_is_there_is_replaced_though_the_client_says_if_none_match(urls):
    url = urls.blob("a")
    put(url, b"one")
    put(url, b"two", overwrite=False)
    assert get(url) == b"two"


def test_a_large_file_goes_up_in_blocks_in_constant_memory(server, urls, tmp_path):
    data = pattern(96 * MIB)
    url = urls.blob("large")
    put(url, b"warm")
    get(url)
    reset_peak(server)
    before = memory(server, "VmHWM")
    began = time.perf_counter()
    put(url, data)
    up = time.perf_counter()
    downloaded = get(url)
    down = time.perf_counter()
    growth = memory(server, "VmHWM") - before
    assert downloaded == data
    assert growth < MAX_GROWTH
    print(
        f"96 MiB: up {96 / (up - began):.0f} MiB/s, down {96 / (down - up):.0f} MiB/s, "
        f"server grew by {growth / MIB:.1f} MiB"
    )
    waiting = list((tmp_path / "artifacts/.rookery-uploads").rglob("*"))
    assert sum(each.stat().st_size for each in waiting if each.is_file()) < MIB


def test_blocks_are_made_a_blob_in_the_order_of_their_list(urls):
    target = client(urls.blob("a"))
    for name, data in [("2", b"two"), ("1", b"one,"), ("3", b"unused")]:
        target.stage_block(name, data)
    assert not target.exists()
    target.commit_block_list([blob.BlobBlock("1"), blob.BlobBlock("2")], metadata={"k": "v"})
    assert get(urls.blob("a")) == b"one,two"
    assert target.get_blob_properties().metadata == {"k": "v"}


def test_blocks_outlive_a_crash_of_the_server(server, urls):
    first = client(urls.blob("a"))
    first.stage_block("1", b"before,")
    server.kill()
    server.__exit__()
    with server:
        target = client(urls_of(server).blob("a"))
        assert not target.exists()
        target.stage_block("2", b"after")
        target.commit_block_list([blob.BlobBlock("1"), blob.BlobBlock("2")])
        assert target.download_blob().readall() == b"before,after"


def test_garbage_as_a_list_of_blocks_is_refused(urls):
    target = client(urls.blob("a"))
    missing = [blob.BlobBlock("1")]
    assert refusal(target.commit_block_list, missing) == (400, "InvalidBlockList")
    bodies = [b"", b"\x00\xff" * 1000, b"<BlockList>" * 10000, b"<BlockList><Latest>&x;</Latest>"]
    for body in bodies:
        answer = requests.put(urls.blob("a") + "&comp=blocklist", data=body, timeout=60)
        assert answer.status_code == 400
        assert answer.headers["x-ms-error-code"] == "InvalidXmlDocument"
    assert not target.exists()


def test_ranges(urls):
    data = pattern(1000)
    put(urls.blob("a"), data)
    target = client(urls.blob("a", "r"))
    assert target.download_blob(offset=8, length=16).readall() == data[8:24]
    assert target.download_blob(offset=990).readall() == data[990:]
    assert refusal(target.download_blob, offset=1000, length=1) == (416, "InvalidRange")
    chunked = client(urls.blob("a", "r"), max_single_get_size=100, max_chunk_get_size=64)
    assert chunked.download_blob().readall() == data
    assert chunked.download_blob(max_concurrency=4).readall() == data


def test_a_download_notices_that_the_blob_changed(urls):
    put(urls.blob("a"), b"x" * 1000)
    reader = client(urls.blob("a"), max_single_get_size=100, max_chunk_get_size=100)
    stream = reader.download_blob()
    put(urls.blob("a"), b"y" * 1000)
    assert refusal(stream.readall) == (412, "ConditionNotMet")


def test_an_empty_file(urls):
    put(urls.blob("empty"), b"")
    assert get(urls.blob("empty")) == b""
    assert client(urls.blob("empty")).get_blob_properties().size == 0


NAMES = [
    "sp ace é%.txt",
    "a+b&c=d?e;f,g.txt",
    "日本/語.bin",
    "100%25.txt",
    "d/~'()!*$@[]",
    "tab\tx",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_with_special_characters(urls, name):
    put(urls.blob(name), name.encode())
    assert get(urls.blob(name)) == name.encode()
    assert [each.name for each in listing(urls.container()).list_blobs()] == [name]
    # As SDK v2 does it: a container's signature, and a path of the client's own.
    assert (
        listing(urls.container()).get_blob_client(name).download_blob().readall() == name.encode()
    )


def test_metadata_comes_back(urls):
    put(urls.blob("m"), b"x", metadata={"first": "1"})
    target = client(urls.blob("m"))
    assert target.get_blob_properties().metadata == {"first": "1"}
    target.set_blob_metadata({"name": "n", "version": "2", "upload_status": "completed"})
    expected = {"name": "n", "version": "2", "upload_status": "completed"}
    assert target.get_blob_properties().metadata == expected
    found = list(listing(urls.container()).list_blobs(include=["metadata"]))
    assert [each.metadata for each in found] == [expected]
    put(urls.blob("m"), b"y")
    assert target.get_blob_properties().metadata == {}


def test_lists(urls):
    paths = ["a/1", "a/2", "a/b/3", "a.txt", "c"]
    for path in paths:
        put(urls.blob(path), path.encode())
    container = listing(urls.container("l"))
    assert [each.name for each in container.list_blobs()] == sorted(paths)
    assert [each.name for each in container.list_blobs("a/")] == ["a/1", "a/2", "a/b/3"]
    # The client has folders first.
    assert [each.name for each in container.walk_blobs()] == ["a/", "a.txt", "c"]
    assert [each.name for each in container.walk_blobs("a/")] == ["a/b/", "a/1", "a/2"]
    pages = list(container.list_blobs(results_per_page=2).by_page())
    assert [[each.name for each in page] for page in pages] == [
        ["a.txt", "a/1"],
        ["a/2", "a/b/3"],
        ["c"],
    ]
    one = next(container.list_blobs(name_starts_with="c"))
    assert (one.size, one.blob_type) == (1, "BlockBlob")
    assert one.etag == client(urls.blob("c")).get_blob_properties().etag.strip('"')


def test_what_is_not_there(urls):
    target = client(urls.blob("none"))
    assert not target.exists()
    assert refusal(target.download_blob) == (404, "BlobNotFound")
    assert refusal(target.set_blob_metadata, {"a": "b"}) == (404, "BlobNotFound")


def test_what_a_signature_is_not_for_is_refused_and_logged_without_it(server, urls):
    put(urls.blob("a"), b"secret")
    good = urls.blob("a")
    other = SignedUrls(server.url, server.folder / "artifacts")
    tampered = good[:-1] + ("A" if good[-1] != "A" else "B")
    refused = {
        "expired": (urls.blob("a", seconds=-1), "AuthenticationFailed"),
        "tampered": (tampered, "AuthenticationFailed"),
        "longer": (good.replace("&se=20", "&se=21"), "AuthenticationFailed"),
        "more": (good.replace("sp=rcw", "sp=rcwl"), "AuthenticationFailed"),
        "other path": (good.replace("/a?", "/b?"), "AuthenticationFailed"),
        "other container": (good.replace("/default/", "/other/"), "AuthenticationFailed"),
        "unsigned": (good.split("?")[0], "AuthenticationFailed"),
        "no read": (urls.blob("a", "cw"), "AuthorizationPermissionMismatch"),
    }
    for what, (url, code) in refused.items():
        assert refusal(client(url).download_blob) == (403, code), what
    assert refusal(put, urls.blob("a", "r"), b"x") == (403, "AuthorizationPermissionMismatch")
    no_list = listing(urls.container("rcw"))
    assert refusal(lambda: list(no_list.list_blobs())) == (403, "AuthorizationPermissionMismatch")
    own = listing(f"{urls.base}/default?{good.split('?')[1]}")
    assert refusal(lambda: list(own.list_blobs())) == (403, "AuthenticationFailed")
    assert refusal(client(good).delete_blob) == (405, "UnsupportedHttpVerb")
    assert get(other.blob("a")) == b"secret"
    assert get(good) == b"secret"
    log = server.log()
    assert "signed URL refused" in log
    assert "sig=" not in log
    assert all(url.rpartition("sig=")[2] not in log for url, _ in refused.values() if "sig=" in url)


def test_a_key_from_before_is_good_until_it_is_removed(tmp_path):
    with Server(tmp_path) as server:
        url = urls_of(server).blob("a")
        put(url, b"x")
        path = url.removeprefix(server.url)
    old = (tmp_path / "artifacts/.rookery-signing-key").read_text()
    new = "bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyA=\n"
    keys = tmp_path / "keys"
    keys.write_text(new + old)
    with Server(tmp_path, "--url-signing-key", keys) as server:
        assert requests.get(server.url + path, timeout=60).content == b"x"
    keys.write_text(new)
    with Server(tmp_path, "--url-signing-key", keys) as server:
        assert requests.get(server.url + path, timeout=60).status_code == 403


def test_the_key_is_for_the_server_alone(server):
    file = server.folder / "artifacts/.rookery-signing-key"
    assert file.stat().st_mode & 0o777 == 0o600
    key = file.read_text().strip()
    artifacts = f"{server.url}/api/2.0/mlflow-artifacts/artifacts"
    assert requests.get(f"{artifacts}/.rookery-signing-key", timeout=60).status_code == 400
    assert "rookery" not in requests.get(artifacts, timeout=60).text
    assert key not in server.log()


def test_the_hosts_form(server, monkeypatch):
    """By a name that need not resolve here."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *words, **more: resolve(
            "127.0.0.1" if host.endswith(".example") else host, *words, **more
        ),
    )
    port = server.url.rpartition(":")[2]
    urls = urls_of(server, f"http://acct.blob.rookery.example:{port}")
    put(urls.blob("a b"), b"x")
    assert get(urls.blob("a b")) == b"x"
    # No other call may be made by that name.
    answer = requests.get(f"http://acct.blob.rookery.example:{port}/api/2.0/mlflow/x", timeout=60)
    assert answer.headers["x-ms-error-code"] == "AuthenticationFailed"


def test_over_tls(tmp_path):
    authority = Authority(tmp_path)
    certificate, key = authority.issue("server")
    with Server(tmp_path, "--tls-cert", certificate, "--tls-key", key) as server:
        url = urls_of(server).blob("a")
        assert url.startswith("https://")
        target = client(url, connection_verify=str(authority.file))
        data = pattern(9 * MIB)
        target.upload_blob(data, max_concurrency=2)
        assert target.download_blob().readall() == data


def test_many_clients_at_once(urls):
    def there_and_back(number):
        data = pattern(MIB) + bytes([number])
        put(urls.blob(f"many/{number}"), data)
        return get(urls.blob(f"many/{number}")) == data

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(there_and_back, range(48)))


def test_four_programs(tmp_path):
    with SplitServer(tmp_path) as server:
        for base in (server.data, f"{server.data}/store/{ACCOUNT}"):
            urls = urls_of(server, base)
            put(urls.blob("a/b"), b"x")
            assert get(urls.blob("a/b")) == b"x"
            assert [each.name for each in listing(urls.container()).list_blobs()] == ["a/b"]
        assert refusal(client(urls.blob("a/b", seconds=-1)).download_blob)[0] == 403
        metrics = requests.get(f"{server.parts['artifact'].admin}/metrics", timeout=60).text
        assert 'rookery_blob_requests_total{operation="put_blob",status="201"} 2' in metrics
        # The gateway has no data plane there.
        answer = requests.get(f"{server.url}/store/{ACCOUNT}/default/a/b", timeout=60)
        assert answer.status_code == 404
