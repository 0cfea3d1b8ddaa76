-- Makes a run, then logs a batch to it, and so on; half of the requests are of each kind. Arguments:
-- the JSON of runs/create; the JSON of runs/log-batch, in which RUN_ID stands for the run's id.
dofile(os.getenv("ROOKERY_BENCH_LUA") .. "/report.lua")

local made = {}

function init(arguments)
  local create, batch = post("runs/create", arguments[1]), arguments[2]
  request = function()
    local run_id = table.remove(made)
    if run_id == nil then return create end
    return post("runs/log-batch", (batch:gsub("RUN_ID", run_id)))
  end
end

function response(status, headers, body)
  -- Only the answer to runs/create names a run.
  local run_id = body:match('"run_id": *"(%x+)"')
  if run_id ~= nil then table.insert(made, run_id) end
end
