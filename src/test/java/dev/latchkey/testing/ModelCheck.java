package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Does the same to a store and to a model of it, one after the other. */
public final class ModelCheck {
    private ModelCheck() {}

    /**
     * Fails at the first result that differs.
     *
     * @return what the model says that there is, of each subject that came up
     */
    public static <S, M, O extends Operation<S, M>> Map<Object, M> run(S store, M empty, List<O> operations) {
        Map<Object, M> model = new HashMap<>();
        for (O operation : operations) {
            var expected = operation.expected(model.getOrDefault(operation.subject(), empty));
            assertThat(operation.run(store)).as("%s", operation).isEqualTo(expected.result());
            model.put(operation.subject(), expected.after());
        }
        return model;
    }
}
