package dev.sternway.notification;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.Maintenance;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Secrets;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** Everything between a process and the outside: outbox, its threads, and the real channels. */
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    TransactionAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class
})
@ComponentScan(
        basePackages = {"dev.sternway.notification", "dev.sternway.evidence", "dev.sternway.adapter"},
        useDefaultFilters = false,
        includeFilters =
                @ComponentScan.Filter(
                        type = FilterType.REGEX,
                        pattern = {
                            "dev\\.sternway\\.notification\\."
                                    + "(Notices|Outbox|Channels|Contacts|Templates|Letters|Sender|DeadlineWatch|NoticeLog|SetUp|Trial|Dispatch)",
                            "dev\\.sternway\\.evidence\\.(Ledger|LedgerOutbox)",
                            "dev\\.sternway\\.adapter\\.http\\.(HttpCalls|Posts)",
                            "dev\\.sternway\\.adapter\\.[a-z]+\\.[A-Za-z]+Channel"
                        }))
class DeliverySlice {

    @Bean
    Secrets secrets(@Value("${test.secrets}") String directory) {
        return new Secrets(Path.of(directory));
    }

    @Bean
    Catalogue catalogue(@Value("${test.gateway}") String gateway) {
        return new Catalogue(
                List.of(new ManagedSystem(
                        "shop",
                        "The shop",
                        new ManagedSystem.AlertMatch("system", "shop"),
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        ManagedSystem.Budgets.DEFAULT,
                        ManagedSystem.Windows.DEFAULT,
                        new Maintenance(turn(gateway, true), turn(gateway, false)))),
                List.of());
    }

    private static Maintenance.Switch turn(String gateway, boolean on) {
        return new Maintenance.Switch(
                URI.create(gateway + "/maintenance"),
                "PUT",
                "{\"enabled\":" + on + "}",
                Map.of("Authorization", "file:gateway"),
                204);
    }
}
