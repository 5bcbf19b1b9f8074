package dev.sternway.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0    | row   | 0 rows
            1    | row   | 1 row
            2    | table | 2 tables
            4120 | row   | 4,120 rows
            1    | entry | 1 entry
            3    | entry | 3 entries
            """)
    void countsThings(long number, String thing, String text) {
        assertThat(Words.some(number, thing)).isEqualTo(text);
    }
}
