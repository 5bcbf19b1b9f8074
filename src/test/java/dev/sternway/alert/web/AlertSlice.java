package dev.sternway.alert.web;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.port.AmazonSns;
import dev.sternway.port.OutsideException;
import java.net.URI;
import java.util.List;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/** The alert packages, a database and a catalogue with one system, which each product knows by a label of its own. */
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class,
    TransactionAutoConfiguration.class
})
@ComponentScan("dev.sternway.alert")
class AlertSlice {
    @Bean
    Catalogue catalogue() {
        ManagedSystem shop = new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch(List.of(
                        new ManagedSystem.LabelValue("system", "shop"),
                        new ManagedSystem.LabelValue("service", "Web shop (production)"),
                        new ManagedSystem.LabelValue("LoadBalancer", "app/shop/50dc6c495c0c9188"))),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
        return new Catalogue(List.of(shop), List.of());
    }

    /** Amazon cannot be reached from a test. */
    @Bean
    AmazonSns amazonSns() {
        return new AmazonSns() {
            @Override
            public String certificate(URI address) {
                throw new OutsideException("'" + address + "' did not answer");
            }

            @Override
            public void confirm(URI address) {
                throw new OutsideException("the confirmation did not answer");
            }
        };
    }
}
