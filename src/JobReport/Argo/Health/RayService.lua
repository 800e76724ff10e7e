-- Health of a RayService, from its Ready, UpgradeInProgress and Suspended conditions.
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
  if c.status == "True" then
    if c.type == "Suspended" then
      return { status = "Suspended", message = "suspended" }
    end
    if c.type == "UpgradeInProgress" and hs.status == "Healthy" then
      hs.status = "Progressing"
      hs.message = "upgrade in progress"
    end
  end
end
return hs
