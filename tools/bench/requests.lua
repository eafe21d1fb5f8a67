-- Sends the requests of a file, each once. wrk has no HMAC, so tools/bench/load.py signs them beforehand.
-- The file: for each request a line with its length in bytes, and the request itself.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  prepared, sent = {}, 0
  local file = assert(io.open(arguments[1], "rb"))
  local length = file:read("*n", "*l")
  while length do
    table.insert(prepared, file:read(length))
    length = file:read("*n", "*l")
  end
  file:close()
  size = #prepared
end

function request()
  sent = sent + 1
  return prepared[(sent - 1) % size + 1]
end

function done(summary, latency, requests)
  local asked, had = 0, 0
  for _, thread in ipairs(threads) do
    asked, had = asked + thread:get("sent"), had + thread:get("size")
  end
  local errors = summary.errors
  print(string.format(
    '{"answered": %d, "microseconds": %d, "asked": %d, "prepared": %d, "failed": %d, "refused": %d, "p50": %d, "p99": %d}',
    summary.requests, summary.duration, asked, had, errors.connect + errors.read + errors.write + errors.timeout,
    errors.status, latency:percentile(50), latency:percentile(99)))
end
