namespace Rayquest.JobModel.Schemas;

/// <summary>
/// The CEL rules of the schemas we carry, written by hand and found by their text. Rules that compare with the
/// stored object hold on create; rules we do not know are left to the API server.
/// </summary>
internal static class SchemaExpressions
{
    /// <summary>Whether the rule is known and broken by what stands at the place.</summary>
    public static bool IsBroken(string rule, Field self) =>
        rule switch
        {
            "!(has(self.jobStatus) && has(self.jobDeploymentStatus))" => self["jobStatus"].Exists
                && self["jobDeploymentStatus"].Exists,
            "has(self.jobStatus) || has(self.jobDeploymentStatus)" => !self["jobStatus"].Exists
                && !self["jobDeploymentStatus"].Exists,
            "!((has(self.onSuccess) || has(self.onFailure)) && has(self.deletionRules))" => (
                self["onSuccess"].Exists || self["onFailure"].Exists
            ) && self["deletionRules"].Exists,
            "((has(self.onSuccess) && has(self.onFailure)) || has(self.deletionRules))" => !(
                self["onSuccess"].Exists && self["onFailure"].Exists
            ) && !self["deletionRules"].Exists,
            "self in ['ray.io/kuberay-operator', 'kueue.x-k8s.io/multikueue']" => self.Text
                is not ("ray.io/kuberay-operator" or "kueue.x-k8s.io/multikueue"),
            _ => IsBrokenOfKueue(rule, self),
        };

    private static bool IsBrokenOfKueue(string rule, Field self) =>
        rule switch
        {
            "!has(self.preference) || (self.whenCanBorrow == 'TryNextFlavor' && self.whenCanPreempt == 'TryNextFlavor')" =>
                self["preference"].Exists
                    && !(
                        self["whenCanBorrow"].Text == "TryNextFlavor"
                        && self["whenCanPreempt"].Text is null or "TryNextFlavor"
                    ),
            "!(self.reclaimWithinCohort == 'Never' && has(self.borrowWithinCohort) &&  self.borrowWithinCohort.policy != 'Never')" =>
                self["reclaimWithinCohort"].Text is null or "Never"
                    && self["borrowWithinCohort"]["policy"].Text is not (null or "Never"),
            "self.flavors.all(x, size(x.resources) == size(self.coveredResources))" => self["flavors"]
                .Items()
                .Any(f =>
                    f["resources"].Sequence is not null && f["resources"].Count != self["coveredResources"].Count
                ),
            "!has(self.cohort) && has(self.resourceGroups) ? self.resourceGroups.all(rg, rg.flavors.all(f, f.resources.all(r, !has(r.borrowingLimit)))) : true" =>
                !self["cohort"].Exists && Borrows(self),
            "!has(self.cohortName) && has(self.resourceGroups) ? self.resourceGroups.all(rg, rg.flavors.all(f, f.resources.all(r, !has(r.borrowingLimit)))) : true" =>
                !self["cohortName"].Exists && Borrows(self),
            "!has(self.topologyName) || self.nodeLabels.size() >= 1" => self["topologyName"].Exists
                && self["nodeLabels"].Count == 0,
            "size(self.filter(i, size(self.filter(j, j == i)) > 1)) == 0" => IsRepeating(self),
            "size(self.filter(i, i.nodeLabel == 'kubernetes.io/hostname')) == 0 || self[size(self) - 1].nodeLabel == 'kubernetes.io/hostname'" =>
                self.Items().Any(IsHostname) && !IsHostname(self.ItemAt(self.Count - 1)),
            "has(self.minCount) ? self.minCount <= self.count : true" => self["minCount"].Integer
                > (self["count"].Integer ?? 1),
            "has(self.priorityClassName) ? has(self.priority) : true" => self["priorityClassName"].Exists
                && !self["priority"].Exists,
            "!has(self.priorityClassRef) || has(self.priority)" => self["priorityClassRef"].Exists
                && !self["priority"].Exists,
            "(self.group == 'scheduling.k8s.io') ? self.kind == 'PriorityClass' : true" => self["group"].Text
                == "scheduling.k8s.io"
                && self["kind"].Text != "PriorityClass",
            "(self.group == 'kueue.x-k8s.io') ? self.kind == 'WorkloadPriorityClass' : true" => self["group"].Text
                == "kueue.x-k8s.io"
                && self["kind"].Text != "WorkloadPriorityClass",
            _ => IsBrokenOfNodes(rule, self),
        };

    // The taints and tolerations of a ResourceFlavor.
    private static bool IsBrokenOfNodes(string rule, Field self) =>
        rule switch
        {
            "self.all(x, x.effect in ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])"
            or "self.all(x, !has(x.effect) || x.effect in ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])" =>
                self.Items()
                    .Any(x => x["effect"].Text is not (null or "NoSchedule" or "PreferNoSchedule" or "NoExecute")),
            "self.all(x, !has(x.key) ? x.operator == 'Exists' : true)" => self.Items()
                .Any(x => !x["key"].Exists && x["operator"].Text != "Exists"),
            "self.all(x, has(x.tolerationSeconds) ? x.effect == 'NoExecute' : true)" => self.Items()
                .Any(x => x["tolerationSeconds"].Exists && x["effect"].Text != "NoExecute"),
            "self.all(x, !has(x.operator) || x.operator in ['Equal', 'Exists'])" => self.Items()
                .Any(x => x["operator"].Text is not (null or "Equal" or "Exists")),
            "self.all(x, has(x.operator) && x.operator == 'Exists' ? !has(x.value) : true)" => self.Items()
                .Any(x => x["operator"].Text == "Exists" && x["value"].Exists),
            _ => false,
        };

    private static bool Borrows(Field queue) =>
        queue["resourceGroups"]
            .Items()
            .SelectMany(g => g["flavors"].Items())
            .SelectMany(f => f["resources"].Items())
            .Any(r => r["borrowingLimit"].Exists);

    private static bool IsHostname(Field level) => level["nodeLabel"].Text == "kubernetes.io/hostname";

    // Levels of a topology: objects of one field.
    private static bool IsRepeating(Field list)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return list.Items().Any(i => i["nodeLabel"].Text is { } label && !seen.Add(label));
    }
}
