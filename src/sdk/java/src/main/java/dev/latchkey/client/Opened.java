package dev.latchkey.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;

/**
 * A response whose head is there.
 *
 * @param answer without a body if it is a stream
 * @param chunks the body if it is a stream of events, otherwise null
 */
record Opened(Answer answer, Chunks chunks) {
    static final String EVENT_STREAM = "text/event-stream";

    private static final int OK = 200;

    static BodySubscriber<Opened> subscriber(ResponseInfo info) {
        return isStream(info)
                ? BodySubscribers.mapping(new Chunks(), chunks -> new Opened(answer(info, new byte[0]), chunks))
                : BodySubscribers.mapping(BodySubscribers.ofByteArray(), body -> new Opened(answer(info, body), null));
    }

    private static boolean isStream(ResponseInfo info) {
        String type = info.headers().firstValue("Content-Type").orElse("");
        return info.statusCode() == OK && type.split(";", 2)[0].strip().equalsIgnoreCase(EVENT_STREAM);
    }

    private static Answer answer(ResponseInfo info, byte[] body) {
        return new Answer(info.statusCode(), info.headers(), body, false);
    }

    void close() {
        if (chunks != null) {
            chunks.close();
        }
    }
}
