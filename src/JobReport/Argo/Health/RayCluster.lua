-- Health of a RayCluster, from status.state, its workers and its conditions. The operator never takes `ready` back, not even when
-- all pods are gone.
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
  local ready = s.readyWorkerReplicas or 0
  local desired = s.desiredWorkerReplicas or 0
  if ready < desired then
    hs.status = "Progressing"
    hs.message = "ready, " .. ready .. "/" .. desired .. " workers"
  end
end
for _, c in ipairs(s.conditions or {}) do
  if c.type == "HeadPodReady" and c.status ~= "True" and s.state == "ready" then
    hs.status = "Progressing"
    hs.message = "the head is not ready: what ran on it is lost"
  end
end
for _, c in ipairs(s.conditions or {}) do
  if c.status == "True" then
    -- The operator tries again by itself, and goes on where it can.
    if c.type == "ReplicaFailure" then
      hs.status = "Progressing"
      hs.message = (c.reason or "ReplicaFailure") .. ": " .. (c.message or "")
    end
    if c.type == "RayClusterSuspended" or c.type == "RayClusterSuspending" then
      hs.status = "Suspended"
      hs.message = c.type
    end
  end
end
return hs
