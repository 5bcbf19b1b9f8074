package dev.sternway.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a sample says of a whole, and how sure that is. */
class SampleTest {
    @Test
    void scalesWhatItFound() {
        assertThat(new Sample(20, 1_000, 50_000).estimate()).isEqualTo(1_000);
        assertThat(new Sample(20, 1_000, 50_000).atLeast(1_200).estimate()).isEqualTo(1_200);
    }

    @Test
    void neverSaysThatThereIsCertainlyNothing() {
        assertThat(new Sample(0, 1_000, 1_000_000).estimate()).isZero();
        assertThat(new Sample(0, 1_000, 1_000_000).atMost()).isBetween(5_000L, 7_000L);
        assertThat(new Sample(0, 0, 500).atMost()).isEqualTo(500);
    }

    @Test
    void isHardlyEverExceeded() {
        Random random = new Random(7);
        int tooLow = 0;
        for (int trial = 0; trial < 4_000; trial++) {
            int found = 0;
            for (int i = 0; i < 2_000; i++) {
                found += random.nextInt(1_000) < 20 ? 1 : 0;
            }
            tooLow += new Sample(found, 2_000, 1_000_000).atMost() < 20_000 ? 1 : 0;
        }
        assertThat(tooLow).isLessThan(4_000 / 100);
    }
}
