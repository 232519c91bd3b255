package dev.latchkey.server.pages;

import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** A file that does not change while the server runs, plain and compressed. */
public final class Document {
    /** Browsers keep it, but ask whether it is still so. */
    public static final String ASK_EACH_TIME = "no-cache";

    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "js", "text/javascript;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "svg", "image/svg+xml");

    private static final Pattern TAKES_GZIP =
            Pattern.compile("(?i)(^|.*,)\\s*gzip\\s*(;\\s*q=(1(\\.0*)?|0\\.0*[1-9]\\d*)\\s*)?(,.*|$)");

    private final byte[] content;
    private final byte[] compressed;
    private final String mediaType;
    private final String version;

    public Document(byte[] content, String mediaType) {
        this.content = content;
        this.compressed = compress(content);
        this.mediaType = mediaType;
        this.version = Hashing.sha256().hashBytes(content).toString().substring(0, 16);
    }

    /** A script, a stylesheet or an image of the class path. */
    static Document part(String resource) {
        return new Document(read(resource), MEDIA_TYPES.get(resource.substring(resource.lastIndexOf('.') + 1)));
    }

    /** A file of the class path. */
    public static byte[] read(String resource) {
        try {
            return Resources.toByteArray(Resources.getResource(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Identifies the content: it changes with the content. */
    String version() {
        return version;
    }

    /**
     * The response to a GET: the document, plain or compressed as the client accepts, or 304 if the client has it already. Adds to
     * {@code Vary} in the servlet's response, because JAX-RS would replace that of CORS.
     */
    public Response.ResponseBuilder answer(HttpHeaders request, HttpServletResponse response, String cacheControl) {
        response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        return answer(request).header(HttpHeaders.CACHE_CONTROL, cacheControl);
    }

    private Response.ResponseBuilder answer(HttpHeaders request) {
        String encodings = request.getHeaderString(HttpHeaders.ACCEPT_ENCODING);
        boolean zipped = encodings != null && TAKES_GZIP.matcher(encodings).matches();
        String tag = '"' + version + (zipped ? "-gzip\"" : "\"");
        byte[] body = zipped ? compressed : content;
        if (isKnown(tag, request.getHeaderString(HttpHeaders.IF_NONE_MATCH))) {
            // Without it, Content-Length would be 0, which is not that of the document (RFC 9110, section 8.6).
            return Response.notModified().header(HttpHeaders.ETAG, tag).header(HttpHeaders.CONTENT_LENGTH, body.length);
        }
        return Response.ok(body, mediaType)
                .header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CONTENT_LENGTH, body.length)
                .header(HttpHeaders.CONTENT_ENCODING, zipped ? "gzip" : null);
    }

    private static boolean isKnown(String tag, String ifNoneMatch) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String known : ifNoneMatch.split(",")) {
            String stripped = known.strip();
            if (stripped.equals("*") || stripped.equals(tag) || stripped.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] compress(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
