package io.fairlead.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void what_was_written_can_be_read() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "a \"quoted\"\nline \\ end");
        value.put("number", 12.5);
        value.put("whole", 7L);
        value.put("list", List.of(1.0, 2.0));
        value.put("nested", Map.of("yes", true));
        value.put("empty", List.of());

        String text = Json.write(value);

        assertThat(Json.parseObject(text))
                .containsEntry("text", "a \"quoted\"\nline \\ end")
                .containsEntry("number", 12.5)
                .containsEntry("whole", 7.0)
                .containsEntry("list", List.of(1.0, 2.0))
                .containsEntry("nested", Map.of("yes", true))
                .containsEntry("empty", List.of());
    }

    @Test
    void numbers_that_are_none_become_null() {
        assertThat(Json.write(Double.NaN)).isEqualTo("null\n");
        assertThat(Json.parse("null")).isNull();
    }

    @Test
    void what_is_no_json_is_refused_with_its_position() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.parse("{\"a\": 1 \"b\": 2}"))
                .withMessageContaining("position 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.parse("[1, 2"))
                .withMessageContaining("end");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.parse("[1] 2"))
                .withMessageContaining("behind");
    }
}
