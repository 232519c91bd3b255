package dev.latchkey.docs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The contract as YAML and JSON, the page, and the page's assets. */
final class Documents {
    private static final Map<String, String> PARTS = Map.of(
            "swagger-ui-bundle.js", "text/javascript;charset=utf-8",
            "swagger-ui.css", "text/css;charset=utf-8",
            "page.js", "text/javascript;charset=utf-8",
            "page.css", "text/css;charset=utf-8",
            "icon.svg", "image/svg+xml");

    private final Document yaml;
    private final Document json;
    private final Document page;
    private final Map<String, Document> parts = new LinkedHashMap<>();

    private Documents() throws IOException {
        byte[] contract = read("openapi.yaml");
        yaml = new Document(contract, "application/yaml");
        json = new Document(
                new ObjectMapper().writeValueAsBytes(new ObjectMapper(new YAMLFactory()).readTree(contract)),
                "application/json");
        String html = new String(read("index.html"), StandardCharsets.UTF_8);
        for (Map.Entry<String, String> part : PARTS.entrySet()) {
            String name = part.getKey();
            Document document = new Document(read(name), part.getValue());
            parts.put(name, document);
            // Browsers cache by version.
            html = html.replace("docs/" + name + '"', "docs/" + name + "?v=" + document.version() + '"');
        }
        page = new Document(html.getBytes(StandardCharsets.UTF_8), "text/html;charset=utf-8");
    }

    /** Loaded on the first request, so that they do not delay the start. */
    private static final class All {
        static final Documents READ = read();

        private static Documents read() {
            try {
                return new Documents();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Documents all() {
        return All.READ;
    }

    Document yaml() {
        return yaml;
    }

    Document json() {
        return json;
    }

    Document page() {
        return page;
    }

    /** An asset of the page by file name, or null. */
    Document part(String name) {
        return parts.get(name);
    }

    private static byte[] read(String name) throws IOException {
        return Resources.toByteArray(Resources.getResource("docs/" + name));
    }
}
