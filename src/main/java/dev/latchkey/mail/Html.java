package dev.latchkey.mail;

import com.google.common.html.HtmlEscapers;
import dev.latchkey.mail.Markdown.Button;
import dev.latchkey.mail.Markdown.CodeBlock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.html.HtmlWriter;

/**
 * Makes HTML of a body.
 *
 * <p>Styles stand at each element, since some readers drop all others; those in the layout are for the dark.
 */
final class Html {
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .escapeHtml(true)
            .nodeRendererFactory(Blocks::new)
            .attributeProviderFactory(context -> Html::style)
            .build();

    private static final Map<String, String> STYLES = Map.of(
            "p", "margin:0 0 16px",
            "ul", "margin:0 0 16px;padding-left:24px",
            "ol", "margin:0 0 16px;padding-left:24px",
            "hr", "margin:24px 0;border:0;border-top:1px solid #d5d9e0",
            "a", "color:#1a56c4");

    private Html() {}

    static String of(Node document) {
        return RENDERER.render(document);
    }

    static String escaped(String text) {
        return HtmlEscapers.htmlEscaper().escape(text);
    }

    private static void style(Node node, String tag, Map<String, String> attributes) {
        String style = STYLES.get(tag);
        if (style != null) {
            attributes.put("style", style);
        }
    }

    /** @param html writes what none of the library's own renderers knows */
    private record Blocks(HtmlWriter html) implements NodeRenderer {
        Blocks(HtmlNodeRendererContext context) {
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
                        block.code());
            } else if (node instanceof Button button) {
                html.tag("p", attributes("", "margin:0 0 12px"));
                link(
                        button.address(),
                        "button",
                        "display:inline-block;padding:12px 24px;border-radius:8px;background-color:#1a56c4;color:#ffffff;"
                                + "font-weight:600;text-decoration:none",
                        button.label());
                html.tag("/p");
                html.line();
                html.tag(
                        "p", attributes("bare", "margin:0 0 16px;font-size:13px;line-height:1.5;word-break:break-all"));
                link(button.address(), "", "color:#1a56c4", button.address());
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
}
