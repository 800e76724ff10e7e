-- Health of a Volcano Job, from status.state.phase.
local hs = { status = "Progressing", message = "waiting for the scheduler" }
if obj.status == nil or obj.status.state == nil then
  return hs
end
local state = obj.status.state
local phase = state.phase or ""
hs.message = phase
if state.message ~= nil and state.message ~= "" then
  hs.message = phase .. ": " .. state.message
end
if phase == "Completed" then
  hs.status = "Healthy"
elseif phase == "Failed" or phase == "Terminated" then
  -- A submitter that failed terminates its Job.
  hs.status = "Degraded"
elseif phase == "Aborted" or phase == "Aborting" then
  hs.status = "Suspended"
end
return hs
