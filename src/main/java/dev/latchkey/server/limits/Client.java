package dev.latchkey.server.limits;

import dev.latchkey.server.http.AddressBlock;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Who makes a limited call, as far as the network tells, and how it learns what is left of its limits. */
public final class Client {
    private static final String ATTRIBUTE = Client.class.getName();
    private static final String RATE_LIMIT = "RateLimit";
    private static final String RATE_LIMIT_POLICY = "RateLimit-Policy";

    private final AddressBlock address;
    private final BiConsumer<String, String> header;
    private final Map<String, Buckets.Take> shown = new LinkedHashMap<>();

    /** {@code header} sets a header of the response. */
    public Client(AddressBlock address, BiConsumer<String, String> header) {
        this.address = address;
        this.header = header;
    }

    /** The client of this request, who will read this response; the same one for all who ask during the request. */
    public static Client of(HttpServletRequest request, HttpServletResponse response) {
        Client client = (Client) request.getAttribute(ATTRIBUTE);
        if (client == null) {
            client = new Client(AddressBlock.ofClient(request.getRemoteAddr()), response::setHeader);
            request.setAttribute(ATTRIBUTE, client);
        }
        return client;
    }

    public AddressBlock address() {
        return address;
    }

    /** Puts it into the headers that every answer to this call will have, in place of what was known before. */
    public void show(Buckets.Take take) {
        if (!take.of().areOn()) {
            return;
        }
        shown.put(take.of().name(), take);
        header.accept(
                RATE_LIMIT_POLICY,
                shown.values().stream().map(each -> each.of().policy()).collect(Collectors.joining(", ")));
        header.accept(
                RATE_LIMIT, shown.values().stream().map(Buckets.Take::standing).collect(Collectors.joining(", ")));
    }
}
