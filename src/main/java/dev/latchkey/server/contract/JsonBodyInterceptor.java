package dev.latchkey.server.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import jakarta.validation.Validator;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;

/** Reads the bodies of the contract: strictly typed JSON (RFC 8259) of a bounded size, or lines of it. */
final class JsonBodyInterceptor implements ReaderInterceptor {
    private static final MediaType MERGE_PATCH = new MediaType("application", "merge-patch+json");
    private static final MediaType LINES = new MediaType("application", "x-ndjson");

    private final JsonBinder binder;
    private final BodyLimits limits;

    /** {@code validator} has the constraints of the contract. */
    JsonBodyInterceptor(Validator validator, BodyLimits limits) {
        this.binder = new JsonBinder(validator, StrictJson.mapper(limits.longestText()));
        this.limits = limits;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        if (context.getType() == JsonLines.class) {
            return lines(context);
        }
        long limit = limits.of(context.getType());
        boolean isPatch = context.getType() == MergePatch.class;
        JsonNode root = parse(
                new LimitedInputStream(context.getInputStream(), limit),
                context,
                isPatch
                        ? List.of(MERGE_PATCH, MediaType.APPLICATION_JSON_TYPE)
                        : List.of(MediaType.APPLICATION_JSON_TYPE));
        if (root.isMissingNode() && !isPatch) {
            // Reports each required member as missing.
            return binder.bind(JsonNodeFactory.instance.objectNode(), context.getType());
        }
        if (root instanceof ObjectNode members) {
            return isPatch
                    ? new MergePatch<>(members, binder.patching(argument(context)))
                    : binder.bind(members, context.getType());
        }
        throw new Problem(ErrorCode.INVALID_REQUEST);
    }

    private JsonLines<?> lines(ReaderInterceptorContext context) {
        if (context.getHeaders().containsKey(HttpHeaders.CONTENT_TYPE)) {
            require(List.of(LINES), context.getMediaType());
        }
        Class<?> type = argument(context);
        InputStream body = new LimitedInputStream(context.getInputStream(), JsonLines.MAX_BYTES);
        return new JsonLines<>(new LineReader(body, limits.of(type)), binder, type);
    }

    /** The {@code T} of a {@code MergePatch<T>}. */
    private static Class<?> argument(ReaderInterceptorContext context) {
        return (Class<?>) ((ParameterizedType) context.getGenericType()).getActualTypeArguments()[0];
    }

    /** Returns a missing node for a blank body, which must have an allowed type as well. */
    private JsonNode parse(LimitedInputStream body, ReaderInterceptorContext context, List<MediaType> allowed)
            throws IOException {
        JsonNode root;
        try {
            root = binder.parse(body);
        } catch (StrictJson.TextTooLong e) {
            require(allowed, context.getMediaType());
            throw new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
        } catch (JsonProcessingException | CharacterCodingException e) {
            require(allowed, context.getMediaType());
            throw new Problem(ErrorCode.INVALID_REQUEST);
        }
        if (!body.isEmpty() || context.getHeaders().containsKey(HttpHeaders.CONTENT_TYPE)) {
            require(allowed, context.getMediaType());
        }
        return root;
    }

    /** Refuses a body without a type, with a wildcard or in another charset; JAX-RS has refused other types. */
    private static void require(List<MediaType> allowed, MediaType mediaType) {
        boolean isJson = allowed.stream()
                .anyMatch(json -> json.getType().equalsIgnoreCase(mediaType.getType())
                        && json.getSubtype().equalsIgnoreCase(mediaType.getSubtype()));
        if (!isJson || !isWithinUtf8(mediaType.getParameters().get(MediaType.CHARSET_PARAMETER))) {
            throw new Problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    /** JSON has no charset parameter, but many clients send one, with any of the names of UTF-8 and ASCII. */
    private static boolean isWithinUtf8(String name) {
        if (name == null) {
            return true;
        }
        try {
            Charset charset = Charset.forName(name.strip());
            return charset.equals(UTF_8) || charset.equals(US_ASCII);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return false;
        }
    }
}
