package dev.sternway.process;

import static org.mockito.Mockito.mock;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.Secrets;
import dev.sternway.notification.ChannelsSlice;
import dev.sternway.port.Archives;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.WorkTrees;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RestController;

/**
 * Everything of Sternway but the doors and the adapters: the real engine, models, delegates, listeners and steps, on a
 * {@link FakeShop}. Nothing runs by itself: jobs, external tasks and alerts are worked by {@link ProcessWorld}.
 */
@EnableAutoConfiguration
@ComponentScan(
        basePackages = {
            "dev.sternway.alert",
            "dev.sternway.catalogue",
            "dev.sternway.database",
            "dev.sternway.decision",
            "dev.sternway.evidence",
            "dev.sternway.notification",
            "dev.sternway.plan",
            "dev.sternway.port",
            "dev.sternway.process",
            "dev.sternway.step"
        },
        excludeFilters = {
            @ComponentScan.Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class),
            @ComponentScan.Filter(classes = {Controller.class, RestController.class}),
            @ComponentScan.Filter(
                    type = FilterType.REGEX,
                    pattern = {
                        "dev\\.sternway\\.catalogue\\.CatalogueConfiguration",
                        "dev\\.sternway\\.step\\.RealPace",
                        "dev\\.sternway\\.notification\\.(Notification|Delivery)Slice.*",
                        "dev\\.sternway\\.process\\.ModelDeploymentTest.*"
                    })
        })
@Import(ChannelsSlice.class)
class ProcessApplication {
    private static final List<String> RUN_BY_THEMSELVES = List.of(
            "externalTaskWorkers",
            "alertDispatcher",
            "dispatch",
            "incidentWeigher",
            "oldAlerts",
            "ledgerSweep",
            "backupSchedule");

    @Bean
    FakeShop fakeShop() {
        return new FakeShop();
    }

    @Bean
    ContainerHost containerHost(FakeShop shop) {
        return shop.host;
    }

    @Bean
    FakeShop.ShopStore dataStore(FakeShop shop) {
        return shop.store;
    }

    /** The shops name no files and no work tree. */
    @Bean
    Archives archives() {
        return mock(Archives.class);
    }

    @Bean
    WorkTrees workTrees() {
        return mock(WorkTrees.class);
    }

    @Bean
    Catalogue catalogue() {
        return new Catalogue(List.of(FakeShop.shop(), FakeShop.kiosk()), List.of());
    }

    @Bean
    Secrets secrets() {
        return new Secrets(Path.of(""));
    }

    @Bean
    static DefaultLifecycleProcessor lifecycleProcessor() {
        return new DefaultLifecycleProcessor() {
            @Override
            protected Map<String, Lifecycle> getLifecycleBeans() {
                Map<String, Lifecycle> beans = super.getLifecycleBeans();
                beans.keySet().removeAll(RUN_BY_THEMSELVES);
                return beans;
            }
        };
    }
}
