package dev.latchkey.pages;

import com.google.common.base.Supplier;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * The page that proves an address, and the one that sets a new password. The token of a link is in its fragment, which no request has:
 * to get a page changes nothing, whoever does it and how often.
 */
@Path("{page: verify|reset}")
public final class PagesResource {
    private final Supplier<Pages> pages;

    PagesResource(Supplier<Pages> pages) {
        this.pages = pages;
    }

    /** The page. */
    @GET
    public Response page(
            @PathParam("page") String page, @Context HttpHeaders headers, @Context HttpServletResponse response) {
        Pages all = pages.get();
        return all.files().answer(page.equals("verify") ? all.verify() : all.reset(), headers, response);
    }
}
