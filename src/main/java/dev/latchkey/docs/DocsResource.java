package dev.latchkey.docs;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * The reference page with its assets, and the contract. The page loads nothing from other hosts, and its links are relative, so that
 * it works behind a proxy under any path.
 */
@Path("/")
public final class DocsResource {
    /** The page shows data that others have stored, none of which must run as a script. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String ASK_EACH_TIME = "no-cache";
    private static final String KEEP = "public, max-age=31536000, immutable";

    /** The paths that give large documents without a token. */
    public static String[] paths() {
        return new String[] {"/docs/*", "/openapi.yaml", "/openapi.json"};
    }

    /** Redirects browsers to the page; for other clients this path is not found. */
    @GET
    public Response root(@Context HttpHeaders headers, @Context HttpServletResponse response) {
        vary(response, HttpHeaders.ACCEPT);
        if (headers.getAcceptableMediaTypes().stream().noneMatch(DocsResource::isHtml)) {
            throw new Problem(ErrorCode.NOT_FOUND);
        }
        return redirect(response, "docs");
    }

    /** The page. */
    @GET
    @Path("docs")
    public Response page(@Context HttpHeaders headers, @Context HttpServletResponse response) {
        return guarded(answer(Documents.all().page(), headers, response, ASK_EACH_TIME));
    }

    /** Redirects to the page, because its relative links would not work from here. */
    @GET
    @Path("docs{slash: /}")
    public Response slash(@Context HttpServletResponse response) {
        return redirect(response, "../docs");
    }

    /** A script, a stylesheet, the icon. */
    @GET
    @Path("docs/{name}")
    public Response part(
            @PathParam("name") String name,
            @QueryParam("v") String version,
            @Context HttpHeaders headers,
            @Context HttpServletResponse response) {
        Document part = Documents.all().part(name);
        if (part == null) {
            throw new Problem(ErrorCode.NOT_FOUND);
        }
        // During a rolling update, the page of another server may ask for another version.
        String cacheControl = part.version().equals(version) ? KEEP : ASK_EACH_TIME;
        return guarded(answer(part, headers, response, cacheControl));
    }

    /** The contract as it is in the file. */
    @GET
    @Path("openapi.yaml")
    public Response yaml(@Context HttpHeaders headers, @Context HttpServletResponse response) {
        return answer(Documents.all().yaml(), headers, response, ASK_EACH_TIME).build();
    }

    /** The same as JSON. */
    @GET
    @Path("openapi.json")
    public Response json(@Context HttpHeaders headers, @Context HttpServletResponse response) {
        return answer(Documents.all().json(), headers, response, ASK_EACH_TIME).build();
    }

    private static Response.ResponseBuilder answer(
            Document document, HttpHeaders headers, HttpServletResponse response, String cacheControl) {
        vary(response, HttpHeaders.ACCEPT_ENCODING);
        return document.answer(headers).header(HttpHeaders.CACHE_CONTROL, cacheControl);
    }

    private static Response guarded(Response.ResponseBuilder answer) {
        return answer.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("Referrer-Policy", "no-referrer")
                .header("X-Frame-Options", "DENY")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .build();
    }

    /** Bypasses JAX-RS, which would make the address absolute, with whatever a proxy sent as {@code Host}. */
    private static Response redirect(HttpServletResponse response, String relative) {
        response.setHeader(HttpHeaders.LOCATION, relative);
        return Response.status(Response.Status.FOUND).build();
    }

    /** Bypasses JAX-RS, which would replace the {@code Vary} of CORS. */
    private static void vary(HttpServletResponse response, String header) {
        response.addHeader(HttpHeaders.VARY, header);
    }

    private static boolean isHtml(MediaType type) {
        return type.getType().equals("text")
                && type.getSubtype().equals("html")
                && !type.getParameters().getOrDefault("q", "1").matches("0(\\.0*)?");
    }
}
