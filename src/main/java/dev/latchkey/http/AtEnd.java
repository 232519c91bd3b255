package dev.latchkey.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;

/** What is to be done once a request is answered to its last byte, or can't be. */
public final class AtEnd {
    private static final String ATTRIBUTE = AtEnd.class.getName();

    private final List<Runnable> work = new ArrayList<>();

    private AtEnd() {}

    /** Has {@code work} done then; it must not throw. */
    public static void of(HttpServletRequest request, Runnable work) {
        ((AtEnd) request.getAttribute(ATTRIBUTE)).work.add(work);
    }

    static void announce(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, new AtEnd());
    }

    static void run(HttpServletRequest request) {
        ((AtEnd) request.getAttribute(ATTRIBUTE)).work.forEach(Runnable::run);
    }
}
