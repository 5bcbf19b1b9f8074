package dev.sternway.notification;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** Channels that a test commands, each as a bean of its own. */
@TestConfiguration(proxyBeanMethods = false)
public class ChannelsSlice {

    @Bean
    FakeChannels fakeChannels() {
        return new FakeChannels();
    }

    @Bean
    FakeChannels.Fake slack(FakeChannels all) {
        return all.slack;
    }

    @Bean
    FakeChannels.Fake pagerDuty(FakeChannels all) {
        return all.pagerDuty;
    }

    @Bean
    FakeChannels.Fake mail(FakeChannels all) {
        return all.mail;
    }

    @Bean
    FakeChannels.Fake statuspage(FakeChannels all) {
        return all.statuspage;
    }

    @Bean
    FakeChannels.Fake maintenance(FakeChannels all) {
        return all.maintenance;
    }
}
