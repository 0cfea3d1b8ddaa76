-- Batches of 20 keys × 50 steps of noisy losses, run after run. Arguments: the ids of the runs,
-- separated by commas; the first step, which is to be a new one in each run of wrk.
dofile(os.getenv("ROOKERY_BENCH_LUA") .. "/report.lua")

local ffi = require("ffi")
local KEYS, STEPS, LOSSES = 20, 50, 4096
local START = 1790000000000

local function noise()
  return 0.05 * math.sqrt(-2 * math.log(1 - math.random())) * math.cos(2 * math.pi * math.random())
end

-- The ends of a key's points are made beforehand, since the client shares the CPUs with the server:
-- a loss falls for so many steps, then begins again.
local function losses(key)
  local ends = {}
  for i = 0, LOSSES - 1 do
    local value = 2 / (1 + 1e-3 * i) + noise()
    if key % 2 == 1 then value = ffi.new("float[1]", value)[0] end
    ends[i] = string.format('"key":"train/metric_%d","value":%.17g}', key, value)
  end
  return ends
end

function init(arguments)
  local runs, keys = {}, {}
  for run_id in arguments[1]:gmatch("[^,]+") do table.insert(runs, run_id) end
  for key = 0, KEYS - 1 do keys[key] = losses(key) end
  local run, step = 0, tonumber(arguments[2])
  local parts, points = {}, {}
  request = function()
    for i = 0, STEPS - 1 do
      local time = START + (step + i) * 40 + math.random(0, 19)
      points[i] = string.format(',{"step":%d,"timestamp":%d,', step + i, time)
    end
    local n = 0
    for key = 0, KEYS - 1 do
      local ends = keys[key]
      for i = 0, STEPS - 1 do
        parts[n + 1], parts[n + 2] = points[i], ends[(step + run * 61 + i) % LOSSES]
        n = n + 2
      end
    end
    parts[1] = parts[1]:sub(2)
    local body = '{"run_id":"' .. runs[run + 1] .. '","metrics":[' .. table.concat(parts) .. ']}'
    run = (run + 1) % #runs
    if run == 0 then step = step + STEPS end
    return post("runs/log-batch", body)
  end
end
