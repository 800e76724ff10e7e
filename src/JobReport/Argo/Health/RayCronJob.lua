-- Health of a RayCronJob, which has no conditions: one that is there is Healthy, whatever its runs come to.
local hs = { status = "Healthy", message = "scheduled" }
if obj.spec ~= nil and obj.spec.suspend == true then
  hs.status = "Suspended"
  hs.message = "suspended"
elseif obj.status ~= nil and obj.status.lastScheduleTime ~= nil then
  hs.message = "last run " .. obj.status.lastScheduleTime
end
return hs
