package dev.sternway.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an alert says, it is one harmless line where people read it. */
class PlainTextTest {

    static List<List<String>> hostile() {
        return List.of(
                List.of("all is well", "all is well"),
                List.of("Bücher für 5 € 👍", "Bücher für 5 € 👍"),
                List.of("one\ntwo", "one two"),
                List.of("one\r\n2026-11-20 ERROR two", "one 2026-11-20 ERROR two"),
                List.of("one\u2028two\u2029three\u0085four", "one two three four"),
                List.of("\u001b[31mred\u001b[0m", "red"),
                List.of("\u001b[2J\u001b[1;1Hgone", "gone"),
                List.of("\u009b31mred", "red"),
                List.of("\u001b]0;a title\u0007text", "text"),
                List.of("\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\", "link"),
                List.of("\u001bctext", "text"),
                List.of("\u001b(0text", "text"),
                List.of("ends with \u001b", "ends with"),
                List.of("\u202eevitca\u202c is \u2066active\u2069", "evitca is active"),
                List.of("zero\u200bwidth\ufeff", "zerowidth"),
                List.of("bell\u0007 and\u0000 nul", "bell  and  nul"),
                List.of("<script>alert(1)</script> {{1+1}} ${1+1}", "<script>alert(1)</script> {{1+1}} ${1+1}"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void isOneHarmlessLine(List<String> givenAndWanted) {
        assertThat(PlainText.of(givenAndWanted.get(0), 500)).isEqualTo(givenAndWanted.get(1));
    }

    @Test
    void isCutWithoutTearingACharacterApart() {
        assertThat(PlainText.of("abcdef", 4)).isEqualTo("abc…");
        assertThat(PlainText.of("ab👍def", 4)).isEqualTo("ab…");
    }

    @Test
    void staysUniqueWhereItIsCut() {
        String one = PlainText.unique("k".repeat(600) + "1", 500);
        String two = PlainText.unique("k".repeat(600) + "2", 500);

        assertThat(one).hasSize(500).isNotEqualTo(two);
        assertThat(PlainText.unique("short", 500)).isEqualTo("short");
    }

    @Test
    void takesNoLongerForATextThatIsMadeForIt() {
        for (String part : List.of("\u001b", "\u001b[", "\u001b[1", "\u001b]", "\u001b]x", "\u009b;", "\u202e")) {
            assertTimeout(Duration.ofSeconds(5), () -> PlainText.of(part.repeat(50_000), 100));
            assertTimeout(Duration.ofSeconds(5), () -> PlainText.of(part + "1".repeat(100_000), 100));
        }
    }
}
