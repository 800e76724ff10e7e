using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Targets;

/// <summary>
/// One step of rendering: a pure function that gives the part of the manifest one aspect of the plan asks for, or null
/// when it asks for nothing. Steps know nothing of each other; their parts are merged by the keys of the lists, so their
/// order doesn't matter.
/// </summary>
public delegate YamlMapping? RenderStep(JobPlan plan);

/// <summary>What is done to the whole manifest of a workload, the profile in it: such as bringing its cluster to where the kind has it.</summary>
public delegate YamlMapping FinishingStep(YamlMapping manifest, JobPlan plan);
