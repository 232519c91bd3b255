package dev.latchkey.server.contract;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.server.problem.Elements;
import java.lang.reflect.AnnotatedElement;
import java.util.List;

/** A position in a body, as Jackson reports it: {@code operations[3].value}. */
record JsonPath(List<JsonMappingException.Reference> steps) {

    /** The first member of the path. */
    static String first(String path) {
        return path.split("[.\\[]", 2)[0];
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (JsonMappingException.Reference step : steps) {
            if (step.getFieldName() == null) {
                text.append('[').append(step.getIndex()).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return text.toString();
    }

    /** The generated getter of the last member, the element type of the last array, or null. */
    AnnotatedElement member() {
        for (int i = steps.size() - 1; i >= 0; i--) {
            JsonMappingException.Reference step = steps.get(i);
            if (step.getFieldName() != null) {
                Object body = step.getFrom();
                AnnotatedElement member =
                        Elements.member(body instanceof Class<?> type ? type : body.getClass(), step.getFieldName());
                return i == steps.size() - 1 ? member : Elements.elementsOf(member);
            }
        }
        return null;
    }

    /** Removes the value at this position. An array element is replaced by null, so that later ones keep their index. */
    void removeFrom(ObjectNode root) {
        JsonNode parent = root;
        for (JsonMappingException.Reference step : steps.subList(0, steps.size() - 1)) {
            parent = step.getFieldName() == null ? parent.get(step.getIndex()) : parent.get(step.getFieldName());
        }
        JsonMappingException.Reference last = steps.get(steps.size() - 1);
        if (parent instanceof ArrayNode array) {
            array.setNull(last.getIndex());
        } else {
            ((ObjectNode) parent).remove(last.getFieldName());
        }
    }
}
