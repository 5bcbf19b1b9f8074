package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VariableTest {

    @Test
    void isEitherSealedOrAskedForByAForm() throws IllegalAccessException {
        List<Variable<?>> all = new ArrayList<>();
        for (Field field : Variable.class.getDeclaredFields()) {
            if (field.getType() == Variable.class) {
                all.add((Variable<?>) field.get(null));
            }
        }

        assertThat(Variable.SEALED).doesNotContainAnyElementsOf(Variable.OPEN);
        List<Variable<?>> both = new ArrayList<>(Variable.SEALED);
        both.addAll(Variable.OPEN);
        assertThat(both).containsExactlyInAnyOrderElementsOf(all);
    }
}
