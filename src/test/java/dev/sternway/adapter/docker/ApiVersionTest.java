package dev.sternway.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiVersionTest {
    @ParameterizedTest(name = "an engine that speaks {0} to {1} is spoken to in {2}")
    @CsvSource({"1.12, 1.41, 1.41", "1.24, 1.43, 1.43", "1.24, 1.47, 1.44", "1.44, 1.50, 1.44"})
    void agreesOnTheNewestThatBothSpeak(String oldest, String newest, String agreed) {
        assertThat(agree(oldest, newest)).hasToString(agreed);
    }

    @Test
    void refusesAnEngineThatIsTooOld() {
        assertThatThrownBy(() -> agree("1.12", "1.40")).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.CONTAINER_ENGINE_UNSUPPORTED);
            assertThat(refusal.explanation())
                    .contains("speaks API '1.12' to '1.40'")
                    .contains("HINT: upgrade the engine");
        });
    }

    @Test
    void refusesAnEngineThatIsTooNew() {
        assertThatThrownBy(() -> agree("1.45", "1.60"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.explanation())
                                .contains("Sternway speaks '1.41' to '1.44'")
                                .contains("HINT: let the engine accept API 1.44"));
    }

    private static ApiVersion agree(String oldest, String newest) {
        return ApiVersion.agree("unix:///x", ApiVersion.parse(oldest), ApiVersion.parse(newest));
    }
}
