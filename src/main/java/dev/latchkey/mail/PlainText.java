package dev.latchkey.mail;

import dev.latchkey.mail.Markdown.Button;
import dev.latchkey.mail.Markdown.CodeBlock;
import java.util.Set;
import org.commonmark.node.Node;
import org.commonmark.node.ThematicBreak;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.text.LineBreakRendering;
import org.commonmark.renderer.text.TextContentNodeRendererContext;
import org.commonmark.renderer.text.TextContentRenderer;
import org.commonmark.renderer.text.TextContentWriter;

/** Makes plain text of a body, for those who read no HTML. */
final class PlainText {
    private static final TextContentRenderer RENDERER = TextContentRenderer.builder()
            .lineBreakRendering(LineBreakRendering.SEPARATE_BLOCKS)
            .nodeRendererFactory(Blocks::new)
            .build();

    private PlainText() {}

    static String of(Node document) {
        return RENDERER.render(document).strip() + "\n";
    }

    /** @param text writes what the library's own renderer does not know, or writes otherwise */
    private record Blocks(TextContentWriter text) implements NodeRenderer {
        Blocks(TextContentNodeRendererContext context) {
            this(context.getWriter());
        }

        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(CodeBlock.class, Button.class, ThematicBreak.class);
        }

        @Override
        public void render(Node node) {
            if (node instanceof CodeBlock block) {
                text.write(block.code());
            } else if (node instanceof Button button) {
                text.write(button.label() + ":");
                text.line();
                text.write(button.address());
            } else {
                text.write("---");
            }
            text.block();
        }
    }
}
