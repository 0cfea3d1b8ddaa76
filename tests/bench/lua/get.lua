-- One GET over and over. Argument: the path with its query.
dofile(os.getenv("ROOKERY_BENCH_LUA") .. "/report.lua")

function init(arguments)
  local asked = wrk.format("GET", arguments[1])
  request = function() return asked end
end
