package dev.sternway.adapter.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvFileTest {

    @Test
    void readsKeysAsProgramsDo() throws IOException {
        assertThat(EnvFile.parse("""
                        # comment
                        PLAIN=value # the rest is a comment
                        HASH=a#b

                          export EXPORTED = spaced value\s
                        EMPTY=
                        DOUBLE="a \\"quoted\\" \\$x \\\\ # no comment"  # comment
                        SINGLE='as $it \\n is'
                        LINES="first
                        second"
                        AFTER=1
                        URL=postgres://u:p@h/db?x=1
                        windows.key-name=2\r
                        """))
                .isEqualTo(Map.ofEntries(
                        Map.entry("PLAIN", "value"),
                        Map.entry("HASH", "a#b"),
                        Map.entry("EXPORTED", "spaced value"),
                        Map.entry("EMPTY", ""),
                        Map.entry("DOUBLE", "a \"quoted\" $x \\ # no comment"),
                        Map.entry("SINGLE", "as $it \\n is"),
                        Map.entry("LINES", "first\nsecond"),
                        Map.entry("AFTER", "1"),
                        Map.entry("URL", "postgres://u:p@h/db?x=1"),
                        Map.entry("windows.key-name", "2")));
        assertThat(EnvFile.parse("")).isEmpty();
        assertThat(EnvFile.parse("A=1")).isEqualTo(Map.of("A", "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A=1;swordfish | line 2 is neither KEY=value nor a comment",
                "A=1;=swordfish | line 2 is neither KEY=value nor a comment",
                "A=\"swordfish;B=2 | line 1 begins a quoted value that never ends",
                "A='1' swordfish | line 1 goes on after its closing quote",
                "A=\"1;2\";B=swordfish;A=3 | line 4 sets 'A' a second time"
            })
    void tellsTheLineAndNeverAValue(String text, String message) {
        assertThatThrownBy(() -> EnvFile.parse(text.replace(';', '\n')))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }
}
