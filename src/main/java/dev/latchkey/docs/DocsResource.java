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
 * The reference page with all that it is made of, and the contract. The page asks no other host for anything, and its links are
 * relative, so that it works behind a proxy under any path.
 */
@Path("/")
public final class DocsResource {
    /** The page shows what others have stored; nothing of that can become a script. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String ASK_EACH_TIME = "no-cache";
    private static final String KEEP = "public, max-age=31536000, immutable";

    /** Where something long is to be had, without a token. */
    public static String[] paths() {
        return new String[] {"/docs/*", "/openapi.yaml", "/openapi.json"};
    }

    /** Leads a browser to the page; to all others there is nothing here. */
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

    /** Leads to the page, whose relative links would lead elsewhere from here. */
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
        // While servers are replaced one by one, another one's page may ask for another version.
        String cacheControl = part.version().equals(version) ? KEEP : ASK_EACH_TIME;
        return guarded(answer(part, headers, response, cacheControl));
    }

    /** The contract, byte by byte. */
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

    /** Past JAX-RS, which would make an absolute address of it, by what a proxy sent as {@code Host}. */
    private static Response redirect(HttpServletResponse response, String relative) {
        response.setHeader(HttpHeaders.LOCATION, relative);
        return Response.status(Response.Status.FOUND).build();
    }

    /** Past JAX-RS, which would replace what CORS has said. */
    private static void vary(HttpServletResponse response, String header) {
        response.addHeader(HttpHeaders.VARY, header);
    }

    private static boolean isHtml(MediaType type) {
        return type.getType().equals("text")
                && type.getSubtype().equals("html")
                && !type.getParameters().getOrDefault("q", "1").matches("0(\\.0*)?");
    }
}
