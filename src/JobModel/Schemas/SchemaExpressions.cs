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
            _ => false,
        };
}
