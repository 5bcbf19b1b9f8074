package dev.sternway.adapter.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTest {
    /** Without an end a range request gives one key at most, which is what the sources' snapshot held. */
    @ParameterizedTest
    @CsvSource({"config/,config0", "a,b", "config/z,config/{"})
    void endsAPrefixBeforeTheFirstKeyBehindIt(String prefix, String end) {
        assertThat(Key.of(prefix).endOfPrefix()).isEqualTo(Key.of(end));
    }

    @Test
    void endsAPrefixOfHighestBytesBeforeTheNextLowerOne() {
        assertThat(new Key("a\u00ff\u00ff").endOfPrefix()).isEqualTo(new Key("b"));
        assertThat(new Key("\u00ff").endOfPrefix()).as("all keys behind it").isEqualTo(new Key("\0"));
    }

    @Test
    void keepsBytesThatAreNoText() {
        Key key = Key.ofBase64("/wBh");

        assertThat(key.base64()).isEqualTo("/wBh");
        assertThat(key.shown()).isEqualTo("??a");
        assertThat(Key.of("größe\n").shown()).isEqualTo("größe?");
    }

    @Test
    void putsKeysInTheOrderOfEtcd() {
        assertThat(List.of(Key.of("a/b"), Key.of("a"), new Key("a\u00ff"), Key.of("a0")).stream()
                        .sorted())
                .containsExactly(Key.of("a"), Key.of("a/b"), Key.of("a0"), new Key("a\u00ff"));
    }

    @Test
    void tellsContentsApartThatReadAlikeWhenPutTogether() {
        SortedMap<Key, String> one = new TreeMap<>(Map.of(Key.of("ab"), "c"));
        SortedMap<Key, String> other = new TreeMap<>(Map.of(Key.of("a"), "bc"));

        assertThat(Content.digest(one)).isNotEqualTo(Content.digest(other));
        assertThat(Content.digest(one)).isEqualTo(Content.digest(new TreeMap<>(one)));
    }

    @ParameterizedTest
    @CsvSource({
        "3.5.1,3.4.23,true",
        "4.0.0,3.9.0,true",
        "3.4.25,3.4.23,false",
        "3.4.1,3.5.0,false",
        "3.10.0,3.9.0,true",
        "unknown,3.4.23,false"
    })
    void comparesVersionsByTheirFirstTwoNumbers(String theirs, String ours, boolean newer) {
        assertThat(Versions.isNewer(theirs, ours)).isEqualTo(newer);
    }
}
