-- One line of JSON about a run of wrk. Scripts here begin with
-- dofile(os.getenv("ROOKERY_BENCH_LUA") .. "/report.lua").
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "errors": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end

function post(rpc, body)
  return wrk.format("POST", "/api/2.0/mlflow/" .. rpc, {["Content-Type"] = "application/json"}, body)
end
