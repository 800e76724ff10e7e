-- Health of a RayCluster, from status.state and status.conditions.
local hs = { status = "Progressing", message = "waiting for the operator" }
local s = obj.status
if s == nil then
  return hs
end
if s.state ~= nil and s.state ~= "" then
  hs.message = s.state
end
if s.state == "ready" then
  hs.status = "Healthy"
end
for _, c in ipairs(s.conditions or {}) do
  if c.status == "True" then
    -- The operator tries again by itself, and goes on where it can.
    if c.type == "ReplicaFailure" then
      hs.message = (c.reason or "ReplicaFailure") .. ": " .. (c.message or "")
    end
    if c.type == "RayClusterSuspended" or c.type == "RayClusterSuspending" then
      hs.status = "Suspended"
      hs.message = c.type
    end
  end
end
return hs
