package dev.latchkey.mail;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;

/** Finds what is wrong with the body of a text. */
final class MailTextCheck extends AbstractVisitor {
    private static final Pattern ELSEWHERE = Pattern.compile("(https?://|mailto:)[^{}\\s]+");

    private final MailText text;
    private final List<TextProblem> problems = new ArrayList<>();
    private final Set<Placeholder> named = EnumSet.noneOf(Placeholder.class);

    MailTextCheck(MailText text) {
        this.text = text;
    }

    List<TextProblem> problems() {
        Markdown.PARSER.parse(text.body()).accept(this);
        for (Placeholder needed : needed(text.kind())) {
            if (!named.contains(needed)) {
                String form = needed == Placeholder.LINK
                        ? "a link, such as [Open](" + Markdown.LINK + ")"
                        : "{" + needed.text() + "}";
                problems.add(new TextProblem(
                        text.file(), 0, "the text does not have " + form + ": without it, it is of no use"));
            }
        }
        return problems;
    }

    /** What a user must be told. */
    private static Set<Placeholder> needed(MailKind kind) {
        Set<Placeholder> needed = EnumSet.of(Placeholder.CODE, Placeholder.LINK);
        if (kind == MailKind.PASSWORD_RESET) {
            // The name is forgotten as well, often enough.
            needed.add(Placeholder.USERNAME);
        }
        needed.retainAll(kind.placeholders());
        return needed;
    }

    private void add(Node node, String problem) {
        problems.add(new TextProblem(text.file(), line(node), problem));
    }

    private int line(Node node) {
        Node place = node;
        while (place != null && place.getSourceSpans().isEmpty()) {
            place = place.getParent();
        }
        return place == null ? 0 : place.getSourceSpans().get(0).getLineIndex() + text.bodyLine();
    }

    @Override
    public void visit(Text literal) {
        Matcher names = MailText.PLACEHOLDER.matcher(literal.getLiteral());
        while (names.find()) {
            Placeholder placeholder = Placeholder.ofText(names.group(1))
                    .filter(text.kind().placeholders()::contains)
                    .orElse(null);
            if (placeholder == null) {
                add(literal, names.group() + " is unknown here: write one of " + known());
            } else if (placeholder == Placeholder.LINK) {
                add(literal, "write the link as [what it does](" + Markdown.LINK + ")");
            } else if (placeholder == Placeholder.CODE && !Markdown.isCode(literal.getParent())) {
                add(literal, "{code} must stand alone, with an empty line before it and behind it");
            } else {
                named.add(placeholder);
            }
        }
    }

    private String known() {
        return String.join(
                ", ",
                text.kind().placeholders().stream()
                        .map(placeholder -> "{" + placeholder.text() + "}")
                        .toList());
    }

    @Override
    public void visit(Link link) {
        if (link.getDestination().equals(Markdown.LINK)) {
            if (!text.kind().placeholders().contains(Placeholder.LINK)) {
                add(link, Markdown.LINK + " is unknown here: write one of " + known());
            } else if (!(link.getParent() instanceof Paragraph) || link.getNext() != null) {
                add(link, "[...](" + Markdown.LINK + ") must be the last of its paragraph");
            } else {
                named.add(Placeholder.LINK);
            }
        } else if (!ELSEWHERE.matcher(link.getDestination()).matches()) {
            add(link, "a link must lead to " + Markdown.LINK + " or to an address of http, https or mailto");
        }
        visitChildren(link);
    }

    @Override
    public void visit(HtmlBlock html) {
        refuse(html, "HTML");
    }

    @Override
    public void visit(HtmlInline html) {
        refuse(html, "HTML");
    }

    @Override
    public void visit(Image image) {
        refuse(image, "pictures");
    }

    @Override
    public void visit(Heading heading) {
        refuse(heading, "headings");
    }

    @Override
    public void visit(BlockQuote quote) {
        refuse(quote, "quotations");
    }

    @Override
    public void visit(Code code) {
        refuse(code, "program code");
    }

    @Override
    public void visit(FencedCodeBlock code) {
        refuse(code, "program code");
    }

    @Override
    public void visit(IndentedCodeBlock code) {
        refuse(code, "program code: begin the line without blanks");
    }

    private void refuse(Node node, String what) {
        add(node instanceof Block ? node : node.getParent(), "mails have no " + what);
    }
}
