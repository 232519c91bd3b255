package dev.latchkey.mail;

import com.google.common.html.HtmlEscapers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.html.HtmlWriter;
import org.commonmark.renderer.text.LineBreakRendering;
import org.commonmark.renderer.text.TextContentNodeRendererContext;
import org.commonmark.renderer.text.TextContentRenderer;
import org.commonmark.renderer.text.TextContentWriter;

/**
 * Makes text and HTML of a body. Values are put in after the body was parsed, as text: nothing in them is Markdown or HTML.
 *
 * <p>Styles stand at each element, since some readers drop all others; those in the layout are for the dark.
 */
final class Markdown {
    /** Where a link leads that is a button, as it stands in a source. */
    static final String LINK = "{link}";

    static final Parser PARSER =
            Parser.builder().includeSourceSpans(IncludeSourceSpans.BLOCKS).build();

    private static final String CODE = "{code}";

    private static final HtmlRenderer HTML = HtmlRenderer.builder()
            .escapeHtml(true)
            .nodeRendererFactory(HtmlBlocks::new)
            .attributeProviderFactory(context -> Markdown::style)
            .build();

    private static final TextContentRenderer TEXT = TextContentRenderer.builder()
            .lineBreakRendering(LineBreakRendering.SEPARATE_BLOCKS)
            .nodeRendererFactory(TextBlocks::new)
            .build();

    private static final Map<String, String> STYLES = Map.of(
            "p", "margin:0 0 16px",
            "ul", "margin:0 0 16px;padding-left:24px",
            "ol", "margin:0 0 16px;padding-left:24px",
            "hr", "margin:24px 0;border:0;border-top:1px solid #d5d9e0",
            "a", "color:#1a56c4");

    private Markdown() {}

    /** What the user types. */
    private static final class CodeBlock extends CustomBlock {
        private final String code;

        CodeBlock(String code) {
            this.code = code;
        }
    }

    /** A link as something to press, and its address for those who cannot. */
    private static final class Button extends CustomBlock {
        private final String label;
        private final String address;

        Button(String label, String address) {
            this.label = label;
            this.address = address;
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

    static String html(Node document) {
        return HTML.render(document);
    }

    static String plain(Node document) {
        return TEXT.render(document).strip() + "\n";
    }

    private static void style(Node node, String tag, Map<String, String> attributes) {
        String style = STYLES.get(tag);
        if (style != null) {
            attributes.put("style", style);
        }
    }

    /** @param html writes what none of the library's own renderers knows */
    private record HtmlBlocks(HtmlWriter html) implements NodeRenderer {
        HtmlBlocks(HtmlNodeRendererContext context) {
            this(context.getWriter());
        }

        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(CodeBlock.class, Button.class);
        }

        @Override
        public void render(Node node) {
            html.line();
            if (node instanceof CodeBlock block) {
                element(
                        "p",
                        "code",
                        "margin:0 0 16px;padding:16px;border-radius:8px;background-color:#eef1f6;text-align:center;"
                                + "font:700 28px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px",
                        block.code);
            } else if (node instanceof Button button) {
                html.tag("p", attributes("", "margin:0 0 12px"));
                link(
                        button.address,
                        "button",
                        "display:inline-block;padding:12px 24px;border-radius:8px;background-color:#1a56c4;color:#ffffff;"
                                + "font-weight:600;text-decoration:none",
                        button.label);
                html.tag("/p");
                html.line();
                html.tag(
                        "p", attributes("bare", "margin:0 0 16px;font-size:13px;line-height:1.5;word-break:break-all"));
                link(button.address, "", "color:#1a56c4", button.address);
                html.tag("/p");
            }
            html.line();
        }

        private void link(String address, String name, String style, String text) {
            Map<String, String> attributes = attributes(name, style);
            attributes.put("href", address);
            html.tag("a", attributes);
            html.text(text);
            html.tag("/a");
        }

        private void element(String tag, String name, String style, String text) {
            html.tag(tag, attributes(name, style));
            html.text(text);
            html.tag("/" + tag);
        }

        private static Map<String, String> attributes(String name, String style) {
            Map<String, String> attributes = new HashMap<>();
            if (!name.isEmpty()) {
                attributes.put("class", name);
            }
            attributes.put("style", style);
            return attributes;
        }
    }

    /** The same for text. */
    private record TextBlocks(TextContentWriter text) implements NodeRenderer {
        TextBlocks(TextContentNodeRendererContext context) {
            this(context.getWriter());
        }

        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(CodeBlock.class, Button.class, ThematicBreak.class);
        }

        @Override
        public void render(Node node) {
            if (node instanceof CodeBlock block) {
                text.write(block.code);
            } else if (node instanceof Button button) {
                text.write(button.label + ":");
                text.line();
                text.write(button.address);
            } else {
                text.write("---");
            }
            text.block();
        }
    }

    static String escaped(String text) {
        return HtmlEscapers.htmlEscaper().escape(text);
    }
}
