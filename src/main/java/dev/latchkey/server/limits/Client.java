package dev.latchkey.server.limits;

import com.google.common.base.Suppliers;
import dev.latchkey.server.http.AddressBlock;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The client of a limited call: its network address, and the response headers that tell what is left of its limits. */
public final class Client {
    private static final String ATTRIBUTE = Client.class.getName();
    private static final String RATE_LIMIT = "RateLimit";
    private static final String RATE_LIMIT_POLICY = "RateLimit-Policy";

    private final Supplier<AddressBlock> address;
    private final BiConsumer<String, String> header;
    private final Map<String, Buckets.Take> shown = new LinkedHashMap<>();

    /** {@code header} sets a header of the response. */
    public Client(AddressBlock address, BiConsumer<String, String> header) {
        this(() -> address, header);
    }

    private Client(Supplier<AddressBlock> address, BiConsumer<String, String> header) {
        this.address = address;
        this.header = header;
    }

    /** The client of this request and response; always the same object during a request. */
    public static Client of(HttpServletRequest request, HttpServletResponse response) {
        Client client = (Client) request.getAttribute(ATTRIBUTE);
        if (client == null) {
            String remoteAddress = request.getRemoteAddr();
            // Most calls have no limit that asks for it.
            client = new Client(Suppliers.memoize(() -> AddressBlock.ofClient(remoteAddress)), response::setHeader);
            request.setAttribute(ATTRIBUTE, client);
        }
        return client;
    }

    public AddressBlock address() {
        return address.get();
    }

    /** Sets the rate limit headers of the response, and replaces an earlier state of the same limit. */
    public void show(Buckets.Take take) {
        if (!take.of().areOn()) {
            return;
        }
        shown.put(take.of().name(), take);
        header.accept(RATE_LIMIT_POLICY, list(each -> each.of().policy()));
        header.accept(RATE_LIMIT, list(Buckets.Take::rateLimit));
    }

    private String list(Function<Buckets.Take, String> item) {
        StringJoiner items = new StringJoiner(", ");
        shown.values().forEach(take -> items.add(item.apply(take)));
        return items.toString();
    }
}
