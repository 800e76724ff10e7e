using System.Buffers;
using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rayquest.JobModel.Yaml;

/// <summary>How much of YAML a file may use.</summary>
/// <param name="MaxBytes">Files larger than this are refused unread.</param>
/// <param name="MaxDepth">Deepest nesting read.</param>
/// <param name="MaxNodes">How many nodes a file may hold, aliases expanded.</param>
/// <param name="PlainSubset">One document, no anchors, aliases, merge keys or tags.</param>
public sealed record YamlLimits(int MaxBytes, int MaxDepth, int MaxNodes, bool PlainSubset)
{
    /// <summary>The subset requests and policies are written in.</summary>
    public static YamlLimits Request { get; } = new(256 * 1024, 32, 50_000, PlainSubset: true);

    /// <summary>What kubectl would read: several documents, anchors and tags allowed.</summary>
    public static YamlLimits Manifest { get; } = new(16 * 1024 * 1024, 100, 2_000_000, PlainSubset: false);
}

/// <summary>Reads bytes into nodes. Never throws on any input: faults become findings and reading goes on.</summary>
public static class YamlReader
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Reads a whole file.</summary>
    public static YamlFile Read(string path, ReadOnlySpan<byte> bytes, YamlLimits limits, FindingBag findings)
    {
        if (bytes.Length > limits.MaxBytes)
        {
            SourceText head = new(path, "");
            findings.Add(
                SyntaxRules.FileTooLarge,
                new SourceSpan(head, default),
                $"the file has {bytes.Length:N0} bytes, at most {limits.MaxBytes:N0} are read: move data and code out of it"
            );
            return new YamlFile(head, [], [], IsPartial: true);
        }

        SourceText source = Decode(path, bytes, findings);
        return Parse(source, limits, findings);
    }

    // For the nightly tests: whatever the quick reader reads, the library's must read to the same.
    private static readonly bool IsLibraryOnly =
        AppContext.TryGetSwitch("Rayquest.Yaml.LibraryOnly", out bool isOn) && isOn;

    /// <summary>Reads text that is already decoded.</summary>
    public static YamlFile Parse(SourceText source, YamlLimits limits, FindingBag findings)
    {
        FindingBag own = new();
        YamlFile file = ParseAsItIs(source, limits, own);
        if (
            (own.Findings.Any(IsSyntaxError) || file.Documents is [YamlScalar { Style: YamlScalarStyle.Plain }])
            && FullWidth(source, limits, findings)
        )
        {
            return file with { Documents = [], IsPartial = true };
        }

        findings.AddRange(own.Findings);
        return file;
    }

    private static bool IsSyntaxError(Finding finding) => finding.Rule == SyntaxRules.SyntaxError;

    // Full-width characters are the fault where the file is YAML without them.
    private static bool FullWidth(SourceText source, YamlLimits limits, FindingBag findings)
    {
        foreach (
            (string text, IReadOnlyList<(TextSpan Span, string Narrow)> changes) in FullWidthText.Readings(source.Text)
        )
        {
            SourceText narrow = new(source.Path, text);
            FindingBag trial = new();
            YamlFile file = ParseAsItIs(narrow, limits, trial);
            if (trial.Findings.Any(IsSyntaxError) || file.Documents is [YamlScalar])
            {
                continue;
            }

            foreach ((TextSpan span, string replacement) in changes)
            {
                int line = source.PositionOf(span.Start).Line;
                findings.Add(FullWidthFinding.Of(source, span, replacement, narrow.Line(line).Trim()));
            }

            return true;
        }

        return false;
    }

    private static YamlFile ParseAsItIs(SourceText source, YamlLimits limits, FindingBag findings)
    {
        bool isTooLarge = false;
        if (IsLibraryOnly || YamlSubset.TryRead(source, limits, findings, out isTooLarge) is not { } file)
        {
            return ParseAll(source, limits, findings);
        }

        if (isTooLarge)
        {
            ReportTooManyNodes(source, limits, findings);
        }

        return file;
    }

    private static void ReportTooManyNodes(SourceText source, YamlLimits limits, FindingBag findings) =>
        findings.Add(
            SyntaxRules.TooManyNodes,
            new SourceSpan(source, new TextSpan(0, Math.Min(1, source.Text.Length))),
            $"the file holds more than {limits.MaxNodes:N0} values: move data out of it"
        );

    /// <summary>That a key is given again beside entries that have it already.</summary>
    internal static Finding GivenTwice(YamlScalar key, List<YamlEntry> entries)
    {
        YamlEntry earlier = entries.Find(e => e.Key.Value == key.Value)!;
        return new Finding(
            SyntaxRules.DuplicateKey,
            SyntaxRules.DuplicateKey.DefaultSeverity,
            key.Span,
            $"`{Shorten(key.Value)}` is given twice, first on line {earlier.Key.Span.Start.Line}; keep one"
        )
        {
            Related = [new RelatedLocation(earlier.Key.Span, "first given here")],
        };
    }

    private static string Shorten(string text) => TextShortening.Shorten(text, longest: 40, kept: 40);

    /// <summary>Reads text with the library, all of YAML; what the quick reader gives up comes here.</summary>
    internal static YamlFile ParseAll(SourceText source, YamlLimits limits, FindingBag findings)
    {
        FindingBag own = new();
        Builder builder = new(source, limits, own);
        YamlFile file = builder.Build();
        if (builder.IsTabSuspected)
        {
            // What the tabs were meant to be shows by what can be read then; the file's other faults are told too.
            foreach (TabIndentation tabs in TabIndentation.Readings(source))
            {
                FindingBag trial = new();
                Builder again = new(source, limits, trial, tabs);
                YamlFile whole = again.Build();
                if (!again.IsUnreadable)
                {
                    findings.Add(SyntaxRules.TabIndentation, tabs.First, tabs.Message, tabs.Fix);
                    (own, file) = (trial, whole);
                    break;
                }
            }
        }

        foreach (Finding finding in own.Findings)
        {
            findings.Add(finding);
        }

        return file;
    }

    /// <summary>Decodes bytes as UTF-8; says what is wrong with them and goes on with the best reading.</summary>
    public static SourceText Decode(string path, ReadOnlySpan<byte> bytes, FindingBag findings)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            Encoding utf16 = bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            SourceText decoded = new(path, utf16.GetString(bytes[2..]).Replace('\0', '\uFFFD'));
            findings.Add(
                SyntaxRules.NotUtf8,
                new SourceSpan(decoded, default),
                "the file is UTF-16; save it as UTF-8 without a byte-order mark"
            );
            return decoded;
        }

        bool mark = bytes is [0xEF, 0xBB, 0xBF, ..];
        ReadOnlySpan<byte> body = mark ? bytes[3..] : bytes;
        string text;
        try
        {
            text = Strict.GetString(body);
        }
        catch (DecoderFallbackException fault)
        {
            text = Encoding.UTF8.GetString(body);
            int at = Encoding.UTF8.GetString(body[..Math.Clamp(fault.Index, 0, body.Length)]).Length;
            SourceText damaged = new(path, text.Replace('\0', '\uFFFD'));
            findings.Add(
                SyntaxRules.NotUtf8,
                new SourceSpan(damaged, new TextSpan(at, Math.Min(at + 1, text.Length))),
                $"byte {fault.Index + 1:N0} of the file is not UTF-8; save it as UTF-8"
            );
            return damaged;
        }

        int nul = text.IndexOf('\0', StringComparison.Ordinal);
        SourceText source = new(path, nul < 0 ? text : text.Replace('\0', '\uFFFD'));
        if (nul >= 0)
        {
            findings.Add(
                SyntaxRules.NulByte,
                new SourceSpan(source, new TextSpan(nul, nul + 1)),
                "the file holds a NUL byte, so it is not text; remove it"
            );
        }

        if (mark)
        {
            findings.Add(
                SyntaxRules.ByteOrderMark,
                new SourceSpan(source, default),
                "the file begins with a byte-order mark; save it as UTF-8 without one"
            );
        }

        ReportLineEndings(source, findings);
        return source;
    }

    // So many edits of one character weigh more than the text fixed as a whole.
    private const int MostEdits = 1000;

    private static void ReportLineEndings(SourceText source, FindingBag findings)
    {
        int first = source.Text.IndexOf('\r', StringComparison.Ordinal);
        if (first < 0)
        {
            return;
        }

        int count = source.Text.AsSpan().Count('\r');
        if (count > MostEdits)
        {
            string normalized = source.Text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
            Report([new TextEdit(new TextSpan(first, source.Text.Length), normalized[first..])]);
            return;
        }

        List<TextEdit> edits = new(count);
        for (int at = first; at >= 0; at = source.Text.IndexOf('\r', at + 1))
        {
            bool pair = at + 1 < source.Text.Length && source.Text[at + 1] == '\n';
            edits.Add(new TextEdit(new TextSpan(at, at + 1), pair ? "" : "\n"));
        }

        Report(edits);

        void Report(IReadOnlyList<TextEdit> edits) =>
            findings.Add(
                SyntaxRules.CarriageReturns,
                new SourceSpan(source, new TextSpan(first, first + 1)),
                count == 1
                    ? (Message)$"{count:N0} line ends with a carriage return; use LF line endings"
                    : $"{count:N0} lines end with a carriage return; use LF line endings",
                new Fix("Use LF line endings", FixSafety.Safe, edits)
            );
    }

    private sealed class Builder(SourceText source, YamlLimits limits, FindingBag findings, TabIndentation? tabs = null)
    {
        private const int MaxSkippedDepth = 200;

        private static readonly SearchValues<char> Refused = SearchValues.Create(
            "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\v\f\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017"
                + "\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F\u0080\u0081\u0082\u0083\u0084\u0086\u0087\u0088"
                + "\u0089\u008A\u008B\u008C\u008D\u008E\u008F\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099"
                + "\u009A\u009B\u009C\u009D\u009E\u009F\uFFFE\uFFFF"
        );

        private readonly List<YamlComment> comments = [];
        private readonly List<YamlNode> documents = [];
        private Dictionary<string, YamlNode>? anchors;
        private IParser parser = null!;
        private int nodes;
        private bool partial;

        /// <summary>Whether reading ended at a place that is not YAML.</summary>
        public bool IsUnreadable { get; private set; }

        /// <summary>Whether a tab there is the likeliest cause.</summary>
        public bool IsTabSuspected { get; private set; }

        public YamlFile Build()
        {
            try
            {
                if (!limits.PlainSubset)
                {
                    CheckCharacters();
                }

                Scanner scanner = new(new StringReader(tabs?.Text ?? source.Text), skipComments: false);
                parser = new Parser(scanner);
                ReadStream();
            }
            catch (YamlException fault)
            {
                (partial, IsUnreadable) = (true, true);
                Report(fault);
            }
            catch (NestingAbortedException)
            {
                partial = true;
            }
            catch (TooManyNodesException)
            {
                partial = true;
                ReportTooManyNodes(source, limits, findings);
            }
            catch (Exception fault)
                when (fault
                        is ArgumentException
                            or InvalidOperationException
                            or IndexOutOfRangeException
                            or FormatException
                            or OverflowException
                )
            {
                // The scanner throws plain exceptions on some malformed escapes; to the author it is one syntax fault.
                (partial, IsUnreadable) = (true, true);
                findings.Add(
                    SyntaxRules.SyntaxError,
                    Span(0, 0),
                    "the file is not YAML that can be read; check its quotes and escapes"
                );
            }

            return new YamlFile(source, documents, comments, partial);
        }

        // The library lets these pass, kubectl's does not: a colour pasted from a terminal is the usual one.
        private void CheckCharacters()
        {
            int at = source.Text.AsSpan().IndexOfAny(Refused);
            if (at >= 0)
            {
                findings.Add(
                    SyntaxRules.SyntaxError,
                    Span(at, at + 1),
                    $"the control character U+{(int)source.Text[at]:X4} can't stand in YAML; remove it, or write it as \"\\x{(int)source.Text[at]:X2}\" in double quotes"
                );
            }
        }

        private void ReadStream()
        {
            while (Next())
            {
                if (parser.Current is not DocumentStart start)
                {
                    continue;
                }

                if (documents.Count == 1 && limits.PlainSubset)
                {
                    findings.Add(
                        SyntaxRules.SeveralDocuments,
                        Span(start),
                        "a second document begins here; one file holds one request: move it to a file of its own"
                    );
                    partial = true;
                    return;
                }

                anchors = null;
                if (!Next())
                {
                    return;
                }

                YamlNode? root = ReadNode(0);
                if (root is not null)
                {
                    documents.Add(root);
                }
            }
        }

        private bool Next()
        {
            while (parser.MoveNext())
            {
                if (parser.Current is not Comment comment)
                {
                    return true;
                }

                comments.Add(new YamlComment(Span(comment), comment.Value.Trim()));
            }

            return false;
        }

        /// <summary>Reads the node the parser stands on, and leaves the parser on its last event.</summary>
        private YamlNode? ReadNode(int depth)
        {
            if (++nodes > limits.MaxNodes)
            {
                throw new TooManyNodesException();
            }

            switch (parser.Current)
            {
                case Scalar scalar:
                    CheckProperties(scalar);
                    return Remember(scalar, ReadScalar(scalar));
                case MappingStart mapping:
                    CheckProperties(mapping);
                    return depth >= limits.MaxDepth ? TooDeep(mapping) : Remember(mapping, ReadMapping(mapping, depth));
                case SequenceStart sequence:
                    CheckProperties(sequence);
                    return depth >= limits.MaxDepth
                        ? TooDeep(sequence)
                        : Remember(sequence, ReadSequence(sequence, depth));
                case AnchorAlias alias:
                    return ReadAlias(alias);
                default:
                    return null;
            }
        }

        private YamlScalar ReadScalar(Scalar scalar)
        {
            YamlScalarStyle style = scalar.Style switch
            {
                _ when !scalar.Tag.IsEmpty && !limits.PlainSubset => StyleOf(scalar.Tag.Value),
                ScalarStyle.Plain => YamlScalarStyle.Plain,
                ScalarStyle.Literal or ScalarStyle.Folded => YamlScalarStyle.Block,
                _ => YamlScalarStyle.Quoted,
            };
            TextSpan span = Trimmed(scalar);
            if (!limits.PlainSubset && scalar.Style == ScalarStyle.Plain && scalar.Value is ['@' or '`' or '%', ..])
            {
                findings.Add(
                    SyntaxRules.SyntaxError,
                    new SourceSpan(source, span),
                    $"no text without quotes begins with `{scalar.Value[0]}`; put it in quotes"
                );
            }

            return new YamlScalar(new SourceSpan(source, span), scalar.Value, style);
        }

        // A tag goes before the quotes: `!!str 5` is text, `!!int "5"` a number; of other tags text is made.
        private static YamlScalarStyle StyleOf(string tag) =>
            tag
                is "tag:yaml.org,2002:int"
                    or "tag:yaml.org,2002:float"
                    or "tag:yaml.org,2002:bool"
                    or "tag:yaml.org,2002:null"
                ? YamlScalarStyle.Plain
                : YamlScalarStyle.Quoted;

        private YamlMapping ReadMapping(MappingStart start, int depth)
        {
            List<YamlEntry> entries = [];
            HashSet<string>? seen = null;
            // Keys that `<<` brought in: what is written out here goes before them, wherever it stands.
            HashSet<string>? merged = null;
            int first = At(start.Start);
            int end = first;
            bool flow = start.Style == YamlDotNet.Core.Events.MappingStyle.Flow;
            int last = -1;
            while (Next() && parser.Current is not MappingEnd)
            {
                int here = At(parser.Current!.Start);
                YamlNode? key = ReadNode(depth + 1);
                if (!Next())
                {
                    break;
                }

                YamlNode? value = ReadNode(depth + 1);
                Separated(flow, ref last, here, value is null or YamlScalar { Value.Length: 0 } ? key : value);
                if (key is not YamlScalar name)
                {
                    if (key is not null)
                    {
                        findings.Add(
                            SyntaxRules.KeyNotText,
                            key.Span,
                            $"a key is text, this is {(Message)key.KindName}; write `name: value`"
                        );
                    }

                    continue;
                }

                end = Math.Max(end, (value ?? name).Span.Span.End);
                if (name.Value == "<<" && name.Style == YamlScalarStyle.Plain)
                {
                    if (limits.PlainSubset)
                    {
                        findings.Add(
                            SyntaxRules.AnchorOrAlias,
                            name.Span,
                            "merge keys (`<<`) are not read here; write the keys out"
                        );
                    }
                    else if (value is not null)
                    {
                        Merge(name, entries, value, merged ??= new HashSet<string>(StringComparer.Ordinal));
                        seen = null;
                    }

                    continue;
                }

                if (value is null)
                {
                    continue;
                }

                YamlEntry entry = new(name, value);
                if (merged?.Remove(name.Value) == true)
                {
                    entries[entries.FindIndex(e => e.Key.Value == name.Value)] = entry;
                    continue;
                }

                bool duplicate =
                    entries.Count < 8
                        ? entries.Exists(e => e.Key.Value == name.Value)
                        : !(seen ??= new HashSet<string>(entries.Select(e => e.Key.Value), StringComparer.Ordinal)).Add(
                            name.Value
                        );
                if (duplicate && findings.HasReachedLimit(SyntaxRules.DuplicateKey))
                {
                    continue;
                }

                if (duplicate)
                {
                    findings.Add(GivenTwice(name, entries));
                    continue;
                }

                entries.Add(entry);
            }

            if (flow && parser.Current is MappingEnd close)
            {
                end = AfterBracket(At(close.Start), '}');
            }

            return new YamlMapping(Span(first, end), [.. entries], flow);
        }

        private YamlSequence ReadSequence(SequenceStart start, int depth)
        {
            List<YamlNode> items = [];
            int first = At(start.Start);
            int end = first;
            bool flow = start.Style == SequenceStyle.Flow;
            int last = -1;
            while (Next() && parser.Current is not SequenceEnd)
            {
                int here = At(parser.Current!.Start);
                if (ReadNode(depth + 1) is { } item)
                {
                    Separated(flow, ref last, here, item);
                    items.Add(item);
                    end = Math.Max(end, item.Span.Span.End);
                }
            }

            if (flow && parser.Current is SequenceEnd close)
            {
                end = AfterBracket(At(close.Start), ']');
            }

            return new YamlSequence(Span(first, end), [.. items], flow);
        }

        // The scanner lets items in brackets stand side by side; every other reader wants a comma between them.
        private void Separated(bool flow, ref int last, int here, YamlNode? item)
        {
            if (
                flow
                && last >= 0
                && here >= last
                && here < source.Text.Length
                && !source.Text.AsSpan(last, here - last).Contains(',')
            )
            {
                findings.Add(SyntaxRules.SyntaxError, Span(here, here + 1), "a comma is missing before this; add it");
            }

            last = item is null or YamlScalar { Value.Length: 0 } ? -1 : item.Span.Span.End;
        }

        private YamlNode? ReadAlias(AnchorAlias alias)
        {
            if (limits.PlainSubset)
            {
                findings.Add(
                    SyntaxRules.AnchorOrAlias,
                    Span(alias),
                    "aliases (`*name`) are not read here; write the value out"
                );
                return new YamlScalar(Span(alias), "", YamlScalarStyle.Quoted);
            }

            if (anchors is not null && anchors.TryGetValue(alias.Value.Value, out YamlNode? target))
            {
                nodes += Count(target, limits.MaxNodes - nodes);
                return nodes > limits.MaxNodes ? throw new TooManyNodesException() : target;
            }

            findings.Add(
                SyntaxRules.SyntaxError,
                Span(alias),
                $"the alias `*{Shorten(alias.Value.Value)}` names no anchor before it"
            );
            return new YamlScalar(Span(alias), "", YamlScalarStyle.Plain);
        }

        // Counted, not copied: an alias shares its node, but whoever walks the tree walks it again.
        private static int Count(YamlNode node, int budget)
        {
            int count = 1;
            IEnumerable<YamlNode> children = node switch
            {
                YamlMapping mapping => mapping.Entries.Select(e => e.Value),
                YamlSequence sequence => sequence.Items,
                _ => [],
            };
            foreach (YamlNode child in children)
            {
                if (count > budget)
                {
                    break;
                }

                count += Count(child, budget - count);
            }

            return count;
        }

        private void Merge(YamlScalar sign, List<YamlEntry> entries, YamlNode value, HashSet<string> merged)
        {
            IReadOnlyList<YamlNode> sources = value is YamlSequence list ? list.Items : [value];
            foreach (YamlNode given in sources)
            {
                if (given is not YamlMapping mapping)
                {
                    findings.Add(
                        SyntaxRules.SyntaxError,
                        sign.Span,
                        $"`<<` merges mappings, this is {given.KindName}; name an anchor of a mapping"
                    );
                    continue;
                }

                foreach (YamlEntry entry in mapping.Entries)
                {
                    if (!entries.Exists(e => e.Key.Value == entry.Key.Value))
                    {
                        entries.Add(entry);
                        merged.Add(entry.Key.Value);
                    }
                }
            }
        }

        private T Remember<T>(NodeEvent node, T value)
            where T : YamlNode
        {
            if (!node.Anchor.IsEmpty)
            {
                (anchors ??= new Dictionary<string, YamlNode>(StringComparer.Ordinal))[node.Anchor.Value] = value;
            }

            return value;
        }

        private void CheckProperties(NodeEvent node)
        {
            if (!limits.PlainSubset)
            {
                return;
            }

            if (!node.Anchor.IsEmpty)
            {
                findings.Add(
                    SyntaxRules.AnchorOrAlias,
                    Span(node),
                    $"anchors (`&{Shorten(node.Anchor.Value)}`) are not read here; remove it"
                );
            }

            if (!node.Tag.IsEmpty)
            {
                findings.Add(
                    SyntaxRules.CustomTag,
                    Span(node),
                    $"tags (`{Shorten(node.Tag.Value)}`) are not read here; remove it, and quote the value if it is text"
                );
            }
        }

        private YamlScalar TooDeep(NodeEvent start)
        {
            findings.Add(
                SyntaxRules.TooDeep,
                Span(start),
                $"values are nested deeper than {limits.MaxDepth} levels; flatten them"
            );
            int open = 1;
            while (open > 0 && parser.MoveNext())
            {
                open += parser.Current switch
                {
                    MappingStart or SequenceStart => 1,
                    MappingEnd or SequenceEnd => -1,
                    _ => 0,
                };
                if (open > MaxSkippedDepth)
                {
                    // The scanner's work grows with the square of flow nesting: a file like this is not worth it.
                    throw new NestingAbortedException();
                }
            }

            return new YamlScalar(Span(start), "", YamlScalarStyle.Quoted);
        }

        // The parser's end events are empty; the bracket stands right there.
        private int AfterBracket(int at, char bracket) =>
            at >= 0 && at < source.Text.Length && source.Text[at] == bracket ? at + 1 : at;

        // Block scalars and plain multi-line scalars end where the next token begins: cut the white space off.
        private TextSpan Trimmed(ParsingEvent node)
        {
            int start = Math.Clamp(At(node.Start), 0, source.Text.Length);
            int end = Math.Clamp(At(node.End), start, source.Text.Length);
            while (end > start && char.IsWhiteSpace(source.Text[end - 1]))
            {
                end--;
            }

            return new TextSpan(start, end);
        }

        private int At(Mark mark) => tabs is null ? (int)mark.Index : tabs.OffsetOf((int)mark.Index);

        private SourceSpan Span(ParsingEvent node) => new(source, Trimmed(node));

        private SourceSpan Span(int start, int end) =>
            new(source, new TextSpan(Math.Clamp(start, 0, source.Text.Length), Math.Clamp(end, 0, source.Text.Length)));

        private void Report(YamlException fault)
        {
            int at = Math.Clamp(At(fault.Start), 0, source.Text.Length);
            int line = source.PositionOf(at).Line;
            int start = source.OffsetOfLine(line);
            string text = source.Line(line);
            // Some faults are told without a place; a tab anywhere is then the likeliest cause.
            if (TabBetween(at == 0 ? 1 : line - 1, at == 0 ? source.LineCount : line + 1) is { } tab)
            {
                IsTabSuspected = true;
                findings.Add(SyntaxRules.TabIndentation, tab, TabIndentation.OneLine);
                return;
            }

            (string cause, string remedy) = SyntaxFault.Explain(fault.Message, text, at - start);
            int end = Math.Clamp(start + text.Length, at, source.Text.Length);
            findings.Add(SyntaxRules.SyntaxError, Span(at, Math.Max(at, end)), $"{(Message)cause}; {(Message)remedy}");
        }

        // The scanner often gives up a line after the tab that misled it.
        private SourceSpan? TabBetween(int first, int last)
        {
            for (int number = Math.Max(1, first); number <= last; number++)
            {
                string text = source.Line(number);
                int indent = text.Length - text.TrimStart().Length;
                int tab = text.AsSpan(0, indent).IndexOf('\t');
                if (tab >= 0)
                {
                    int start = source.OffsetOfLine(number);
                    return Span(start + tab, start + indent);
                }
            }

            return null;
        }
    }

    private sealed class TooManyNodesException : Exception;

    private sealed class NestingAbortedException : Exception;
}
