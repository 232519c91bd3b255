package dev.latchkey.mail;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** Reads a body and fills it. Values are put in after the body was parsed, as text: nothing in them is Markdown or HTML. */
final class Markdown {
    /** Where a link leads that is a button, as it stands in a source. */
    static final String LINK = "{link}";

    static final Parser PARSER =
            Parser.builder().includeSourceSpans(IncludeSourceSpans.BLOCKS).build();

    private static final String CODE = "{code}";

    private Markdown() {}

    /** What the user types. */
    static final class CodeBlock extends CustomBlock {
        private final String code;

        CodeBlock(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    /** A link as something to press, and its address for those who cannot. */
    static final class Button extends CustomBlock {
        private final String label;
        private final String address;

        Button(String label, String address) {
            this.label = label;
            this.address = address;
        }

        String label() {
            return label;
        }

        String address() {
            return address;
        }
    }

    /** Whether the paragraph is the code and nothing else. */
    static boolean isCode(Node paragraph) {
        return paragraph instanceof Paragraph
                && paragraph.getFirstChild() == paragraph.getLastChild()
                && paragraph.getFirstChild() instanceof Text text
                && text.getLiteral().strip().equals(CODE);
    }

    /** The body with {@code values} in it, without the paragraphs that name one that is missing. */
    static Node fill(String body, Values values) {
        Node document = PARSER.parse(body);
        List<Paragraph> paragraphs = new ArrayList<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Paragraph paragraph) {
                paragraphs.add(paragraph);
            }
        });
        paragraphs.forEach(paragraph -> fill(paragraph, values));
        return document;
    }

    private static void fill(Paragraph paragraph, Values values) {
        if (isCode(paragraph)) {
            String code = values.get(Placeholder.CODE);
            if (code != null) {
                paragraph.insertAfter(new CodeBlock(code));
            }
            paragraph.unlink();
            return;
        }
        Link button = paragraph.getLastChild() instanceof Link link
                        && link.getDestination().equals(LINK)
                ? link
                : null;
        if ((button != null && values.get(Placeholder.LINK) == null) || !fillTexts(paragraph, values)) {
            paragraph.unlink();
        } else if (button != null) {
            paragraph.insertAfter(new Button(text(button), values.get(Placeholder.LINK)));
            button.unlink();
            if (paragraph.getLastChild() instanceof SoftLineBreak end) {
                end.unlink();
            }
            if (paragraph.getFirstChild() == null) {
                paragraph.unlink();
            }
        }
    }

    /** Returns false if a value is missing. */
    private static boolean fillTexts(Node node, Values values) {
        boolean[] complete = {true};
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text text) {
                String filled = values.filled(text.getLiteral());
                if (filled == null) {
                    complete[0] = false;
                } else {
                    text.setLiteral(filled);
                }
            }
        });
        return complete[0];
    }

    private static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text part) {
                text.append(part.getLiteral());
            }
        });
        return text.toString();
    }
}
