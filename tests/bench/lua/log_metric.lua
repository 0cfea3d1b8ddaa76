-- One point after another of one key. Argument: the id of the run.
dofile(os.getenv("ROOKERY_BENCH_LUA") .. "/report.lua")

-- From a new place in each run of wrk: a point that is there already would be cheaper.
local step = os.time() * 1000000

function init(arguments)
  request = function()
    step = step + 1
    return post("runs/log-metric", string.format(
      '{"run_id": "%s", "key": "loss", "value": %.17g, "timestamp": %d, "step": %d}',
      arguments[1], math.random(), 1790000000000 + step % 1000000000, step % 1000000000))
  end
end
