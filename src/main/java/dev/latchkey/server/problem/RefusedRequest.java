package dev.latchkey.server.problem;

import org.eclipse.jetty.http.BadMessageException;

/** A request that is refused with 400 before any handler sees it, with the reason. */
public final class RefusedRequest extends BadMessageException {
    private static final long serialVersionUID = 1;

    private final transient InvalidField field;

    public RefusedRequest(InvalidField field) {
        super(field.message());
        this.field = field;
    }

    InvalidField field() {
        return field;
    }
}
