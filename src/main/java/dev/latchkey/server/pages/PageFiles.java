package dev.latchkey.server.pages;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pages with their scripts, stylesheets and images. They load nothing from other hosts, and no other site can frame or script them. */
public final class PageFiles {
    private static final String KEEP = "public, max-age=31536000, immutable";

    private final String folder;
    private final String contentSecurityPolicy;
    private final Map<String, Document> parts = new LinkedHashMap<>();

    /**
     * Reads the files.
     *
     * @param folder where the pages find their parts, relative to themselves, so that they work behind a proxy under any path
     * @param imageSources what may be shown besides this server's images, such as {@code data:}
     * @param resources the parts, by their places in the class path
     */
    public PageFiles(String folder, String imageSources, String... resources) {
        this.folder = folder;
        this.contentSecurityPolicy =
                ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' " + imageSources).strip()
                        + "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        for (String resource : resources) {
            parts.put(resource.substring(resource.lastIndexOf('/') + 1), Document.part(resource));
        }
    }

    /** A page, which names its parts by their versions: browsers cache them by that. */
    public Document page(String html) {
        String versioned = html;
        for (Map.Entry<String, Document> part : parts.entrySet()) {
            String link = folder + "/" + part.getKey();
            versioned =
                    versioned.replace(link + '"', link + "?v=" + part.getValue().version() + '"');
        }
        return new Document(versioned.getBytes(StandardCharsets.UTF_8), "text/html;charset=utf-8");
    }

    /** The response to a GET of a page. */
    public Response answer(Document page, HttpHeaders request, HttpServletResponse response) {
        return guarded(page.answer(request, response, Document.ASK_EACH_TIME));
    }

    /**
     * The response to a GET of a part.
     *
     * @throws Problem NOT_FOUND if there is no such part
     */
    public Response answer(String name, String version, HttpHeaders request, HttpServletResponse response) {
        Document part = parts.get(name);
        if (part == null) {
            throw new Problem(ErrorCode.NOT_FOUND);
        }
        // During a rolling update, the page of another server may ask for another version.
        String cacheControl = part.version().equals(version) ? KEEP : Document.ASK_EACH_TIME;
        return guarded(part.answer(request, response, cacheControl));
    }

    private Response guarded(Response.ResponseBuilder answer) {
        return answer.header("Content-Security-Policy", contentSecurityPolicy)
                .header("Referrer-Policy", "no-referrer")
                .header("X-Frame-Options", "DENY")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .build();
    }
}
