using Rayquest.JobFormEngine.Fields;
using Rayquest.JobModel.Languages;

namespace Rayquest.JobFormEngine.Words;

/// <summary>What the keys of a request mean. The English is the declaration's own.</summary>
public static class FieldWords
{
    private const string Context = "field";

    /// <summary>What a field means, in a language.</summary>
    public static string Doc(FormField field, Language language) => language.Text(Context, field.Doc);

    /// <summary>Whether a language says it.</summary>
    public static bool Has(FormField field, Language language) => language.Has(Context, field.Doc);
}
