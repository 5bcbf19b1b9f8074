package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.alert.Subscriptions;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.port.AmazonSns;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Trying a message has no effect, and a topic is subscribed by a person only. */
@Import(AlertsApiTest.World.class)
class AlertsApiTest extends WebTest {
    private static final String TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms";
    private static final String ADDRESS =
            "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=secret-token";

    @Autowired
    Subscriptions subscriptions;

    @Autowired
    JdbcClient database;

    @Autowired
    World world;

    /** The alert packages, the decision tables and an Amazon in memory. */
    @ComponentScan(
            basePackages = {"dev.sternway.alert", "dev.sternway.decision", "dev.sternway.process", "dev.sternway.web"},
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = {
                                "dev\\.sternway\\.alert\\.format\\.[A-Za-z]+Format",
                                "dev\\.sternway\\.alert\\.mapping\\.(Mapping|Understanding)",
                                "dev\\.sternway\\.alert\\.sender\\.(Senders|Confirmations)",
                                "dev\\.sternway\\.alert\\.Subscriptions",
                                "dev\\.sternway\\.decision\\.Explainer",
                                "dev\\.sternway\\.process\\.(Weighing|DeployedTables|DisabledRules|OwnAuthority)",
                                "dev\\.sternway\\.web\\.AlertsApi"
                            }))
    static class World {
        final List<URI> confirmed = new ArrayList<>();
        boolean reachable = true;

        @Bean
        AmazonSns amazonSns() {
            return new AmazonSns() {
                @Override
                public String certificate(URI address) {
                    throw new OutsideException("nothing is fetched here");
                }

                @Override
                public void confirm(URI address) {
                    if (!reachable) {
                        throw new OutsideException("Amazon SNS did not answer");
                    }
                    confirmed.add(address);
                }
            };
        }

        @Bean
        Catalogue catalogue() {
            ManagedSystem shop = new ManagedSystem(
                    "shop",
                    "Shop",
                    new ManagedSystem.AlertMatch("system", "shop"),
                    null,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    ManagedSystem.Budgets.DEFAULT,
                    ManagedSystem.Windows.DEFAULT);
            return new Catalogue(List.of(shop), List.of());
        }
    }

    @DynamicPropertySource
    static void topics(DynamicPropertyRegistry registry) {
        registry.add("sternway.alerts.senders.sns.topics", () -> TOPIC);
    }

    @BeforeEach
    void nothingAsked() {
        database.sql("truncate alert_subscription").update();
        world.confirmed.clear();
        world.reachable = true;
    }

    private long asked(String topic, String address) {
        subscriptions.asks(topic, "message-1", address, new byte[0]);
        return subscriptions.all().get(0).id();
    }

    private HttpResponse<String> confirm(long id, String person) {
        return post("/api/alerts/subscriptions/" + id + "/confirm", person, "{}");
    }

    @Test
    void explainsAMessageAndKeepsNothingOfIt() throws IOException {
        String message = Files.readString(Path.of("src/test/resources/alerts/alertmanager.json"));
        long alerts = rows("alert");
        long incidents = rows("incident");

        HttpResponse<String> answer = post("/api/alerts/explain", "vera", message);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"format\":\"alertmanager\"")
                .contains("\"system\":\"shop\"")
                .contains("\"errorRate\":12.5")
                .contains("\"severity\":\"CRITICAL\"");
        assertThat(rows("alert")).isEqualTo(alerts);
        assertThat(rows("incident")).isEqualTo(incidents);
    }

    private long rows(String table) {
        return database.sql("select count(*) from " + table).query(Long.class).single();
    }

    @Test
    void explainsWhyAMessageWouldBeRefused() {
        HttpResponse<String> answer = post("/api/alerts/explain?format=grafana", "vera", "{\"version\": \"4\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("/version: must be").contains("ALERT_MALFORMED");
        assertThat(post("/api/alerts/explain?format=morse", "vera", "{}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void onlyAPersonWithTheRoleConfirmsASubscription() {
        long id = asked(TOPIC, ADDRESS);

        assertThat(confirm(id, "vera").statusCode()).isEqualTo(403);
        assertThat(confirm(id, "carla").statusCode()).isEqualTo(403);
        assertThat(world.confirmed).isEmpty();

        HttpResponse<String> answer = confirm(id, "olga");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"confirmedBy\":\"olga\"").doesNotContain("secret-token");
        assertThat(confirm(id, "ada").body()).contains("\"confirmedBy\":\"olga\"");
        assertThat(world.confirmed).containsExactly(URI.create(ADDRESS));
        assertThat(get("/api/alerts/subscriptions", "vera").body())
                .contains(TOPIC)
                .doesNotContain("secret-token");
    }

    @Test
    void confirmsNothingOfATopicThatMayNotSendHere() {
        assertThat(confirm(asked(TOPIC + "-of-mallory", ADDRESS), "olga").statusCode())
                .isEqualTo(404);
        assertThat(confirm(4711, "olga").statusCode()).isEqualTo(404);
        assertThat(world.confirmed).isEmpty();
    }

    @Test
    void confirmsNothingAtAnotherAddress() {
        assertThat(confirm(asked(TOPIC, ADDRESS.replace("amazonaws.com", "amazonaws.com.evil.example")), "olga")
                        .statusCode())
                .isEqualTo(500);
        assertThat(world.confirmed).isEmpty();
    }

    @Test
    void saysThatAmazonDoesNotAnswerAndCanBeAskedAgain() {
        long id = asked(TOPIC, ADDRESS);
        world.reachable = false;

        assertThat(confirm(id, "olga").statusCode()).isEqualTo(503);
        world.reachable = true;
        assertThat(confirm(id, "olga").statusCode()).isEqualTo(200);
    }
}
