package dev.sternway.notification;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import java.util.List;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

/** Outbox, ledger and database, with channels that a test commands; nothing is sent by itself. */
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    TransactionAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class
})
@ComponentScan(
        basePackages = {"dev.sternway.notification", "dev.sternway.evidence"},
        useDefaultFilters = false,
        includeFilters =
                @ComponentScan.Filter(
                        type = FilterType.REGEX,
                        pattern = {
                            "dev\\.sternway\\.notification\\."
                                    + "(Notices|Outbox|Channels|Contacts|Templates|Letters|Sender|DeadlineWatch|NoticeLog|SetUp|Trial|NotificationsHealth)",
                            "dev\\.sternway\\.evidence\\.(Ledger|LedgerOutbox)"
                        }))
@Import(ChannelsSlice.class)
class NotificationSlice {

    @Bean
    Catalogue catalogue() {
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
                        ManagedSystem.Windows.DEFAULT)),
                List.of());
    }
}
