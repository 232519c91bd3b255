package dev.latchkey.docs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.latchkey.server.pages.Document;
import dev.latchkey.server.pages.PageFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The contract as YAML and JSON, and the page. */
final class Documents {
    private final Document yaml;
    private final Document json;
    private final Document page;
    // The page shows data that others have stored, none of which must run as a script.
    private final PageFiles files = new PageFiles(
            "docs",
            "data:",
            "docs/swagger-ui-bundle.js",
            "docs/swagger-ui.css",
            "docs/page.js",
            "docs/page.css",
            "docs/icon.svg");

    private Documents() throws IOException {
        byte[] contract = Document.read("docs/openapi.yaml");
        yaml = new Document(contract, "application/yaml");
        json = new Document(
                new ObjectMapper().writeValueAsBytes(new ObjectMapper(new YAMLFactory()).readTree(contract)),
                "application/json");
        page = files.page(new String(Document.read("docs/index.html"), StandardCharsets.UTF_8));
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

    PageFiles files() {
        return files;
    }
}
