package dev.latchkey.pages;

import com.google.common.base.Supplier;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** What the pages load. */
@Path("pages/{name}")
public final class PagePartsResource {
    private final Supplier<Pages> pages;

    PagePartsResource(Supplier<Pages> pages) {
        this.pages = pages;
    }

    /** A script, the stylesheet, the icon. */
    @GET
    public Response part(
            @PathParam("name") String name,
            @QueryParam("v") String version,
            @Context HttpHeaders headers,
            @Context HttpServletResponse response) {
        return pages.get().files().answer(name, version, headers, response);
    }
}
