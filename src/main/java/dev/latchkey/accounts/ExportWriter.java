package dev.latchkey.accounts;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.data.Entry;
import dev.latchkey.server.threads.Workers;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/**
 * Writes an export while it is read: as one JSON document, or as a line for each entry (NDJSON). A failure on the way leaves it
 * incomplete.
 */
@Produces({MediaType.APPLICATION_JSON, ExportWriter.NDJSON})
final class ExportWriter implements MessageBodyWriter<Export> {
    static final String NDJSON = "application/x-ndjson";

    private static final MediaType LINES = MediaType.valueOf(NDJSON);

    private final ObjectMapper mapper;

    /** {@code mapper} writes the bodies of the contract. */
    ExportWriter(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == Export.class;
    }

    @Override
    public void writeTo(
            Export export,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream output)
            throws IOException {
        // It may be as long as the client wants to take for it.
        try (Workers.Wait ignored = Workers.waiting()) {
            write(export, LINES.isCompatible(mediaType), output);
        }
    }

    /** As one document, or as a line for each entry. */
    void write(Export export, boolean asLines, OutputStream output) throws IOException {
        JsonGenerator json = mapper.getFactory().createGenerator(output);
        if (asLines) {
            json.setPrettyPrinter(new MinimalPrettyPrinter(""));
            if (!export.hasNext()) {
                // Without any, it would be a body that cannot be imported: one of no bytes is none.
                json.writeRaw('\n');
            }
            writeEntries(export, json, "\n");
        } else {
            writeDocument(export, json);
        }
        json.flush();
    }

    private static void writeDocument(Export export, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("status", "success");
        json.writeObjectFieldStart("data");
        json.writePOJOField("account", AccountBodies.account(export.profile(), export.usage()));
        json.writeArrayFieldStart("entries");
        writeEntries(export, json, "");
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Writes {@code end} after each. */
    private static void writeEntries(Export export, JsonGenerator json, String end) throws IOException {
        while (export.hasNext()) {
            for (Entry entry : export.next()) {
                json.writePOJO(AccountBodies.entry(entry));
                json.writeRaw(end);
            }
        }
    }
}
