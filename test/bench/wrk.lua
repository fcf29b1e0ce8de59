-- Sends the load that its argument describes (load.ts, wrk.ts), looks at every answer, and says in its last line what came
-- of it.

local kinds, schedule, queues
local byName = {}
local turn = 0
local nothing = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
-- Globals: `done` asks for them.
total, wrong, firstWrong, sent, answered = 0, 0, "", {}, {}

function setup(thread)
  worker = thread
end

function init(args)
  local load = dofile(args[1])
  kinds, schedule, queues = load.kinds, load.schedule, load.queues
  for _, kind in ipairs(kinds) do
    byName[kind.name] = kind
    kind.next, kind.seen, kind.seenCount = 0, {}, 0
    sent[kind.name], answered[kind.name] = 0, 0
    local file = assert(io.open(kind.file, "rb"))
    kind.requests = {}
    for text in file:read("*a"):gmatch("[^\1]+") do kind.requests[#kind.requests + 1] = text end
    file:close()
  end
  for _, queue in pairs(queues) do
    queue.first, queue.last = 1, 0
    if queue.file then
      for item in io.lines(queue.file) do
        queue.last = queue.last + 1
        queue[queue.last] = item
      end
    end
  end
end

local function take(name)
  local queue = queues[name]
  if queue.first > queue.last then return nil end
  local item = queue[queue.first]
  queue[queue.first] = nil
  queue.first = queue.first + 1
  return item
end

local function textOf(kind)
  kind.next = kind.next % #kind.requests + 1
  local text = kind.requests[kind.next]
  if not kind.takes then return text end
  local item = take(kind.takes)
  if not item then return nil end
  return kind.head .. (#kind.prefix + #item) .. "\r\n\r\n" .. kind.prefix .. item
end

-- The first one is told; the others are counted.
local function fail(what)
  wrong = wrong + 1
  if wrong == 1 then firstWrong = what end
end

function request()
  for _ = 1, #schedule do
    turn = turn % #schedule + 1
    local kind = byName[schedule[turn]]
    local text = textOf(kind)
    if text then
      sent[kind.name] = sent[kind.name] + 1
      return text
    end
  end
  -- Answers that were wrong brought nothing. An error here would end wrk, and nobody would hear of them.
  fail("there is nothing left to send")
  return nothing
end

-- At most so many: a long run must not fill the memory.
local function remember(kind, item)
  kind.seen[item] = true
  kind.seenCount = kind.seenCount + 1
  if kind.seenCount >= 200000 then kind.seen, kind.seenCount = {}, 0 end
end

local function isOf(kind, status, body)
  if status ~= kind.status then return false end
  for _, text in ipairs(kind.has) do
    if not body:find(text, 1, true) then return false end
  end
  return true
end

function response(status, headers, body)
  total = total + 1
  for _, kind in ipairs(kinds) do
    if isOf(kind, status, body) then
      answered[kind.name] = answered[kind.name] + 1
      if kind.gives then
        local place = headers["Location"] or headers["location"] or body
        local item = place:match(kind.pattern)
        if not item then break end
        local queue = queues[kind.gives]
        queue.last = queue.last + 1
        queue[queue.last] = item
      end
      if kind.distinct then
        local item = body:match(kind.distinct)
        if not item or kind.seen[item] then break end
        remember(kind, item)
      end
      return
    end
  end
  fail(status .. " " .. body:sub(1, 500))
end

-- wrk calls `done` in a state of its own. What the thread knows comes over by value; a table in a table would end wrk.
function done(summary, latency)
  local counts = {}
  local answered = worker:get("answered")
  for name, count in pairs(worker:get("sent")) do
    counts[#counts + 1] = string.format('%q:{"sent":%d,"answered":%d}', name, count, answered[name])
  end
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"answers":%d,"microseconds":%d,"p50":%d,"p99":%d,"most":%d,"lost":%d,"wrong":%d,"firstWrong":%s,"kinds":{%s}}\n',
    worker:get("total"), summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect + errors.read + errors.write + errors.timeout, worker:get("wrong"),
    quoted(worker:get("firstWrong")), table.concat(counts, ",")
  ))
end

function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(character) return string.format("\\u%04x", character:byte()) end) .. '"'
end
