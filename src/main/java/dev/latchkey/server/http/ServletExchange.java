package dev.latchkey.server.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.container.ContainerRequestContext;

/**
 * The container's own request and response. What JAX-RS injects are proxies, which look the real ones up at every call: that took
 * a twentieth of a read.
 */
public record ServletExchange(HttpServletRequest request, HttpServletResponse response) {
    /** The attribute of a request, and so the property of a JAX-RS request, that holds them. */
    static final String ATTRIBUTE = ServletExchange.class.getName();

    /** That of the request. */
    public static ServletExchange of(ContainerRequestContext request) {
        return (ServletExchange) request.getProperty(ATTRIBUTE);
    }

    /** That of the request, which may be a proxy. */
    static ServletExchange of(HttpServletRequest request) {
        return (ServletExchange) request.getAttribute(ATTRIBUTE);
    }
}
