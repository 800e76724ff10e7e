-- Health of a RayService, from its conditions and from what Serve says of its applications: a first deployment and an upgrade are
-- Progressing, applications that failed are Degraded, on the old cluster or on the new one.
local hs = { status = "Progressing", message = "waiting for the operator" }
local s = obj.status
if s == nil then
  return hs
end
for _, c in ipairs(s.conditions or {}) do
  if c.type == "Ready" then
    hs.message = (c.reason or "") .. ": " .. (c.message or "")
    if c.status == "True" then
      hs.status = "Healthy"
    elseif c.reason == "ValidationFailed" or c.reason == "InitializingTimeout" then
      hs.status = "Degraded"
    end
  end
end
for _, c in ipairs(s.conditions or {}) do
  if c.status == "True" and c.type == "UpgradeInProgress" and hs.status == "Healthy" then
    hs.status = "Progressing"
    hs.message = "upgrade in progress"
  end
end
for _, side in ipairs({ s.activeServiceStatus or {}, s.pendingServiceStatus or {} }) do
  for name, application in pairs(side.applicationStatuses or {}) do
    if application.status == "DEPLOY_FAILED" or application.status == "UNHEALTHY" then
      hs.status = "Degraded"
      hs.message = "application " .. name .. " is " .. application.status
    elseif application.status == "DEPLOYING" and hs.status == "Healthy" then
      hs.status = "Progressing"
      hs.message = "application " .. name .. " is deploying"
    end
  end
end
for _, c in ipairs(s.conditions or {}) do
  if c.status == "True" and (c.type == "Suspended" or c.type == "Suspending") then
    hs.status = "Suspended"
    hs.message = "suspended"
  end
end
return hs
