package dev.sternway.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private static final String CANARY = "c4n4ry-Qz81";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DB_PASSWORD=c4n4ry-Qz81",
                "exited: SHOP_API_KEY='c4n4ry-Qz81' is refused",
                "{\"accessToken\": \"c4n4ry-Qz81\", \"n\": 1}",
                "password: c4n4ry-Qz81, user: shop",
                "redis-server --requirepass c4n4ry-Qz81 --port 1",
                "cannot connect to postgres://shop:c4n4ry-Qz81@db:5432/shop",
                "Authorization: Bearer c4n4ry-Qz81",
                "curl said: bearer c4n4ry-Qz81"
            })
    void takesOutWhatItsPlaceGivesAway(String text) {
        assertThat(Redaction.of(text)).doesNotContain(CANARY).contains(Redaction.MARK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "container 'shop-api' is on image 'sha256:one', the plan was made for 'sha256:two'",
                "'shop' locked for this incident alone; held by INC-2026-0001, fence 7",
                "http://shop-api/ready answers 503, twice in a row",
                "Config.Env.EXPRESS_CHECKOUT: another value",
                "EXPRESS_CHECKOUT=false in the running process"
            })
    void leavesOrdinaryTextsAsTheyAre(String text) {
        assertThat(Redaction.of(text)).isEqualTo(text);
    }

    @Test
    void takesOutWhatWasMetAsASecretWhereverItStands() {
        String secret = UUID.randomUUID().toString();
        String inAddress = UUID.randomUUID().toString();
        String plain = "an ordinary value";
        String random = UUID.randomUUID().toString();
        Redaction.know(Map.of(
                "APP_SECRET", secret, "DATABASE_URL", "postgres://u:" + inAddress + "@db/x", "A", plain, "B", random));

        assertThat(Redaction.of("said " + secret + " and " + inAddress + " and " + random + " and " + plain))
                .isEqualTo("said *** and *** and *** and " + plain);
        assertThat(Redaction.of("said " + plain, List.of(plain))).isEqualTo("said ***");
    }

    @Test
    void changesNothingMoreTheSecondTime() {
        String once = Redaction.of("PASSWORD=\"c4n4ry-Qz81\"; token: c4n4ry-Qz81; a://b:c4n4ry-Qz81@c");

        assertThat(Redaction.of(once)).isEqualTo(once);
    }
}
