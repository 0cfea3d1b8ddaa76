-- One POST over and over. Arguments: the call (`runs/create`) and its JSON.
dofile(os.getenv("ROOKERY_BENCH_LUA") .. "/report.lua")

function init(arguments)
  local asked = post(arguments[1], arguments[2])
  request = function() return asked end
end
