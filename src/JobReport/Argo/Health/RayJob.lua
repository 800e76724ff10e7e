-- Health of a RayJob, from status.jobDeploymentStatus and status.jobStatus (KubeRay 1.7; a RayJob has no conditions).
-- A job that a person stopped is not broken: Suspended. ValidationFailed never recovers: Degraded.
local hs = { status = "Progressing", message = "waiting for the operator" }
local s = obj.status or {}
local deployment = s.jobDeploymentStatus or ""
local job = s.jobStatus or ""
local text = deployment
if text == "" then
  text = "waiting for the operator"
end
if job ~= "" then
  text = text .. "/" .. job
end
if s.reason ~= nil and s.reason ~= "" and s.reason ~= deployment then
  text = text .. " (" .. s.reason .. ")"
end
if s.message ~= nil and s.message ~= "" then
  text = text .. ": " .. s.message
end
hs.message = text
if deployment == "Complete" then
  if job == "SUCCEEDED" then
    hs.status = "Healthy"
  elseif job == "STOPPED" then
    hs.status = "Suspended"
  else
    hs.status = "Degraded"
  end
elseif deployment == "Failed" then
  if job == "STOPPED" then
    hs.status = "Suspended"
  else
    hs.status = "Degraded"
  end
elseif deployment == "ValidationFailed" then
  hs.status = "Degraded"
elseif deployment == "Suspended" or deployment == "Suspending" then
  hs.status = "Suspended"
elseif deployment == "" and obj.spec ~= nil and obj.spec.suspend == true then
  -- Kueue holds it before the operator has looked at it for the first time.
  hs.status = "Suspended"
end
return hs
