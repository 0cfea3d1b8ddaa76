-- One point after another of one key. Argument: the id of the run.
dofile(os.getenv("ROOKERY_BENCH_LUA") .. "/report.lua")

-- From a new place in each run of wrk: a point that is there already would be cheaper.
local step = os.time() * 1000000

-- Of one length always, so that all before it, with the header, is made once: wrk takes its time
-- from the cores of the server.
local function rest_of_body()
  step = step + 1
  return string.format('%.16f, "timestamp": %d, "step": %d}',
    math.random(), 1790000000000 + step % 1000000000, 1000000000 + step % 1000000000)
end

function init(arguments)
  local rest = rest_of_body()
  local body = string.format('{"run_id": "%s", "key": "loss", "value": %s', arguments[1], rest)
  local before = post("runs/log-metric", body):sub(1, -1 - #rest)
  request = function() return before .. rest_of_body() end
end
