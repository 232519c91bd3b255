package dev.latchkey.docs;

import dev.latchkey.server.pages.Document;
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
// Not "/": other resources have the empty path, too, and JAX-RS goes on with one of two that differ.
@Path("")
public final class DocsResource {
    /** The paths that give large documents without a token. */
    public static String[] paths() {
        return new String[] {"/docs/*", "/openapi.yaml", "/openapi.json"};
    }

    /** Redirects browsers to the page; for other clients this path is not found. */
    @GET
    public Response root(@Context HttpHeaders headers, @Context HttpServletResponse response) {
        // Bypasses JAX-RS, which would replace the Vary of CORS.
        response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        if (headers.getAcceptableMediaTypes().stream().noneMatch(DocsResource::isHtml)) {
            throw new Problem(ErrorCode.NOT_FOUND);
        }
        return redirect(response, "docs");
    }

    /** The page. */
    @GET
    @Path("docs")
    public Response page(@Context HttpHeaders headers, @Context HttpServletResponse response) {
        return Documents.all().files().answer(Documents.all().page(), headers, response);
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
        return Documents.all().files().answer(name, version, headers, response);
    }

    /** The contract as it is in the file. */
    @GET
    @Path("openapi.yaml")
    public Response yaml(@Context HttpHeaders headers, @Context HttpServletResponse response) {
        return Documents.all()
                .yaml()
                .answer(headers, response, Document.ASK_EACH_TIME)
                .build();
    }

    /** The same as JSON. */
    @GET
    @Path("openapi.json")
    public Response json(@Context HttpHeaders headers, @Context HttpServletResponse response) {
        return Documents.all()
                .json()
                .answer(headers, response, Document.ASK_EACH_TIME)
                .build();
    }

    /** Bypasses JAX-RS, which would make the address absolute, with whatever a proxy sent as {@code Host}. */
    private static Response redirect(HttpServletResponse response, String relative) {
        response.setHeader(HttpHeaders.LOCATION, relative);
        return Response.status(Response.Status.FOUND).build();
    }

    private static boolean isHtml(MediaType type) {
        return type.getType().equals("text")
                && type.getSubtype().equals("html")
                && !type.getParameters().getOrDefault("q", "1").matches("0(\\.0*)?");
    }
}
