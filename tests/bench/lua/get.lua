-- One GET over and over. Arguments: the path with its query; a bearer token, if there is to be one.
dofile(os.getenv("ROOKERY_BENCH_LUA") .. "/report.lua")

function init(arguments)
  local headers = {}
  if arguments[2] ~= nil then headers["Authorization"] = "Bearer " .. arguments[2] end
  local asked = wrk.format("GET", arguments[1], headers)
  request = function() return asked end
end
