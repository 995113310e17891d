-- Registrations for wrk: every POST is of another person in another case.
-- Arguments: file with the body, token ("" for none), first serial number, "keyed" or
-- "", milliseconds between an answer and the next request.
local body, serial, keyed

function init(args)
  local file = assert(io.open(args[1]))
  body = file:read("*a")
  file:close()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if args[2] ~= "" then wrk.headers["Authorization"] = "Bearer " .. args[2] end
  serial = tonumber(args[3])
  keyed = args[4] == "keyed"
  local pause = tonumber(args[5])
  if pause > 0 then delay = function() return pause end end
end

function request()
  serial = serial + 1
  local own = string.format("%09d", serial)
  if keyed then wrk.headers["Idempotency-Key"] = "bench-" .. own end
  return wrk.format(nil, nil, nil, (body:gsub("SERIAL", own)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
