using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobModel.Templates;

/// <summary>RQ013x and RQ064x: templates, and requests that are made of one.</summary>
public static class TemplateRules
{
    private const string Template =
        "# file: policies/templates/train.yaml\ndescription: Trains a model.\nparams:\n  lr: {type: number, min: 0, max: 1, help: the learning rate}\n  epochs: {type: integer, min: 1, max: 100, default: 20}\nrequest:\n  entrypoint: python train.py --lr ${params.lr} --epochs ${params.epochs}\n  workers: {replicas: 1}\n";
    private const string Request = "# file: jobs-requests/vision/train.yaml\nname: train\n";
    private const string Given = Template + Request + "template: train\nparams: {lr: 0.1}\n";

    /// <summary>RQ0131: the request names a template that isn't there.</summary>
    public static RuleInfo UnknownTemplate { get; } =
        new("RQ0131", "unknown-template", Severity.Error, "There is no template of that name.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "Templates are files under `policies/templates/`; the base branch's count. Without its template nothing of the request is known.",
            Bad = Repository(Template + Request + "template: trian\nparams: {lr: 0.1}\n"),
            Good = Repository(Given),
        };

    /// <summary>RQ0132: a value for a parameter that the template doesn't have.</summary>
    public static RuleInfo UnknownParameter { get; } =
        new("RQ0132", "unknown-parameter", Severity.Error, "The template has no parameter of that name.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "The value would be without effect. Most are typing slips, so the nearest parameter is suggested; `rayquest new --template NAME` writes them all.",
            Bad = Repository(Template + Request + "template: train\nparams: {lr: 0.1, epoch: 3}\n"),
            Good = Repository(Template + Request + "template: train\nparams: {lr: 0.1, epochs: 3}\n"),
        };

    /// <summary>RQ0133: no value for a parameter that needs one.</summary>
    public static RuleInfo MissingParameter { get; } =
        new("RQ0133", "missing-parameter", Severity.Error, "A parameter of the template has no value, and no default.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why = "The template can't know what you want there.",
            Bad = Repository(Template + Request + "template: train\nparams: {epochs: 3}\n"),
            Good = Repository(Given),
        };

    /// <summary>RQ0134: a parameter of the request that nothing uses.</summary>
    public static RuleInfo UnusedParameter { get; } =
        new("RQ0134", "unused-parameter", Severity.Error, "A parameter of the request is used nowhere.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "Without a template `params` are the request's own. One that nothing uses changes nothing, which nobody who edits it expects.",
            Bad = Repository(
                Request
                    + "params: {lr: 0.1, epochs: 3}\nentrypoint: python train.py --lr ${params.lr}\nworkers: {replicas: 1}\n"
            ),
            Good = Repository(
                Request + "params: {lr: 0.1}\nentrypoint: python train.py --lr ${params.lr}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <summary>RQ0135: a placeholder that no parameter fills.</summary>
    public static RuleInfo UnknownPlaceholder { get; } =
        new(
            "RQ0135",
            "unknown-params-placeholder",
            Severity.Error,
            "A `${params.…}` names a parameter that isn't there."
        )
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why = "The text would stay in the command as it stands; a shell takes it for a malformed variable.",
            Bad = Repository(
                Request
                    + "params: {lr: 0.1}\nentrypoint: python train.py --lr ${params.lr} ${params.rate}\nworkers: {replicas: 1}\n"
            ),
            Good = Repository(
                Request + "params: {lr: 0.1}\nentrypoint: python train.py --lr ${params.lr}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <summary>RQ0136: a key that the template decides.</summary>
    public static RuleInfo DecidedByTemplate { get; } =
        new(
            "RQ0136",
            "decided-by-template",
            Severity.Error,
            "A request that is made of a template says what the template decides."
        )
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "What a template gives is decided there, and differs only by its parameters: so who reads `template` knows what runs. A request adds `name`, `owner`, `description`, `run`, `code` and `results`.",
            Bad = Repository(Given + "workers: {replicas: 8}\n"),
            Good = Repository(Given + "description: for the June report\n"),
        };

    /// <summary>RQ0640: a template no request can be made of.</summary>
    public static RuleInfo TemplateCannotWork { get; } =
        new(
            "RQ0640",
            "template-cannot-work",
            Severity.Error,
            "A template contradicts itself, so that no request can be made of it."
        )
        {
            Category = RuleCategory.Policy,
            HasFixedSeverity = true,
            Why =
                "Who uses a template sees its faults at a line of their own, where they can't be mended. So they are found here: a placeholder without a parameter, a default outside the bounds, bounds that nothing meets, a key that is the request's to say.",
            Bad = new RuleExample(
                ExampleKind.Policy,
                "# policies/templates/train.yaml\ndescription: Trains a model.\nparams: {lr: {type: number, default: 0.1}}\nrequest: {entrypoint: \"python train.py --lr ${params.lr} ${params.rate}\"}\n"
            ),
            Good = new RuleExample(
                ExampleKind.Policy,
                "# policies/templates/train.yaml\ndescription: Trains a model.\nparams: {lr: {type: number, default: 0.1}}\nrequest: {entrypoint: \"python train.py --lr ${params.lr}\"}\n"
            ),
        };

    /// <summary>RQ0641: a parameter of a template that nothing uses.</summary>
    public static RuleInfo UnusedTemplateParameter { get; } =
        new("RQ0641", "unused-template-parameter", Severity.Warning, "A parameter of a template is used nowhere in it.")
        {
            Category = RuleCategory.Policy,
            Why = "People give a value, and nothing comes of it.",
            Bad = new RuleExample(
                ExampleKind.Policy,
                "# policies/templates/train.yaml\ndescription: Trains a model.\nparams: {lr: {type: number}, epochs: {type: integer}}\nrequest: {entrypoint: \"python train.py --lr ${params.lr}\"}\n"
            ),
            Good = new RuleExample(
                ExampleKind.Policy,
                "# policies/templates/train.yaml\ndescription: Trains a model.\nparams: {lr: {type: number}}\nrequest: {entrypoint: \"python train.py --lr ${params.lr}\"}\n"
            ),
        };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        UnknownTemplate,
        UnknownParameter,
        MissingParameter,
        UnusedParameter,
        UnknownPlaceholder,
        DecidedByTemplate,
        TemplateCannotWork,
        UnusedTemplateParameter,
    ];

    private static RuleExample Repository(string text) => new(ExampleKind.Repository, text);
}
